/** Searching in what is sealed: words go to the worker that holds the keys, and nowhere else. */

import { all, copy, counted, day, hasWord, one, word } from "../reporter/dom.js";
import { ask, page } from "./keeper.js";
import * as keys from "./keys.js";

const WAIT = 150; // milliseconds after the last letter
/** What cases are called, while the keys are open. @type {Map<string, string>} */
const titles = new Map();
/** @type {AbortController | undefined} */ let leaving;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let typing;

/** Puts what is known onto the page: cases that the person has opened, or that a colleague gave a title. */
function show() {
  for (const part of all("[data-title-of]")) {
    part.textContent = titles.get(part.dataset.titleOf) ?? "";
    part.hidden = !part.textContent;
  }
}

/** @param {string} reference @param {string} title */
export function call(reference, title) {
  titles.set(reference, title);
}

/** Forgets the titles of cases; they were opened with keys that are closed now. */
export function forget() {
  titles.clear();
  for (const part of all("[data-title-of]")) Object.assign(part, { textContent: "", hidden: true });
  const found = one("[data-found]");
  if (!found) return;
  one("[data-found-list]", found).replaceChildren();
  one("#search").value = "";
  found.hidden = true;
  one("[data-listed]").hidden = false;
}

/** Wires a page that names cases, or has a search. */
export function mount() {
  leaving?.abort();
  clearTimeout(typing);
  show();
  const form = one("[data-search]");
  if (!form && !all("[data-title-of]").length) return;
  leaving = new AbortController();
  const { signal } = leaving;
  keys.when("open", () => load(form, signal), signal);
  keys.when("closed", () => clearTimeout(typing), signal);
  form?.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    clearTimeout(typing);
    search(signal);
  });
  one("#search", form ?? document)?.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => search(signal), WAIT);
  });
  if (keys.isOpen()) load(form, signal);
}

/** Reads the index, the first time since the keys were opened. @param {any} form @param {AbortSignal} signal */
async function load(form, signal) {
  const said = form && one("[data-search-status]", form);
  const progress = ({ n = 0 }) => said && (said.textContent = word("search-reading", { n }));
  try {
    const known = await ask("searchIndex", { api: page().api }, progress);
    if (!keys.isOpen()) return;
    for (const [reference, title] of Object.entries(known)) titles.set(reference, title);
    if (signal.aborted) return;
    show();
    if (said) said.textContent = "";
    if (form && one("#search", form).value) search(signal);
  } catch {
    if (said && !signal.aborted) said.textContent = "";
  }
}

/** @param {AbortSignal} signal */
async function search(signal) {
  const question = one("#search").value.trim();
  const [found, listed] = [one("[data-found]"), one("[data-listed]")];
  if (!question) {
    found.hidden = true;
    listed.hidden = false;
    return;
  }
  const { n, cases } = await ask("search", { question });
  if (signal.aborted || !keys.isOpen() || one("#search").value.trim() !== question) return;
  one("#found-title").textContent = counted("found", n);
  one("[data-search-status]").textContent = n > cases.length ? word("found-first", { n: cases.length }) : "";
  one("[data-found-list]", found).replaceChildren(...cases.map(row));
  found.hidden = false;
  listed.hidden = true;
}

/** @param {any} each */
function row({ reference, title, summary, state, receivedOn }) {
  const received = receivedOn ? word("received-on", { date: day(receivedOn, page().language ?? "nb", true) }) : "";
  const said = hasWord(`state-${state}`) ? word(`state-${state}`) : state;
  const made = copy("found-case", { title: title || word("untitled"), reference, state: said, received, summary });
  one("a", made).href = one(".w-filters").action + reference + "/";
  one('[data-slot="summary"]', made).hidden = !summary;
  return made;
}
