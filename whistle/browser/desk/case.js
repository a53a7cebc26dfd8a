/** The case page: asks the worker to open the case, and puts what it opened where the page has room for it. */

import { all, copy, hasWord, initials, one, word } from "../reporter/dom.js";
import { mountForms } from "./compose.js";
import * as records from "./records.js";
import * as contact from "./contact.js";
import { shown } from "./content.js";
import * as drafts from "./drafts.js";
import { mountExport } from "./export.js";
import * as viewer from "./files.js";
import { ask, page, sentence } from "./keeper.js";
import * as keys from "./keys.js";
import * as kit from "./kit.js";
import * as search from "./search.js";
import { mountRevoke, mountShare } from "./share.js";
import * as tabs from "./tabs.js";
import { mountTies, which } from "./ties.js";

const LATEST = 2;
/** @type {AbortController | undefined} */ let leaving;

/** Wires the case page, if this is one. */
export function mount() {
  leaving?.abort();
  viewer.close();
  const root = one("[data-case][data-version]");
  if (!root) return;
  leaving = new AbortController();
  one("[data-readings]", root).addEventListener("click", readings);
  tabs.mount(root);
  void prepare(root, leaving.signal);
}

/** Fetches the kit, and wires what needs it. @param {any} root @param {AbortSignal} signal */
async function prepare(root, signal) {
  try {
    await kit.put(root);
    keys.show();
  } catch (error) {
    if (!signal.aborted) failed(root, error, () => prepare(root, signal));
    return;
  }
  if (signal.aborted) return;
  one("[data-failed]", root).hidden = true;
  mountForms(root);
  records.mount(root);
  if (keys.isOpen()) drafts.putBack();
  mountShare(root);
  mountRevoke(root);
  viewer.mount();
  mountTies(root);
  mountExport(root);
  keys.when("open", () => open(root), signal);
  keys.when("closed", () => clear(root), signal);
  if (keys.isOpen()) open(root);
}

/** Says that it did not work, and offers to try again. @param {any} root @param {any} error @param {() => unknown} again */
function failed(root, error, again) {
  one("[data-failed-text]", root).textContent = sentence(error);
  one("[data-failed]", root).hidden = false;
  one("[data-open-again]", root).onclick = again;
}

/** Shows or hides the lines that say who opened what. @param {Event} event */
function readings(event) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const shown = one("[data-timeline]").classList.toggle("all");
  button.setAttribute("aria-pressed", String(shown));
}

/** @param {any} root @param {"closed"|"opening"|"open"} state */
function mark(root, state) {
  for (const part of all("[data-sealed]", root)) part.hidden = part.dataset.sealed !== state;
}

/** Fetches and opens the case. @param {any} root */
export async function open(root) {
  const signal = leaving?.signal;
  mark(root, "opening");
  one("[data-failed]", root).hidden = true;
  try {
    const view = await ask("openCase", { reference: root.dataset.case, api: page().api });
    if (signal?.aborted || !keys.isOpen()) return;
    fill(root, view);
    mark(root, "open");
  } catch (error) {
    if (signal?.aborted) return;
    mark(root, "closed");
    failed(root, error, () => open(root));
  }
}

/** Takes everything that was opened off the page. @param {any} root */
function clear(root) {
  viewer.close();
  contact.clear(root);
  records.clear(root);
  for (const part of all("[data-latest], [data-messages], [data-notes], [data-report], [data-files], [data-candidates], [data-alarm-list], p[data-about]", root)) part.replaceChildren();
  for (const part of all("[data-count]", root)) part.textContent = "";
  for (const part of all("[data-alarm], [data-share], [data-none], [data-all-messages], [data-holders-checked]", root)) part.hidden = true;
  const title = one("[data-title]", root);
  title.textContent = title.dataset.before ?? title.textContent;
  mark(root, "closed");
}

/** @param {any} root @param {any} view */
function fill(root, view) {
  const { messages, notes, files } = view;
  const lastOfOurs = messages.findLastIndex((/** @type {any} */ each) => ["me", "officer"].includes(each.by));
  const made = (/** @type {any} */ each, /** @type {number} */ at) => shown(each, { fresh: at > lastOfOurs && !["me", "officer"].includes(each.by) });
  const numbered = messages.map((/** @type {any} */ each, /** @type {number} */ at) => ({ each, at }));
  one("[data-latest]", root).replaceChildren(...numbered.slice(-LATEST).reverse().map((/** @type {any} */ { each, at }) => made(each, at)));
  one("[data-messages]", root).replaceChildren(...numbered.map((/** @type {any} */ { each, at }) => made(each, at)));
  one("[data-notes]", root).replaceChildren(...notes.map((/** @type {any} */ each) => shown(each, {})));
  one("[data-files]", root).replaceChildren(...files.map(viewer.row));
  const reports = messages.filter((/** @type {any} */ each) => each.type === "report");
  one("[data-report]", root).replaceChildren(...reports.map((/** @type {any} */ each) => shown(each, {})));
  which(root, view.mailboxes);
  one("p[data-about]", root).textContent = about(view.about);
  title(root, view.title);
  for (const [what, n] of Object.entries({ messages: messages.length, files: files.length, notes: notes.length })) one(`[data-count="${what}"]`, root).textContent = n ? String(n) : "";
  for (const part of all("[data-none=files], [data-none=notes]", root)) part.hidden = { files, notes }[/** @type {"files"} */ (part.dataset.none)].length > 0;
  const every = one("[data-all-messages]", root);
  every.hidden = messages.length <= LATEST;
  every.textContent = word("all-messages", { n: messages.length });
  contact.fill(root, view);
  records.fill(root, view.records, view.things);
  holders(root, view.holders);
  alarms(root, view.alarms);
}

/** What people know the case by; the browser's history never learns it. @param {any} root @param {string} called */
function title(root, called) {
  const heading = one("[data-title]", root);
  heading.dataset.before ??= heading.textContent;
  if (!called) return;
  heading.textContent = called;
  search.call(root.dataset.case, called);
}

/** Whom the report concerns, in words. @param {string[]} codes */
function about(codes) {
  const list = codes.map((code) => (hasWord(`subject-${code}`) ? word(`subject-${code}`) : code)).join(", ");
  return list && word("about", { list });
}

/** @param {any} root @param {any[]} list */
function holders(root, list) {
  const rows = list.map((each) => {
    const name = each.holder === "staff" ? each.name : word(`holder-${each.holder}`);
    const part = hasWord(`part-${each.staff_id}`) ? `${word(`part-${each.staff_id}`)} · ` : "";
    const checked = each.holder === "reporter" && each.verified ? word("holder-own") : word(each.verified ? "holder-verified" : "holder-unverified");
    return copy("holder", { initials: each.holder === "staff" ? initials(name) : "·", name, about: part + checked });
  });
  if (!rows.length) return;
  one("[data-holders]", root).replaceChildren(...rows);
  one("[data-holders-checked]", root).hidden = false;
}

/** @param {any} root @param {any[]} list */
function alarms(root, list) {
  const lines = list.map((each) => {
    const line = document.createElement("li");
    line.textContent = word(`alarm-${each.what}`, { date: each.on ?? "", name: each.who ?? "" });
    return line;
  });
  one("[data-alarm-list]", root).replaceChildren(...lines);
  one("[data-alarm]", root).hidden = lines.length === 0;
}
