// The window that shows a document: JSON so that a person can read it, packed files unpacked, other texts as they are.

import { make } from "./element.js";
import { which } from "./which.js";
import { say, size } from "./words.js";

const LONGEST = 400_000; // characters; more would make the browser slow
const WIDE = 90; // characters; an object of plain values that fits stays on one line

const viewer = document.getElementById("viewer");
const body = document.getElementById("viewer-body");
let shown = null;

document.getElementById("viewer-close").onclick = () => viewer.close();
viewer.onclick = (event) => event.target === viewer && viewer.close();
viewer.onclose = () => (shown = null);

/** Open the document of a message. */
export async function openDocument(person, message) {
  shown = { person, id: message.id };
  body.replaceChildren();
  await show(person, message);
}

/** The message was edited: if its document is open, show the new one. */
export function refreshDocument(person, message) {
  if (shown?.person === person && shown.id === message.id) show(person, message);
}

async function show(person, { id, document: file }) {
  const address = which.at(`/people/${person}/files/${id}?${file.id}`);
  const packed = await (await fetch(address)).blob();
  const { blob, unpacked } = await unpack(packed);
  const text = await decode(blob);
  document.getElementById("viewer-name").textContent = file.name;
  const sizes = [size(packed.size), unpacked && say("unpacked", size(blob.size))];
  document.getElementById("viewer-size").textContent = sizes.filter(Boolean).join(" · ");
  document.getElementById("viewer-save").href = address;
  const json = parse(text);
  showFacts(json);
  if (text === null) body.replaceChildren(say("binary", size(packed.size)));
  else body.replaceChildren(...(json === undefined ? [shorten(text)] : colour(shorten(pretty(json)))));
  if (!viewer.open) viewer.showModal();
}

async function unpack(blob) {
  const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (start[0] !== 0x1f || start[1] !== 0x8b) return { blob, unpacked: false };
  try {
    const stream = blob.stream().pipeThrough(new DecompressionStream("gzip"));
    return { blob: await new Response(stream).blob(), unpacked: true };
  } catch {
    return { blob, unpacked: false }; // a damaged one is shown as the binary file it is
  }
}

async function decode(blob) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await blob.arrayBuffer());
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

function parse(text) {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shorten(text) {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n${say("cutShort")}`;
}

/** What the head of a backup says, as a row of facts. */
function showFacts(json) {
  const facts = document.getElementById("viewer-facts");
  const { generation, epoch, saved_at, counts } = json ?? {};
  const rows = Object.entries({ generation, epoch, ...counts, saved_at: saved_at?.replace("T", " ").replace("Z", " UTC") });
  const given = rows.filter(([, value]) => value != null);
  facts.hidden = !given.length;
  facts.replaceChildren(...given.map(([name, value]) => make("div", {}, make("dt", {}, say(name)), make("dd", {}, value))));
}

/** Indented JSON in which a list of plain values stays on its line, so that a row of a table is a line. */
function pretty(value, indent = "") {
  const list = Array.isArray(value);
  const items = typeof value === "object" && value !== null ? Object.entries(value) : null;
  if (!items?.length) return JSON.stringify(value);
  const name = (key) => (list ? "" : `${JSON.stringify(key)}: `);
  const plain = items.every(([, item]) => typeof item !== "object" || item === null);
  const [open, close] = list ? "[]" : "{}";
  if (plain && (list || JSON.stringify(value).length + indent.length <= WIDE)) {
    return `${open}${items.map(([key, item]) => name(key) + JSON.stringify(item)).join(", ")}${close}`;
  }
  const inner = `${indent}  `;
  const lines = items.map(([key, item]) => inner + name(key) + pretty(item, inner));
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

/** The text in pieces: names, texts and numbers in elements of their own, to be coloured. */
function colour(text) {
  const pieces = text.split(/("(?:[^"\\]|\\.)*"(?:: )?|-?\b\d[\d.eE+-]*\b|\b(?:null|true|false)\b)/);
  return pieces.map((piece, index) => {
    if (index % 2 === 0) return piece;
    const kind = piece.endsWith(": ") ? "name" : piece.startsWith('"') ? "string" : "number";
    return make("span", { class: kind }, piece);
  });
}
