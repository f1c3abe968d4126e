// The page as a whole: what the program tells by server-sent events goes to the chats and the panel.

import { Chat } from "./chat.js";
import { make, icon } from "./element.js";
import { showLog, showNetwork, showProcess, showTally } from "./panel.js";
import { language, say, translate } from "./words.js";

const find = (id) => document.getElementById(id);
const chats = new Map();
let state = {};

function chatOf(id) {
  if (!chats.has(id)) {
    const chat = new Chat(id);
    chats.set(id, chat);
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
  }
  if (kind === "log") showLog(value);
  if (kind === "network") showNetwork(value);
  if (kind === "chat") chatOf(Number(id)).update(value, state.bot);
  if (kind === "message") chatOf(Number(id)).put(value);
}

function forget(key) {
  const [kind, person, message] = key.split("/");
  if (kind === "message") chats.get(Number(person))?.remove(Number(message));
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
  showTotals();
  showTabs();
}

function people() {
  return Object.entries(state).filter(([key]) => key.startsWith("chat/"));
}

function showTotals() {
  find("promise").hidden = !state.bot.tap;
  showTally(people().map(([, chat]) => chat).filter((chat) => !chat.admin || chat.sent));
}

// -- one at a time on a phone

let tab = null;

function showTabs() {
  const tabs = people().map(([key, chat]) => [key.replace("/", "-"), chat.name, "chat"]);
  tabs.push(["panel", say("panel"), "panel"]);
  tab ??= tabs[0][0];
  const draw = ([id, name, picture]) =>
    make("button", { type: "button", "aria-pressed": String(id === tab), onclick: () => chooseTab(id) }, icon(picture), name);
  const drawn = JSON.stringify([tabs, tab]);
  if (find("tabs").dataset.drawn !== drawn) find("tabs").replaceChildren(...tabs.map(draw));
  find("tabs").dataset.drawn = drawn;
  for (const [id] of tabs) find(id).classList.toggle("shown", id === tab);
}

function chooseTab(id) {
  tab = id;
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
  };
}

function listen() {
  const source = new EventSource("/events");
  source.onmessage = (event) => {
    find("offline").hidden = true;
    receive(JSON.parse(event.data));
  };
  source.onerror = () => (find("offline").hidden = false);
}

language.choose(language.now);
listen();
