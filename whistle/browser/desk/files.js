/**
 * Files of a case. They are shown in a frame that has no origin and no network, drawn from their octets; nothing of them is
 * run, laid out or fetched. The original is saved only after a warning.
 */

import { copy, one, save, size, word } from "../reporter/dom.js";
import { author, moment, tombstone } from "./content.js";
import { ask, page, sentence } from "./keeper.js";
import { sniff } from "./viewer/sniff.js";

/** @type {{blob: Blob, name: string} | null} */ let current = null;
let wanted = "";
/** @type {AbortController | undefined} */ let looking;

/** A file beside a message; as evidence with the hash that was signed with it. @param {any} file @param {boolean} [hashed] */
export function chip(file, hashed = false) {
  const about = [size(file.size, page().language ?? "nb"), hashed ? `SHA-256 ${file.sha256}` : ""].filter(Boolean).join(" · ");
  const made = copy("message-file", { name: plainName(file.name), about });
  one("button", made).addEventListener("click", () => view(file));
  return made;
}

/** A file in the list of files. @param {any} file */
export function row(file) {
  if (file.removed) return copy("tombstone", { text: [word("thing-file"), author(file.from), moment({ on: file.on, at: null }), tombstone(file.removed)].join(" · ") });
  const about = word("file-from", { size: size(file.size, page().language ?? "nb"), name: author(file.from), date: moment({ on: file.on, at: null }) });
  const made = copy("file", { name: plainName(file.name), about: file.internal ? `${about} · ${word("internal")}` : about });
  one("button", made).addEventListener("click", () => view(file));
  return made;
}

export function mount() {
  const dialog = one("[data-viewer]");
  const risk = one("[data-viewer-risk]", dialog);
  const warn = (/** @type {boolean} */ shown) => {
    risk.hidden = !shown;
    one("[data-viewer-save]", dialog).setAttribute("aria-expanded", String(shown));
  };
  one("[data-viewer-close]", dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", close);
  one("[data-viewer-save]", dialog).addEventListener("click", () => warn(risk.hidden));
  one("[data-viewer-keep]", dialog).addEventListener("click", () => warn(false));
  one("[data-viewer-save-now]", dialog).addEventListener("click", () => {
    if (current) save(current.blob, current.name);
    warn(false);
  });
}

/** Takes the file off the page and out of memory. */
export function close() {
  wanted = "";
  current = null;
  looking?.abort();
  const dialog = one("[data-viewer]");
  if (!dialog) return;
  for (const part of ["[data-view-here]", "[data-viewer-warnings]", "[data-viewer-name]"]) one(part, dialog).replaceChildren();
  if (dialog.open) dialog.close();
}

/** A name that is only a name: no folders, no hidden or reversing signs. @param {string} name */
export const plainName = (name) => name.replace(/^.*[/\\]/, "").replace(/[\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "").replace(/^\.+/, "").slice(0, 120) || "file";

/** @param {string} code */
const told = (code) => one(`[data-viewer-word="${code}"]`, one("#viewer-words").content)?.textContent ?? "";

/** Fetches, opens and shows a file. @param {any} file */
async function view(file) {
  const dialog = one("[data-viewer]");
  const [here, said, risk, keep, note, warnings] = ["[data-view-here]", "[data-viewer-status]", "[data-viewer-risk]", "[data-viewer-save]", "[data-viewer-note]", "[data-viewer-warnings]"].map((part) => one(part, dialog));
  for (const part of [risk, keep, note]) part.hidden = true;
  warnings.replaceChildren();
  one("[data-viewer-name]", dialog).textContent = plainName(file.name);
  said.textContent = word("file-fetching");
  dialog.showModal();
  wanted = file.file;
  try {
    const blob = await ask("file", { reference: one("[data-case]").dataset.case, file: file.file, sha256: file.sha256 });
    if (wanted !== file.file) return;
    current = { blob, name: plainName(file.name) };
    keep.hidden = false;
    const { codes, refused } = await framed(dialog, here, blob, plainName(file.name));
    if (wanted !== file.file) return;
    warnings.replaceChildren(...codes.map((code) => Object.assign(document.createElement("li"), { textContent: told(code) })));
    note.hidden = refused !== "";
    here.hidden = refused !== "";
    said.textContent = refused ? told(`refused-${refused}`) : "";
  } catch (error) {
    if (wanted === file.file) said.textContent = sentence(error);
  }
}

/**
 * Shows octets in a new frame, and waits for what it says of them.
 * @param {any} dialog @param {any} here @param {Blob} blob @param {string} name @returns {Promise<{codes: string[], refused: string}>}
 */
async function framed(dialog, here, blob, name) {
  looking?.abort();
  looking = new AbortController();
  const { signal } = looking;
  const octets = await blob.arrayBuffer();
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.referrerPolicy = "no-referrer";
  frame.title = name;
  frame.src = sniff(new Uint8Array(octets)).what === "pdf" ? dialog.dataset.framePdf : dialog.dataset.frame;
  here.hidden = false;
  return new Promise((done) => {
    addEventListener("message", ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      if (data?.viewer === "ready") frame.contentWindow?.postMessage({ octets, name }, "*", [octets]);
      const known = (/** @type {unknown} */ code) => typeof code === "string" && told(code) !== "";
      if (data?.viewer === "shown") done({ codes: Array.isArray(data.warnings) ? data.warnings.filter(known) : [], refused: "" });
      if (data?.viewer === "refused") done({ codes: [], refused: known(`refused-${data.code}`) ? data.code : "damaged" });
    }, { signal });
    here.replaceChildren(frame);
  });
}
