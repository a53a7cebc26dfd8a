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
    made.textContent = part;
    return made;
  });
}

/** @param {any} file @param {(said: string) => void} tell */
function fileRow(file, tell) {
  const row = copy("message-file", { name: file.name, size: size(file.size, language) });
  one("button", row).addEventListener("click", async () => {
    tell(word("file-fetching", { name: file.name }));
    try {
      save(await ask("file", file), safeName(file.name));
      tell("");
    } catch {
      tell(word("file-lost", { name: file.name }));
    }
  });
  return row;
}

/** A file's name without what could fool a person or a disk. @param {string} name */
const safeName = (name) => name.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, "_").slice(-120) || "file";
