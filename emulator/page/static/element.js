// Making elements, small menus and notices. Texts go in as text nodes only, so what people write is never markup.

import { which } from "./which.js";

/** An element: properties by name (class, data-…, aria-… and on… included), then children (nodes or texts). */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/** An icon of the sprite in index.html. */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Open the menu at this button or point: items are [word, action]. Arrows move, Escape closes. */
export function openMenu(at, items) {
  const popup = document.getElementById("popup");
  const choose = (action) => () => {
    popup.hidePopover();
    action();
  };
  popup.replaceChildren(
    ...items.map(([word, action]) => make("button", { type: "button", role: "menuitem", onclick: choose(action) }, word)),
  );
  popup.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...popup.children];
    buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
  };
  popup.showPopover();
  const { right, bottom, top } = at.getBoundingClientRect?.() ?? { right: at.x, bottom: at.y, top: at.y };
  const { offsetWidth: width, offsetHeight: height } = popup;
  popup.style.left = `${Math.max(8, Math.min(right, innerWidth - 8) - width)}px`;
  popup.style.top = `${bottom + height + 12 < innerHeight ? bottom + 4 : Math.max(8, top - height - 4)}px`;
  popup.firstChild.focus();
}

let toastTimer = 0;

/** Say one line at the bottom for a few seconds. */
export function toast(line) {
  const element = document.getElementById("toast");
  element.textContent = line;
  element.showPopover();
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => element.hidePopover(), 5000);
}

/** Ask the program for something; true if it was done, else its complaint is shown. */
export async function post(path, body = {}) {
  try {
    const file = body instanceof Blob;
    const response = await fetch(which.at(path), {
      method: "POST",
      headers: { "Content-Type": file ? "application/octet-stream" : "application/json" },
      body: file ? body : JSON.stringify(body),
    });
    if (!response.ok) toast((await response.json()).error);
    return response.ok;
  } catch (error) {
    toast(String(error.message));
    return false;
  }
}
