/** What the small forms of the desk have in common: nothing is sent twice, and a refusal stands beside the field. */

import { one } from "../reporter/dom.js";
import { sentence } from "./keeper.js";

/** @param {ParentNode} part @param {string} words */
export function refuse(part, words) {
  const wrong = one("[data-error]", part);
  Object.assign(wrong, { textContent: words, hidden: false });
  one("input, textarea", part)?.focus();
}

/**
 * Does the work of a form when it is sent, once at a time. @param {any} form @param {(form: any) => Promise<unknown>} work
 */
export function on(form, work) {
  form?.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    once(form, () => work(form));
  });
}

/** @param {any} part a form, or a section with buttons @param {() => Promise<unknown>} work */
export async function once(part, work) {
  if (part.dataset.busy) return;
  part.dataset.busy = "yes";
  one("[data-error]", part).hidden = true;
  try {
    await work();
  } catch (error) {
    refuse(part, sentence(error));
  }
  delete part.dataset.busy;
}

/** Shows words in a numbered list. @param {any} list @param {string[]} words */
export function spell(list, words) {
  const row = one("#word-row").content.firstElementChild;
  list.replaceChildren(...words.map((each) => {
    const made = row.cloneNode(true);
    one('[data-slot="word"]', made).textContent = each;
    return made;
  }));
}

/** The word lists' addresses on a part of the page. @param {any} part */
export const urlsOf = (part) => ({ nb: part.dataset.wordsNb, en: part.dataset.wordsEn });

/** The first word, from 1, in which two texts differ; 0 for none. @param {string} typed @param {string} wanted */
export function firstOther(typed, wanted) {
  const [a, b] = [typed, wanted].map((text) => text.trim().toLowerCase().split(/\s+/));
  const at = b.findIndex((each, i) => each !== a[i]);
  return at < 0 ? (a.length > b.length ? b.length + 1 : 0) : at + 1;
}
