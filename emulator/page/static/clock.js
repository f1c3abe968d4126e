// The clock that can be moved: Telegram's, and with it that of the bots.

import { post } from "./element.js";
import { moment, say, span } from "./words.js";

const find = (id) => document.getElementById(id);
let ahead = null;

for (const button of document.querySelectorAll("[data-move]")) {
  button.onclick = () => post("/clock", { seconds: Number(button.dataset.move) });
}
setInterval(tick, 1000);

/** By how many seconds the time is ahead; undefined where it cannot be moved. */
export function showClock(seconds) {
  ahead = seconds ?? null;
  find("clock").hidden = ahead === null;
  tick();
}

function tick() {
  if (ahead === null) return;
  find("clock-now").textContent = moment(Date.now() / 1000 + ahead);
  find("clock-ahead").textContent = ahead ? say("ahead", span(ahead)) : say("asNow");
}
