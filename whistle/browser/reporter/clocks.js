/** Deadlines and the way of a case, as a reporter sees them. */

import { copy, day, days, today, word } from "./dom.js";
import { language } from "./sealer.js";

const LONGEST_IN_DAYS = 31; // a longer clock is drawn in weeks

/** How many cells a clock has, and how many are spent. @param {number} spent @param {number} of both in days */
function cells(spent, of) {
  const unit = of <= LONGEST_IN_DAYS ? "days" : "weeks";
  const length = unit === "days" ? 1 : 7;
  return { unit, of: Math.ceil(of / length), spent: Math.min(Math.max(spent, 0), of) / length };
}

/** @param {{clock: string, due: string, met_on: string | null}} clock @param {string} from date when it began */
export function clock({ clock: name, due, met_on }, from) {
  const of = Math.max(days(from, due), 1);
  const spent = days(from, met_on ?? today());
  const it = cells(spent, of);
  const left = days(today(), due);
  const date = day(due, language, true);
  const shown = copy("clock", {
    title: word(`clock-${name}`),
    left: met_on ? metWords(spent, of) : leftWords(left),
    note: met_on ? word("due-met", { date }) : word(`due-${it.unit}`, { date }),
  });
  const strip = shown.querySelector('[data-slot="strip"]');
  strip.classList.toggle("done", met_on !== null);
  strip.setAttribute("aria-label", word(`spent-${it.unit}`, { n: Math.floor(it.spent), of: it.of }));
  strip.replaceChildren(...Array.from({ length: it.of }, (_, at) => cell(at, it.spent, met_on !== null)));
  return shown;
}

/** @param {number} at @param {number} spent @param {boolean} met */
function cell(at, spent, met) {
  const made = document.createElement("i");
  const state = at + 1 <= spent ? "on" : at < spent ? "now" : "";
  made.className = met ? (at < spent ? "" : "off") : state;
  return made;
}

/** @param {number} left */
const leftWords = (left) => (left === -1 ? word("left-over-one") : left < 0 ? word("left-over", { n: -left }) : left === 0 ? word("left-today") : left === 1 ? word("left-one") : word("left-many", { n: left }));

/** @param {number} spent @param {number} of */
const metWords = (spent, of) => (spent > of ? word("met-late") : spent === 0 ? word("met-same") : spent === 1 ? word("met-one") : word("met-many", { n: spent }));

const WAY = ["received", "acknowledged", "assessment", "investigation", "conclusion", "follow_up", "closed"];
const ALWAYS = ["received", "acknowledged", "conclusion", "closed"];

/** A reporter is not told of each turn within an investigation. @type {Record<string, string>} */
const SEEN_AS = { waiting: "assessment", hearing: "investigation", merged: "investigation", forwarded: "closed", set_aside: "closed", deleted: "closed" };

/** The state as the reporter's way has it. @param {string} status */
export const seenAs = (status) => SEEN_AS[status] ?? status;

/** The steps of the case: those gone, the one now, those to come. @param {string} status @param {Record<string, string | null>} dates of steps that are known */
export function track(status, dates) {
  const now = WAY.indexOf(seenAs(status));
  // What lies behind is told only where we know it happened; what lies ahead only where it always does.
  const steps = WAY.filter((step, at) => at === now || (at < now ? dates[step] !== undefined : ALWAYS.includes(step)));
  return steps.map((step) => {
    const at = WAY.indexOf(step);
    const name = step === "received" || at < now ? "done" : at === now ? "now" : "todo";
    const words = document.createElement(name === "now" ? "b" : "span");
    words.textContent = word(`track-${step}`);
    const lines = document.createDocumentFragment();
    lines.append(words);
    if (dates[step]) {
      const when = document.createElement("span");
      when.className = "w-small w-sub w-under";
      when.textContent = day(dates[step], language);
      lines.append(when);
    }
    return copy(`step-${name}`, { words: lines });
  });
}
