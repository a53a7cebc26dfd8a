/** The word lists. They are files of their own, fetched when words are shown; digits need none. */

import { hex, sha256, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";

/** @typedef {readonly string[]} List */

export const SIZE = 7776;

/** Another order of the same words would turn every code into another code. @type {Record<string, string>} */
const SHA256 = {
  nb: "e133e2d8b59db610a719a425b9ad4291c7a48094aae1625642712bbfdfece456",
  en: "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522",
};

/** The list that a language shows: nynorsk the bokmål words, a language without a list the English ones. @param {string} language @returns {string} */
export const listOf = (language) => (language === "nb" || language === "nn" ? "nb" : "en");

/** A list as it came from a file, if it is the one that codes are made with. @param {string} language @param {unknown} found @returns {List} */
export function checked(language, found) {
  const list = Array.isArray(found) ? found : [];
  const digest = hex(sha256(utf8(list.map((word) => `${word}\n`).join(""))));
  if (list.length !== SIZE || digest !== SHA256[listOf(language)]) throw new VaultError("code.language");
  return Object.freeze(list);
}

/** Fetches the list of a language (nb, nn, en) from `url`. @param {string} language @param {string | URL} url @returns {Promise<List>} */
export async function load(language, url) {
  const answer = await fetch(url, { credentials: "omit" });
  if (!answer.ok) throw new VaultError("code.language");
  return checked(language, await answer.json());
}
