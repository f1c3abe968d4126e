// What the bot offers while its name stands first in the line that is written: inline results to choose from.

import { make } from "./element.js";
import { say } from "./words.js";

const PAUSE = 300; // milliseconds without a key after which the bot is asked

export class Results {
  /** `input` is the line that is written, `place` where results are shown, `act` does something as this person. */
  constructor(input, place, act) {
    Object.assign(this, { input, place, act });
    this.asked = null; // what stands behind the bot's name; null: nobody is asked
    this.state = null;
    this.timer = 0;
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event, -1));
    place.onkeydown = (event) => this.pressed(event, [...place.querySelectorAll("button")].indexOf(document.activeElement));
  }

  update(state, bot) {
    this.state = state;
    this.bot = bot;
    this.draw();
  }

  typed() {
    const name = `@${this.bot?.username} `;
    const asked = this.bot?.inline && this.input.value.startsWith(name) ? this.input.value.slice(name.length) : null;
    if (asked === this.asked) return;
    this.asked = asked;
    clearTimeout(this.timer);
    if (asked !== null) this.timer = setTimeout(() => this.act("ask", { text: asked }), PAUSE);
    this.draw();
  }

  /** The arrows go through the results from the line up; Escape asks nobody any more. */
  pressed(event, at) {
    if (this.place.hidden) return;
    const buttons = [...this.place.querySelectorAll("button")];
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") this.close();
    else if (step) (buttons[at < 0 ? (step < 0 ? buttons.length - 1 : 0) : at + step] ?? this.input).focus();
    else return;
    event.preventDefault();
  }

  close() {
    this.asked = null;
    this.input.value = "";
    this.draw();
    this.input.focus();
  }

  draw() {
    const { state } = this;
    const shown = this.asked !== null && state && state.text === this.asked;
    const focused = this.place.contains(document.activeElement);
    this.place.hidden = !shown;
    const drawn = shown ? JSON.stringify([state, say("results", 0)]) : "";
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.place.replaceChildren(...(shown ? this.lines(state) : []));
    if (focused) this.input.focus();
  }

  lines({ query, results, more, button }) {
    const line = (action, body, ...words) => {
      const onclick = async () => (await this.act(action, { query, ...body })) && action !== "more" && this.close();
      return make("button", { type: "button", onclick }, ...words);
    };
    return [
      make("p", { role: "status" }, say("results", results.length)),
      button && line("enter", {}, make("b", {}, button)),
      ...results.map(({ id, type, title, description }) => line("choose", { result: id }, make("b", {}, title ?? say(type)), description && make("small", {}, description))),
      more && line("more", {}, say("moreResults")),
    ].filter(Boolean);
  }
}
