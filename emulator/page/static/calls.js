// The drawer of raw calls: what the bot asked of Telegram, newest first, and a filter of words over all of it.

import { make } from "./element.js";
import { clock, say } from "./words.js";

const SHOWN = 100;
const find = (id) => document.getElementById(id);
const calls = new Map();
const open = new Set();
let waiting = false;

find("calls-filter").oninput = draw;
find("calls").ontoggle = draw;

export function putCall(number, call) {
  calls.set(number, call);
  drawSoon();
}

export function removeCall(number) {
  calls.delete(number);
  open.delete(number);
  drawSoon();
}

function drawSoon() {
  if (waiting || !find("calls").open) return;
  waiting = true;
  requestAnimationFrame(draw);
}

/** Every word of the filter is somewhere in the call; a word with a minus before it is not. */
function fits(call, words) {
  const text = [call.method, call.status, call.says, ...Object.entries(call.params).flat()].join(" ").toLowerCase();
  return words.every((word) => (word.length > 1 && word.startsWith("-") ? !text.includes(word.slice(1)) : text.includes(word)));
}

export function draw() {
  waiting = false;
  if (!find("calls").open) return;
  const words = find("calls-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...calls].sort(([one], [other]) => other - one).filter(([, call]) => fits(call, words));
  find("calls-list").replaceChildren(...found.slice(0, SHOWN).map(([number, call]) => item(number, call)));
  find("calls-count").textContent = say("callsShown", Math.min(found.length, SHOWN), calls.size);
}

function item(number, call) {
  const mood = call.status === 0 ? "wait" : call.status < 300 ? "good" : "bad";
  const took = call.status === 0 ? "…" : `${Math.round(call.took * 1000)} ms`;
  const head = make("summary", {}, make("time", {}, clock(call.at)), make("b", {}, call.method), make("span", { class: mood }, call.status || "…"), make("small", {}, took));
  const lines = Object.entries(call.params).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  const notes = [call.says && make("p", { class: "bad" }, call.says), call.unknown.length && make("p", { class: "wait" }, say("unknownNames", call.unknown.join(", ")))];
  const toggled = ({ currentTarget }) => (currentTarget.open ? open.add(number) : open.delete(number));
  return make("details", { open: open.has(number), ontoggle: toggled }, head, make("dl", {}, ...lines), ...notes.map((note) => note || null));
}
