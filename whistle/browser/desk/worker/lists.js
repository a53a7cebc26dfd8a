/** The word lists of codes, fetched once when words are shown or heard. */

import { words } from "../../wbe1/index.js";

/** @typedef {{nb: string, en: string}} Urls */

/** @type {Map<string, Promise<words.List>>} */ const fetched = new Map();

/** The list a language shows. @param {string} language @param {Urls} urls */
export function list(language, urls) {
  const name = /** @type {"nb"|"en"} */ (words.listOf(language));
  if (!fetched.has(name)) fetched.set(name, words.load(name, urls[name]));
  return /** @type {Promise<words.List>} */ (fetched.get(name));
}

/** Both lists: somebody may read words of the other one. @param {Urls} urls */
export const lists = (urls) => Promise.all([list("nb", urls), list("en", urls)]);
