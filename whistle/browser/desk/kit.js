/** What every case page is filled with, forms, words and pieces: the same for all cases, fetched once while the document lives. */

import { all, one } from "../reporter/dom.js";
import { page } from "./keeper.js";

/** @type {Map<string, Promise<string>>} by language and release */
const kept = new Map();

/** @param {string} url */
async function fetched(url) {
  const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (answer?.ok && !answer.redirected) return answer.text();
  const code = !answer ? "network" : answer.redirected ? "sign_in.needed" : "server";
  throw Object.assign(new Error(code), { code });
}

/** Puts the kit where the page has room for it. @param {any} root the case @returns {Promise<void>} */
export async function put(root) {
  const key = `${page().language} ${page().worker}`;
  const asked = kept.get(key) ?? fetched(root.dataset.kitUrl);
  kept.set(key, asked);
  const html = await asked.catch((error) => {
    kept.delete(key);
    throw error;
  });
  const kit = new DOMParser().parseFromString(html, "text/html");
  for (const part of all("[data-kit]", kit)) {
    const place = part.dataset.kit === "words" ? one("#words").content : one(`[data-kit-here="${part.dataset.kit}"]`);
    place.append(...part.childNodes);
  }
}
