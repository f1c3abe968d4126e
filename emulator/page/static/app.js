// The page as a whole: what the program tells by server-sent events goes to the chats and the panel.

import { showBots, start } from "./bots.js";
import { draw as drawCalls, putCall, removeCall } from "./calls.js";
import { Chat } from "./chat.js";
import { showClock } from "./clock.js";
import { make, icon } from "./element.js";
import { process, showLog, showNetwork, showProcess } from "./panel.js";
import { showPromise } from "./promise.js";
import { which } from "./which.js";
import { language, say, translate } from "./words.js";

const find = (id) => document.getElementById(id);
const chats = new Map();
let state = {};

function chatOf(id) {
  if (!chats.has(id)) {
    const chat = new Chat(id);
    chats.set(id, chat);
    chat.onunread = showTabs;
    find("chats").append(chat.element);
    translate(chat.element);
  }
  return chats.get(id);
}

/** One value of the scene is new or changed; the keys are those of scene.py. */
function set(key, value) {
  const [kind, id] = key.split("/");
  if (kind === "bot") {
    find("bot-name").textContent = document.title = value.name;
    showProcess(value.process);
    showClock(value.ahead);
  }
  if (kind === "log") showLog(value);
  if (kind === "bots") showBots(value, which.now || value[0]?.bot, (name) => (location.hash = name));
  if (kind === "call") putCall(Number(id), value);
  if (kind === "network") showNetwork(value);
  if (kind === "chat") chatOf(Number(id)).update(value, state.bot);
  if (kind === "message") chatOf(Number(id)).put(value);
}

function forget(key) {
  const [kind, person, message] = key.split("/");
  if (kind === "message") chats.get(Number(person))?.remove(Number(message));
  if (kind === "call") removeCall(Number(person));
  if (kind === "chat") {
    chats.get(Number(person))?.element.remove();
    chats.delete(Number(person));
  }
  if (kind === "log") showLog([]);
}

function receive({ whole, set: values, gone }) {
  for (const key of whole ? Object.keys(state).filter((key) => !(key in values)) : gone) {
    forget(key);
    delete state[key];
  }
  Object.assign(state, values);
  for (const [key, value] of Object.entries(values)) set(key, value);
  if (gone.length || Object.keys(values).some((key) => key.startsWith("message/"))) {
    for (const chat of chats.values()) chat.updateBegin();
  }
  for (const chat of chats.values()) chat.ready = true;
  showTotals();
  showTabs();
}

function people() {
  return Object.entries(state).filter(([key]) => key.startsWith("chat/"));
}

function showTotals() {
  const promise = state.bot?.promise;
  const first = promise?.columns[0].key;
  const shown = people().map(([, chat]) => chat).filter((chat) => !chat.channel && (!chat.admin || chat[first]));
  showPromise(promise, shown, Boolean(process && !process.pid));
}

// -- one at a time on a phone

let tab = null;

function showTabs() {
  const unread = (key) => chats.get(Number(key.split("/")[1]))?.unread ?? 0;
  const tabs = people().map(([key, chat]) => [key.replace("/", "-"), chat.name, "chat", unread(key)]);
  tabs.push(["panel", say("panel"), "panel", 0]);
  if (!tabs.some(([id]) => id === tab)) tab = tabs[0][0];
  const mark = (count) => count > 0 && make("span", { class: "unread", "aria-label": say("unread", count) }, count);
  const draw = ([id, name, picture, count]) =>
    make("button", { type: "button", "aria-pressed": String(id === tab), onclick: () => chooseTab(id) }, icon(picture), name, mark(count));
  const drawn = JSON.stringify([tabs, tab]);
  if (find("tabs").dataset.drawn !== drawn) find("tabs").replaceChildren(...tabs.map(draw));
  find("tabs").dataset.drawn = drawn;
  for (const [id] of tabs) find(id).classList.toggle("shown", id === tab);
}

function chooseTab(id) {
  tab = id;
  chats.get(Number(id.split("-")[1]))?.read();
  showTabs();
}

// -- language and connection

for (const button of document.querySelectorAll("[data-language]")) {
  button.onclick = () => {
    language.choose(button.dataset.language);
    for (const chat of chats.values()) chat.redraw();
    for (const [key, value] of Object.entries(state)) if (!key.startsWith("message/") && !key.startsWith("chat/")) set(key, value);
    showTotals();
    showTabs();
    drawCalls();
  };
}

let source = null;

function listen() {
  source?.close();
  source = new EventSource(which.at("/events"));
  source.onmessage = (event) => {
    find("offline").hidden = true;
    receive(JSON.parse(event.data));
  };
  source.onerror = () => (find("offline").hidden = false);
}

function showStarting(on) {
  document.body.classList.toggle("starting", on);
  document.querySelector("main").inert = on;
  find("starting").hidden = !on;
}

/** The address names another bot: it is started, and shown from its first line on. */
async function open() {
  which.now = location.hash.slice(1);
  listen();
  if (!which.now) return showStarting(false);
  const chosen = which.now;
  showStarting(true); // whoever wrote now would be told that the bot is not set up
  await start(chosen);
  if (chosen === which.now) showStarting(false);
}

addEventListener("hashchange", open);
language.choose(language.now);
open();
