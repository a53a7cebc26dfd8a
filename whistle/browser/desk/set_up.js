/** The set-up: making the first keys with their sheets, vouching for what people did, and opening the channel. */

import { all, one, word } from "../reporter/dom.js";
import * as flash from "./flash.js";
import { on, once, refuse } from "./forms.js";
import { ask, page, post } from "./keeper.js";
import { when } from "./keys.js";

/** @type {AbortController | undefined} */ let last;

export function mount() {
  const part = one("[data-set-up]");
  if (!part) return;
  on(one("[data-root-form]"), (form) => make(part, form));
  last?.abort();
  last = new AbortController();
  when("closed", () => {
    if (one("[data-paper]")?.childElementCount) location.reload();
  }, last.signal);
  for (const form of all("[data-word-form]")) {
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      once(part, async () => {
        await post("set-up/word", { code: form.dataset.wordForm, reference: one("input", form).value.trim() });
        flash.go(word("saved"));
      });
    });
  }
  one("[data-go-live]")?.addEventListener("click", () => once(part, async () => {
    await post("set-up/go-live");
    flash.go(word("saved"));
  }));
}

/** @param {any} part @param {any} form */
async function make(part, form) {
  const [count, threshold] = [Number(one("#sheets").value), Number(one("#threshold").value)];
  const made = await ask("makeRoot", { count, threshold, wordsUrl: part.dataset.sheetWords });
  const paper = one("[data-paper]");
  paper.replaceChildren();
  for (const [key, sheets] of Object.entries(made.sheets)) {
    for (const [at, sheet] of sheets.entries()) paper.append(drawn(key, at, sheets.length, threshold, sheet, made.fingerprint));
  }
  form.hidden = true;
  one("[data-sheets]").hidden = false;
  one("[data-print]").addEventListener("click", () => print());
  checkOne(made, paper);
}

/** @param {string} key @param {number} at @param {number} of @param {number} k @param {string} sheet @param {string} fingerprint */
function drawn(key, at, of, k, sheet, fingerprint) {
  const made = one("#sheet").content.firstElementChild.cloneNode(true);
  const rule = one("[data-sheet-rule]").textContent.replace("{n}", String(at + 1)).replace("{of}", String(of)).replace("{k}", String(k));
  one('[data-slot="title"]', made).textContent = one(`[data-sheet-title="${key}"]`).textContent;
  one('[data-slot="rule"]', made).textContent = rule;
  one('[data-slot="finger"]', made).textContent = fingerprint;
  one('[data-slot="words"]', made).append(...sheet.split(" ").map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  return made;
}

/** One sheet, picked by chance, is typed back from paper before anything begins. @param {any} made @param {any} paper */
function checkOne(made, paper) {
  const names = Object.keys(made.sheets);
  const [key, at] = [names[chance(names.length)], chance(made.sheets[names[0]].length)];
  one("[data-sheet-asked]").textContent = `${one(`[data-sheet-title="${key}"]`).textContent} · ${at + 1}`;
  on(one("[data-sheet-check]"), async (form) => {
    const words = one("#sheet-typed").value.trim().toLowerCase().split(/\s+/);
    const odd = words.findIndex((/** @type {string} */ each) => !made.list.includes(each));
    if (odd >= 0 && words[odd]) return refuse(form, word("sheet-word", { n: odd + 1, word: words[odd] }));
    if (words.join(" ") !== made.sheets[key][at]) return refuse(form, word("sheet-other"));
    await ask("beginWithRoot", { api: page().api, subjects: JSON.parse(one("[data-set-up]").dataset.subjects) });
    paper.replaceChildren();
    // The page's own root key was none until now: a page loaded anew has the right one.
    location.reload();
  });
}

/** @param {number} below */
const chance = (below) => crypto.getRandomValues(new Uint32Array(1))[0] % below;
