/** Leaving: by the button, by Esc twice, or by closing.  Whatever was on the page is gone first. */

import { one } from "./dom.js";

const TWICE = 1500; // milliseconds between the two

/** @type {(() => void)[]} */
const wipes = [];
let unsaved = () => false;

/** @type {(() => void)[]} */
const exits = [];

/** Does `work` when somebody leaves for good, and not when the page is only put aside. @param {() => void} work */
export const onExit = (work) => exits.push(work);

/** Does `work` when the page is left. @param {() => void} work */
export const onLeave = (work) => wipes.push(work);

/** The browser asks before it lets go of the page while this says true. @param {() => boolean} test */
export const askBeforeLeaving = (test) => {
  unsaved = test;
};

/** Takes everything off the page. */
export function wipe() {
  unsaved = () => false;
  for (const work of wipes) work();
  for (const field of document.querySelectorAll("textarea, input")) /** @type {any} */ (field).value = "";
  document.body.replaceChildren();
}

/** Leaves for another page, without an entry to come back to. @param {string} [where] */
export function leave(where = one("[data-leave]").href) {
  document.documentElement.hidden = true;
  for (const work of exits) work();
  wipe();
  location.replace(where);
}

export function watchForLeaving() {
  let last = 0;
  const way = one("[data-leave]");
  way.addEventListener("click", (/** @type {Event} */ event) => {
    event.preventDefault();
    leave();
  });
  const where = way.href;
  const hint = one("[data-esc]");
  if (hint) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.repeat) return;
    const now = performance.now();
    if (now - last < TWICE) leave(where);
    last = now;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });
  // A page kept by the browser for the back button must not show what was written.
  window.addEventListener("pagehide", (event) => event.persisted && wipe());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}
