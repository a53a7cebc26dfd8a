/** What has just been done, said on the page that comes next. */

import { visit } from "@hotwired/turbo";
import { one } from "../reporter/dom.js";

let words = "";

/** Goes to a page and says something there. @param {string} said @param {string} [where] */
export function go(said, where = location.pathname + location.search) {
  words = said;
  visit(where, { action: where === location.pathname + location.search ? "replace" : "advance" });
}

/** Shows what is to be said, and returns where. @returns {HTMLElement | null} */
export function show() {
  const part = one("[data-flash]");
  if (!part || !words) return null;
  part.textContent = words;
  part.hidden = false;
  words = "";
  return part;
}
