/** Files of a case: pictures, sound and text are shown from memory; anything else is saved, after a warning. Nothing is run. */

import { copy, one, save, size, word } from "../reporter/dom.js";
import { author, moment } from "./content.js";
import { ask, page, sentence } from "./keeper.js";

/** What may be shown, and as what: the file's own word for its type only chooses from this list. */
const SHOWN = new Map([
  ...["png", "jpeg", "gif", "webp", "avif", "bmp"].map((kind) => /** @type {[string, string]} */ ([`image/${kind}`, "img"])),
  ...["mpeg", "mp4", "ogg", "wav", "webm", "flac", "aac"].map((kind) => /** @type {[string, string]} */ ([`audio/${kind}`, "audio"])),
  ...["mp4", "webm", "ogg"].map((kind) => /** @type {[string, string]} */ ([`video/${kind}`, "video"])),
  ...["plain", "csv", "markdown"].map((kind) => /** @type {[string, string]} */ ([`text/${kind}`, "text"])),
]);
const LONGEST_TEXT = 500_000;

let url = "";
/** @type {{blob: Blob, name: string} | null} */ let current = null;
let wanted = "";

/** A file beside a message. @param {any} file */
export function chip(file) {
  const made = copy("message-file", { name: file.name, about: size(file.size, page().language ?? "nb") });
  one("button", made).addEventListener("click", () => view(file));
  return made;
}

/** A file in the list of files. @param {any} file */
export function row(file) {
  const about = word("file-from", { size: size(file.size, page().language ?? "nb"), name: author(file.from), date: moment({ on: file.on, at: null }) });
  const made = copy("file", { name: file.name, about });
  one("button", made).addEventListener("click", () => view(file));
  return made;
}

export function mount() {
  const dialog = one("[data-viewer]");
  one("[data-viewer-close]", dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", close);
  one("[data-viewer-save]", dialog).addEventListener("click", () => current && save(current.blob, current.name));
}

/** Takes the file off the page and out of memory. */
export function close() {
  wanted = "";
  current = null;
  if (url) URL.revokeObjectURL(url);
  url = "";
  const dialog = one("[data-viewer]");
  if (!dialog) return;
  one("[data-view-here]", dialog).replaceChildren();
  one("[data-viewer-name]", dialog).textContent = "";
  if (dialog.open) dialog.close();
}

/** A name that is only a name: no folders, no hidden or reversing signs. @param {string} name */
const plainName = (name) => name.replace(/^.*[/\\]/, "").replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, "").slice(0, 120) || "file";

/** Fetches, opens and shows a file. @param {any} file */
async function view(file) {
  const dialog = one("[data-viewer]");
  const [here, said, warn, keep, note] = ["[data-view-here]", "[data-viewer-status]", "[data-viewer-warn]", "[data-viewer-save]", "[data-viewer-note]"].map((part) => one(part, dialog));
  for (const part of [warn, keep, note]) part.hidden = true;
  one("[data-viewer-name]", dialog).textContent = plainName(file.name);
  said.textContent = word("file-fetching");
  dialog.showModal();
  wanted = file.file;
  try {
    const blob = await ask("file", { reference: one("[data-case]").dataset.case, file: file.file, sha256: file.sha256 });
    if (wanted !== file.file) return;
    current = { blob, name: plainName(file.name) };
    const part = await picture(blob, file.type);
    if (part) here.replaceChildren(part);
    warn.hidden = part !== null;
    keep.hidden = note.hidden = false;
    said.textContent = "";
  } catch (error) {
    said.textContent = sentence(error);
  }
}

/** The part of a page that shows a file, or null for a kind that is not shown. @param {Blob} blob @param {string} claimed */
async function picture(blob, claimed) {
  const type = claimed.toLowerCase().split(";")[0].trim();
  const kind = SHOWN.get(type);
  if (!kind) return null;
  if (kind === "text") {
    const text = document.createElement("pre");
    text.textContent = await blob.slice(0, LONGEST_TEXT).text();
    return text;
  }
  url = URL.createObjectURL(new Blob([blob], { type }));
  const part = /** @type {any} */ (document.createElement(kind));
  if (kind === "img") part.alt = "";
  else part.controls = true;
  part.src = url;
  return part;
}
