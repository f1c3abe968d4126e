// One message as it is drawn: its quote, its picture or file, its words, its buttons, its reactions.

import { icon, make, openMenu } from "./element.js";
import { openDocument } from "./viewer.js";
import { which } from "./which.js";
import { say, size, time } from "./words.js";

/** The element of a message in this chat. */
export function drawBubble(message, chat) {
  if (message.pinned) {
    const who = message.mine ? chat.state.name : chat.bot?.name ?? "";
    return service(message, say("pinnedBy", who), () => chat.showMessage(message.pinned));
  }
  if (message.service) return service(message, say(message.service, message.stars), () => {});
  const text = message.caption ?? message.text;
  return make(
    "div",
    { class: `bubble ${message.mine ? "mine" : "theirs"}`, "data-id": message.id, "data-album": message.media_group_id },
    message.forwarded && make("small", { class: "forwarded" }, say("forwarded")),
    message.quote && drawQuote(message.quote, chat),
    message.photo && make("img", { src: which.at(`/people/${chat.id}/files/${message.id}?${message.photo}`), alt: say("photo") }),
    message.document && drawDocument(message, chat),
    message.kind && drawKind(message),
    message.invoice && drawInvoice(message.invoice),
    make("p", {}, text && make("span", { class: "text" }, text), drawTime(message)),
    message.reactions && drawReactions(message.reactions),
    ...drawButtons(message, chat),
    !chat.state.channel && make("button", { type: "button", class: "more", "aria-label": say("messageMenu"), onclick: (event) => openMenu(event.currentTarget, chat.messageMenu(message)) }, icon("more")),
  );
}

function service(message, words, onclick) {
  return make("p", { class: "service", "data-id": message.id }, make("button", { type: "button", onclick }, words));
}

function drawQuote({ id, mine, text, kind }, chat) {
  const who = mine ? chat.state.name : chat.bot?.name ?? "";
  return make("button", { type: "button", class: "quote", title: say("showQuoted"), onclick: () => chat.showMessage(id) }, make("b", {}, who), make("span", {}, text || say(kind ?? "message")));
}

function drawDocument(message, chat) {
  const { name, size: bytes } = message.document;
  const about = make("span", {}, make("b", {}, name), make("small", {}, size(bytes)));
  return make("button", { type: "button", class: "document", title: say("open"), onclick: () => openDocument(chat.id, message) }, make("span", { class: "file" }, icon("file")), about);
}

const SIGNS = { voice: "🎤", sticker: "🖼", contact: "👤", location: "📍", video: "🎬", animation: "🎞", video_note: "⏺", audio: "🎵", poll: "📊", dice: "🎲", gift: "🎁" };

function drawKind({ kind, words }) {
  return make("div", { class: "kind" }, make("span", { "aria-hidden": "true" }, SIGNS[kind]), make("em", {}, say(kind)), words && make("small", {}, words));
}

function drawInvoice({ title, description, total_amount: amount, paid }) {
  return make("div", { class: "invoice" }, make("b", {}, title), make("span", {}, description), make("small", {}, say(paid ? "receipt" : "invoice", amount)));
}

function drawReactions(reactions) {
  return make("div", { class: "reactions", role: "img", "aria-label": say("reactions", Object.values(reactions).join(" ")) }, ...Object.values(reactions).map((emoji) => make("span", {}, emoji)));
}

function drawButtons(message, chat) {
  const rows = message.buttons ?? (message.invoice && !message.invoice.paid ? [[say("pay", message.invoice.total_amount)]] : null);
  if (!rows) return [];
  const about = { message_id: message.id };
  const draw = (text, first) => {
    if (message.links?.[text]) return make("a", { href: message.links[text], target: "_blank", rel: "noreferrer" }, text, " ↗");
    const pays = message.invoice && (message.pays ? message.pays.includes(text) : first);
    const paid = pays && message.invoice.paid;
    const press = () => (pays ? chat.act("pay", about) : chat.act("press", { ...about, text }));
    return make("button", { type: "button", class: pays && "pay", disabled: paid, onclick: press }, paid ? say("receipt", message.invoice.total_amount) : text);
  };
  return [make("div", { class: "inline" }, ...rows.map((row, line) => make("div", {}, ...row.map((text, place) => draw(text, !line && !place)))))];
}

function drawTime(message) {
  const words = [message.edit_date && say("edited"), time(message.date)].filter(Boolean).join(" ");
  const state = say(message.waits ? "waits" : "taken");
  const ticks = message.mine && make("span", { class: "ticks", title: state, role: "img", "aria-label": state }, icon(message.waits ? "tick" : "ticks"));
  return make("time", { datetime: new Date(message.date * 1000).toISOString() }, words, ticks);
}
