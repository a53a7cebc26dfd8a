/** Text as text: markup is shown as it is written, and signs that would turn or hide letters are made visible. */

const LONGEST = 2_000_000;
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** @param {Uint8Array} octets */
export function decoded(octets) {
  const cut = octets.subarray(0, LONGEST);
  if (cut[0] === 0xff && cut[1] === 0xfe) return new TextDecoder("utf-16le").decode(cut);
  if (cut[0] === 0xfe && cut[1] === 0xff) return new TextDecoder("utf-16be").decode(cut);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(octets.length > LONGEST ? cut.subarray(0, LONGEST - 4) : cut, { stream: true });
  } catch {
    return new TextDecoder("windows-1252").decode(cut);
  }
}

/** A text's nodes: hidden signs stand as marks with their number. @param {string} text @returns {Node[]} */
export function nodes(text) {
  return text.split(new RegExp(`(${HIDDEN.source})`, "u")).filter(Boolean).map((part) => {
    if (!HIDDEN.test(part)) return document.createTextNode(part);
    const mark = document.createElement("mark");
    mark.textContent = `U+${/** @type {number} */ (part.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0")}`;
    return mark;
  });
}

/** @param {string} tag @param {string} [text] @returns {HTMLElement} */
export function part(tag, text = "") {
  const made = document.createElement(tag);
  made.append(...nodes(text));
  return made;
}

/** Whether a text is a program's or a page's source. @param {string} text */
export const isMarkup = (text) => /^\s*(<|\{\\rtf|MIME-Version:|#!|@echo)/i.test(text.slice(0, 400));

/** @param {Uint8Array} octets */
export function shownText(octets) {
  const text = decoded(octets);
  const made = part("pre", text);
  made.dir = "auto";
  const warnings = [isMarkup(text) ? "markup" : "", octets.length > LONGEST ? "cut" : "", made.querySelector("mark") ? "hidden-signs" : ""];
  return { parts: [made], warnings: warnings.filter(Boolean) };
}
