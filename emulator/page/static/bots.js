// The head of the page: the bots by name, each with its line. Choosing one starts it.

import { make, post } from "./element.js";
import { pick, say } from "./words.js";

const list = document.getElementById("bots");
let drawn = "";

/** Draw the bots, [{bot, name, line, state}, …]; `now` is shown, `choose` is told of another one. */
export function showBots(bots, now, choose) {
  list.hidden = bots.length < 2;
  const mark = JSON.stringify([bots, now, say("bots")]);
  if (mark === drawn) return;
  drawn = mark;
  const focused = document.activeElement?.dataset?.choose;
  list.replaceChildren(...bots.map((bot) => draw(bot, bot.bot === now, choose)));
  if (focused) list.querySelector(`[data-choose="${focused}"]`)?.focus();
  list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function draw({ bot, name, line, state }, current, choose) {
  const words = [make("b", {}, make("i", { class: "dot", "data-state": state, "aria-hidden": "true" }), name), make("small", {}, pick(line))];
  const properties = { type: "button", "data-choose": bot, title: say(state), onclick: () => choose(bot), "aria-current": current && "page" };
  return make("button", properties, ...words);
}

/** Have this bot started; true when it can be played with. */
export function start(name) {
  return post(`/bots/${name}`);
}
