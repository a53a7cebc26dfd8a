/** What is being written, kept in memory while the document lives, so that no page change or error loses it. */

import { all, one } from "../reporter/dom.js";

/** @type {Map<string, string>} by case and field */
const drafts = new Map();

/** @param {HTMLTextAreaElement} field */
const nameOf = (field) => `${one("[data-case]")?.dataset.case ?? ""} ${field.dataset.draft}`;

/** Remembers what is written in fields of any page from now on. */
export function watch() {
  document.addEventListener("input", ({ target }) => {
    const field = /** @type {any} */ (target);
    if (field.dataset.draft) drafts.set(nameOf(field), field.value);
  });
}

/** Puts back what was being written in this page's fields. */
export function putBack() {
  for (const field of all("[data-draft]")) field.value ||= drafts.get(nameOf(field)) ?? "";
}

/** @param {HTMLTextAreaElement} field what was written in it has been sent */
export function sent(field) {
  drafts.delete(nameOf(field));
  field.value = "";
}

/** Takes everything out of memory and page, to be sealed. @returns {Record<string, string>} */
export function takeDrafts() {
  const taken = Object.fromEntries([...drafts].filter(([, text]) => text.trim()));
  drafts.clear();
  for (const field of all("[data-draft]")) field.value = "";
  return taken;
}

/** @param {Record<string, string>} taken */
export function keepDrafts(taken) {
  for (const [name, text] of Object.entries(taken ?? {})) drafts.set(name, text);
}
