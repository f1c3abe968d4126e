// The promise in numbers: a row for each person, and whether it is kept.

import { make } from "./element.js";
import { pick, say } from "./words.js";

const find = (id) => document.getElementById(id);

/** people: [{name, …numbers}, …]; promise: {title, columns: [{key, words}], rule, idle}; off: whether the bot is off. */
export function showPromise(promise, people, off) {
  find("promise").hidden = !promise;
  if (!promise) return;
  const keys = promise.columns.map(({ key }) => key);
  find("promise-title").textContent = pick(promise.title);
  const heads = promise.columns.map(({ words }) => make("th", { scope: "col" }, pick(words)));
  find("columns").replaceChildren(make("th", { scope: "col" }, say("who")), ...heads);
  find("tally").replaceChildren(...people.map((person) => row(person, keys, promise.rule)));
  const [word, mood, missing] = verdict(people, keys, promise, off);
  find("verdict").textContent = word ? say(word, missing) : pick(promise.idle);
  find("verdict").className = `verdict ${mood}`;
}

function row(person, keys, rule) {
  const [first, ...rest] = keys;
  const good = (key) => person[first] && (rule === "same" ? person[key] === person[first] : agrees(person, keys, rule));
  const cell = (key) => make("td", { class: rest.includes(key) && good(key) ? "same" : "" }, person[key] ?? "–");
  return make("tr", {}, make("th", { scope: "row" }, person.name), ...keys.map(cell));
}

function agrees(person, [first, ...rest], rule) {
  const value = (key) => person[key] ?? 0;
  if (rule === "same") return rest.every((key) => value(key) === value(first));
  return value(first) === rest.reduce((sum, key) => sum + value(key), 0);
}

/** What is to be said: a word, its colour, and how many are missing. */
function verdict(people, keys, { rule }, off) {
  const [first, second] = keys;
  if (!people.some((person) => person[first])) return [null, ""];
  if (people.every((person) => agrees(person, keys, rule))) return ["agree", "good"];
  const beyond = rule === "same" && people.some((person) => (person[second] ?? 0) > (person[first] ?? 0));
  if (beyond) return [keys.length < 3 ? "beyond" : "twice", keys.length < 3 ? "" : "bad"];
  const missing = people.reduce((sum, person) => sum + Math.max(0, (person[first] ?? 0) - (person[second] ?? 0)), 0);
  if (rule !== "same" || keys.length < 3) return [off ? "waitsForBot" : "storedSoon", "wait"];
  return missing ? [off ? "keptBy" : "onTheWay", "wait", missing] : ["savingSoon", "wait"];
}
