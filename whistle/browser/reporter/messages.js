/** Messages of an opened mailbox as part of the page.  What somebody wrote becomes text, never markup. */

import { copy, day, one, save, size, word } from "./dom.js";
import { ask, language } from "./sealer.js";

/** @param {any} message @param {(said: string) => void} tell */
export function message({ mine, plain, on, text, name, title, files, removed }, tell) {
  const made = copy("message", {
    author: plain ? word("server-sealed") : mine ? word("you") : name || title || word("unverified"),
    title: mine || !name ? "" : title,
    time: day(on, language),
  });
  made.classList.toggle("mine", mine);
  one("time", made).dateTime = on;
  one('[data-slot="text"]', made).replaceChildren(...paragraphs(removed ? tombstone(removed) : text));
  made.classList.toggle("removed", Boolean(removed));
  one('[data-slot="files"]', made).replaceChildren(...files.map((/** @type {any} */ file) => fileRow(file, tell)));
  return made;
}

/** What is said where something was removed. @param {any} removed */
function tombstone({ on, ground, size: octets, file, by, agreed }) {
  const facts = { date: day(on, language, true), size: size(octets, language), by, agreed, ground: word(`removal-${ground}`) };
  return `${word(file ? "removed-file" : "removed-message", facts)}\n\n${word("removed-complain")}`;
}

/** @param {string} text */
function paragraphs(text) {
  return text.split(/\n{2,}/).map((part) => {
    const made = document.createElement("p");
    made.className = "w-said";
    made.dir = "auto";
    made.translate = false;
    made.textContent = part;
    return made;
  });
}

const LARGE = 8 * 2 ** 20; // octets; a larger file goes straight to the disk where the browser can

/** @param {any} file @param {(said: string) => void} tell */
function fileRow(file, tell) {
  const row = copy("message-file", { name: file.name, size: size(file.size, language) });
  one("button", row).addEventListener("click", () => fetchFile(file, tell));
  return row;
}

/** @param {any} file @param {(said: string) => void} tell */
async function fetchFile(file, tell) {
  const suggestedName = safeName(file.name);
  const { showSaveFilePicker: choose } = /** @type {any} */ (window);
  try {
    const into = file.size > LARGE && choose ? await choose({ suggestedName }) : undefined;
    const share = (/** @type {number} */ n) => tell(word("file-fetching", { name: file.name, share: Math.floor(100 * n) }));
    share(0);
    const blob = await ask("file", { ...file, into }, (state) => share(state.share));
    if (blob) save(blob, suggestedName);
    tell(into ? word("file-saved", { name: file.name }) : "");
  } catch (error) {
    const { name, code } = /** @type {any} */ (error);
    if (name === "AbortError") return tell(""); // nowhere was chosen to save it
    const why = { network: "file-broken", "file.unsaved": "file-unsaved" }[/** @type {string} */ (code)];
    tell(word(why ?? "file-lost", { name: file.name }));
  }
}

/** A file's name without what could fool a person or a disk. @param {string} name */
const safeName = (name) => name.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, "_").slice(-120) || "file";
