/** Pieces of the opened mailbox: what it says of the case, of those who read, and of what was logged. */

import { clock, seenAs } from "./clocks.js";
import { copy, day, hasWord, initials, locale, one, word } from "./dom.js";
import { complete, saveReceipt } from "./receipts.js";
import { language } from "./sealer.js";

/** The running promises first. @param {any[]} clocks @param {string} received */
export function showClocks(clocks, received) {
  const acknowledged = clocks.find((each) => each.clock === "C1");
  const from = (/** @type {any} */ each) => (each.clock === "C1" ? received : acknowledged?.met_on ?? received);
  const order = [...clocks].sort((one_, other) => Number(one_.met_on !== null) - Number(other.met_on !== null));
  one("[data-clocks]").replaceChildren(...order.map((each) => clock(each, from(each))));
}

/** @param {{name: string, title: string, lacks: string}} someone */
export const person = ({ name, title, lacks }) => copy("person", { initials: initials(name), name, title: lacks ? `${title} · ${word(lacks)}` : title });

/** @param {any} receipt */
export function receiptRow(receipt) {
  const n = new Intl.NumberFormat(locale(language)).format(receipt.index);
  const values = { n, date: day(String(JSON.parse(atob(receipt.entry)).at).slice(0, 10), language, true) };
  const row = copy("receipt-row", { words: word(complete(receipt) ? "receipt-at" : "receipt-later", values), save: word("receipt-save"), which: ` ${n}` });
  const button = one("button", row);
  button.hidden = !complete(receipt);
  button.addEventListener("click", () => saveReceipt(receipt));
  return row;
}

/** @param {{what: string, on?: string}} alarm */
export function alarm({ what, on }) {
  const line = document.createElement("li");
  line.textContent = word(`alarm-${what}`, { date: on ? day(on, language) : "" });
  return line;
}

/** The sentence of a state, or of what the reporter sees it as. @param {string} status @param {string} kind */
export const headline = (status, kind) => [status, seenAs(status)].map((each) => `${kind}-${each}`).find(hasWord) ?? `${kind}-assessment`;
