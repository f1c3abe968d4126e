// The panel: the bot's process, the promise in numbers, the troubles one can make, and the bot's log.

import { make, post } from "./element.js";
import { say, span } from "./words.js";

// Network trouble hits every call; what would double answers for ever hits the saves only.
const FAULTS = [
  { kind: "latency", method: "*", value: 1.5 },
  { kind: "429", method: "sendMessage", value: 3 },
  { kind: "500", method: "*" },
  { kind: "502", method: "*" },
  { kind: "reset_before", method: "editMessageMedia" },
  { kind: "reset_after", method: "editMessageMedia" },
  { kind: "truncate", method: "download" },
  { kind: "damage", method: "download" },
];

// Messages a second over all chats; 30 where none is lit.
const LIMITS = { limit300: 300, limitNone: null };

const find = (id) => document.getElementById(id);

for (const button of document.querySelectorAll("[data-bot]")) {
  button.onclick = () => post(`/process/${button.dataset.bot}`);
}

export let process = null;
setInterval(() => showDetail(), 1000);

export function showProcess(state) {
  process = state;
  find("bot").hidden = find("log-card").hidden = !state;
  if (!state) return;
  find("bot").dataset.state = state.state;
  find("bot-state").textContent = say(state.state);
  for (const button of document.querySelectorAll("[data-bot]")) {
    const starts = button.dataset.bot === "start";
    button.disabled = starts ? state.pid !== null : state.pid === null || (button.dataset.bot === "stop" && state.state === "stopping");
  }
  showDetail();
}

function showDetail() {
  if (!process || process.state === "never") return;
  const passed = span(Date.now() / 1000 - process.since);
  find("bot-detail").textContent = process.pid ? say("pid", process.pid, passed) : say("status", process.status, passed);
}

export function showLog(lines) {
  const brief = (line) => line.replace(/^[\d-]{10} ([\d:]{8})[.,]\d+ /, "$1 "); // the day and the milliseconds are noise here
  const mood = (line) => /\b(WARNING|ERROR|CRITICAL)\b/.exec(line)?.[0].toLowerCase();
  find("log").firstElementChild.replaceChildren(...lines.map((line) => make("span", { class: mood(line) }, `${brief(line)}\n`)));
}

export function showNetwork({ cut, faults, limit }) {
  const lit = (fault) => faults.some(({ kind, method }) => kind === fault.kind && method === fault.method);
  const cutSwitch = toggle("cut", cut, (on) => post("/network", { cut: on }));
  const switches = FAULTS.map((fault) => toggle(fault.kind, lit(fault), (on) => post("/faults", { ...fault, times: null, on })));
  const limits = Object.entries(LIMITS).map(([name, overall]) => toggle(name, limit === overall, (on) => post("/limit", { overall: on ? overall : 30 })));
  const focused = document.activeElement?.dataset?.switch;
  find("switches").replaceChildren(cutSwitch, ...switches, ...limits);
  if (focused) find("switches").querySelector(`[data-switch="${focused}"]`)?.focus();
}

function toggle(name, on, change) {
  return make("button", { type: "button", role: "switch", "aria-checked": String(on), "data-switch": name, onclick: () => change(!on) }, make("i"), say(name));
}
