// One chat with the bot, as one person sees it on a phone of their own.

import { drawBubble } from "./bubble.js";
import { make, openMenu, post, toast } from "./element.js";
import { say } from "./words.js";
import { openDocument, refreshDocument } from "./viewer.js";

const BURST = 20;
const REACTIONS = ["👍", "❤", "😁"];

export class Chat {
  constructor(id) {
    this.id = id;
    this.state = { name: "", keyboard: [], commands: [] };
    this.bubbles = new Map();
    this.element = document.getElementById("chat").content.firstElementChild.cloneNode(true);
    this.element.id = `chat-${id}`;
    this.find = (selector) => this.element.querySelector(selector);
    this.scroller = this.find(".messages");
    this.list = this.scroller.firstElementChild;
    this.stuck = true; // whether the newest message is to be kept in sight
    this.top = 0;
    this.unread = 0;
    this.answering = null; // the message that the next text answers
    this.ready = false; // what is there at first is not news
    this.listen();
  }

  act(action, body) {
    return post(`/people/${this.id}/${action}`, body);
  }

  listen() {
    const input = this.find("input[name=text]");
    this.find("form").onsubmit = async (event) => {
      event.preventDefault();
      const text = input.value;
      if (!text.trim()) return;
      input.value = "";
      this.stick();
      const body = this.answering ? { text, reply_to: this.answering } : { text };
      this.answer(null);
      if (!(await this.act("send", body))) input.value = text;
    };
    this.find("input[type=file]").onchange = async ({ target }) => {
      for (const file of target.files) await post(`/people/${this.id}/file?name=${encodeURIComponent(file.name)}`, file);
      target.value = "";
    };
    this.find(".burst").onclick = async () => {
      this.stick();
      for (let tap = 0; tap < BURST; tap++) if (!(await this.act("tap", { text: this.bot.tap }))) break;
    };
    this.find(".no-answer").onclick = () => this.answer(null);
    this.find(".extras").onclick = (event) => openMenu(event.currentTarget, this.extraMenu());
    this.find(".menu").onclick = (event) => openMenu(event.currentTarget, this.chatMenu());
    this.find(".begin").onclick = () => (this.state.blocked ? this.act("unblock") : this.act("send", { text: "/start" }));
    this.find(".jump").onclick = () => this.showMessage(this.state.pinned.id);
    this.find(".unpin").onclick = () => this.act("unpin", { message_id: this.state.pinned.id });
    this.find(".commands").onclick = (event) => openMenu(event.currentTarget, this.commandMenu());
    this.find(".newest").onclick = () => this.stick("smooth");
    this.find(".keys").onclick = ({ currentTarget: button }) => {
      const shown = button.ariaPressed !== "true";
      button.ariaPressed = shown;
      this.find(".keyboard").hidden = !shown;
    };
    for (const kind of ["focusin", "pointerenter", "pointerdown"]) this.element.addEventListener(kind, () => this.read());
    this.scroller.onscroll = () => this.scrolled();
    // Before the first step of its smooth way has been seen, which a new message would otherwise undo.
    this.scroller.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && this.scroller.scrollTop > 0 && (this.stuck = false), { passive: true });
    this.list.oncontextmenu = (event) => {
      const bubble = event.target.closest(".bubble");
      if (!bubble || getSelection().toString()) return;
      event.preventDefault();
      openMenu(event, this.messageMenu(this.bubbles.get(Number(bubble.dataset.id)).message));
    };
    const resized = new ResizeObserver(() => this.stuck && this.stick());
    resized.observe(this.scroller);
    resized.observe(this.list);
  }

  // -- what it shows

  /** The chat's own state changed. */
  update(state, bot) {
    const keyboard = JSON.stringify(state.keyboard) !== JSON.stringify(this.state.keyboard);
    if (state.alert && this.state.name && state.alert.id !== this.state.alert?.id) toast(state.alert.text);
    this.state = state;
    this.bot = bot;
    this.element.ariaLabel = state.name;
    this.find("h2").textContent = state.name;
    this.find(".who p").textContent = state.blocked ? say("blockedBot") : say(this.role(state), bot?.username);
    this.find(".menu").hidden = Boolean(state.channel);
    this.find(".stars").hidden = state.stars == null;
    this.find(".stars").textContent = say("stars", state.stars);
    this.find(".bot-name").textContent = bot?.name ?? "";
    const welcome = this.find(".welcome [data-word]");
    welcome.dataset.word = bot?.tap ? "welcome" : "welcomeAny";
    welcome.textContent = say(welcome.dataset.word);
    this.find(".avatar").textContent = [...state.name.trim()][0] ?? "?";
    this.find(".avatar").dataset.color = this.id % 7;
    this.find(".commands").hidden = !state.commands.length;
    this.find(".burst").hidden = !state.keyboard.flat().includes(bot?.tap);
    this.updatePinned(state.pinned);
    if (keyboard) this.updateKeyboard(state.keyboard);
    this.updateBegin();
  }

  role(state) {
    if (state.channel) return "channelOf";
    return state.admin ? "adminOf" : `${this.bot?.role ?? "player"}Of`;
  }

  updatePinned(message) {
    this.find(".pinned").hidden = !message;
    if (!message) return;
    const { document, photo, caption, text } = message;
    const what = document?.name ?? (photo && say("photo")) ?? (message.kind && say(message.kind));
    this.find(".jump span").textContent = [what, caption ?? text].filter(Boolean).join(" · ");
  }

  updateKeyboard(rows) {
    const tap = (text) => async () => {
      this.stick();
      await this.act("tap", { text });
    };
    const button = (text) => make("button", { type: "button", onclick: tap(text) }, text);
    this.find(".keyboard").replaceChildren(...rows.map((row) => make("div", {}, ...row.map(button))));
    this.find(".keyboard").hidden = !rows.length;
    this.find(".keys").hidden = !rows.length;
    this.find(".keys").ariaPressed = true;
  }

  updateBegin() {
    const fresh = !this.bubbles.size && !this.state.admin && !this.state.channel;
    this.element.classList.toggle("closed", fresh || this.state.blocked || Boolean(this.state.channel));
    this.find(".welcome").hidden = !fresh;
    this.find(".begin").hidden = !fresh && !this.state.blocked;
    this.find(".begin").textContent = say(this.state.blocked ? "unblock" : "begin");
  }

  /** A message is new or changed. Ids grow, so a new one nearly always goes to the end. */
  put(message) {
    const bubble = { message, element: this.draw(message) };
    const before = this.bubbles.get(message.id);
    this.bubbles.set(message.id, bubble);
    if (before) before.element.replaceWith(bubble.element);
    else {
      const next = [...this.list.children].reverse().find((element) => Number(element.dataset.id) < message.id);
      if (next) next.after(bubble.element);
      else this.list.prepend(bubble.element);
    }
    if (!before) this.count(message);
    if (message.document) refreshDocument(this.id, message);
  }

  remove(id) {
    this.bubbles.get(id)?.element.remove();
    this.bubbles.delete(id);
  }

  /** Draw everything again, in another language. */
  redraw() {
    for (const bubble of this.bubbles.values()) {
      const element = this.draw(bubble.message);
      bubble.element.replaceWith(element);
      bubble.element = element;
    }
    this.update(this.state, this.bot);
  }

  draw(message) {
    return drawBubble(message, this);
  }

  // -- menus

  chatMenu() {
    const rename = () => {
      const name = prompt(say("newName"), this.state.name);
      if (name?.trim()) this.act("rename", { name });
    };
    return [
      [say("rename"), rename],
      [say(this.state.blocked ? "unblock" : "block"), () => this.act(this.state.blocked ? "unblock" : "block")],
      [say("clear"), () => this.act("clear")],
    ];
  }

  commandMenu() {
    const send = (text) => () => {
      this.stick();
      return this.act("send", { text });
    };
    return this.state.commands.map(({ command, description }) => [`/${command} — ${description}`, send(`/${command}`)]);
  }

  messageMenu(message) {
    const about = { message_id: message.id };
    const edit = () => {
      const text = prompt(say("newText"), message.text);
      if (text?.trim()) this.act("edit", { ...about, text });
    };
    const pinned = this.state.pinned?.id === message.id;
    const items = [
      [say("answer"), () => this.answer(message)],
      ...REACTIONS.map((emoji) => [this.reaction(message) === emoji ? say("unreact", emoji) : say("react", emoji), () => this.act("react", { ...about, emoji: this.reaction(message) === emoji ? "" : emoji })]),
      message.document && [say("open"), () => openDocument(this.id, message)],
      message.mine && message.text && [say("edit"), edit],
      [say(pinned ? "unpin" : "pin"), () => this.act(pinned ? "unpin" : "pin", about)],
      [say("delete"), () => this.act("delete", about)],
    ];
    return items.filter(Boolean);
  }

  extraMenu() {
    const send = (action, body) => () => {
      this.stick();
      return this.act(action, body);
    };
    return [
      [say("sendAlbum"), send("album", { count: 3 })],
      [say("sendVoice"), send("voice")],
      [say("sendSticker"), send("sticker")],
      [say("sendContact"), send("contact")],
      [say("sendLocation"), send("location")],
    ];
  }

  reaction(message) {
    return message.reactions?.[this.id];
  }

  /** The next text answers this message; null: it answers none. */
  answer(message) {
    this.answering = message?.id ?? null;
    this.find(".answering").hidden = !message;
    this.find(".answering span").textContent = message ? message.caption ?? message.text ?? say(message.kind ?? (message.photo ? "photo" : "document")) : "";
    if (message) this.find("input[name=text]").focus();
  }

  // -- what has come while nobody looked

  /** Whether the person has this chat before his eyes. */
  get seen() {
    return this.element.contains(document.activeElement) || this.element.matches(":hover") || (this.element.classList.contains("shown") && matchMedia("(max-width: 760px)").matches);
  }

  count(message) {
    if (message.mine || this.seen || !this.ready) return;
    this.unread += 1;
    this.showUnread();
  }

  read() {
    if (!this.unread) return;
    this.unread = 0;
    this.showUnread();
  }

  showUnread() {
    const mark = this.find(".unread");
    mark.hidden = !this.unread;
    mark.textContent = this.unread > 99 ? "99+" : this.unread;
    mark.ariaLabel = say("unread", this.unread);
    this.onunread?.();
  }

  // -- where it is scrolled to

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const below = scrollHeight - scrollTop - clientHeight; // 1 at the end too: heights are rounded
    if (below > 1 && scrollTop < this.top) this.stuck = false; // only a person scrolls up
    else if (below < 60) this.stuck = true;
    this.top = scrollTop;
    this.find(".newest").hidden = this.stuck;
  }

  stick(behavior = "instant") {
    this.stuck = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
  }

  showMessage(id) {
    const element = this.bubbles.get(id)?.element;
    if (!element) return toast("…");
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    element.classList.remove("shine");
    requestAnimationFrame(() => element.classList.add("shine"));
  }
}
