/** The mailbox: opened with the code, and gone when the page is. */

import { clock, seenAs, track } from "./clocks.js";
import { all, copy, counted, day, hasWord, initials, locale, one, show, word } from "./dom.js";
import { askBeforeLeaving, leave, onLeave, watchForLeaving, wipe } from "./exit.js";
import { Acts, careCard, identityLine, whyNot } from "./mailbox_acts.js";
import { Files } from "./files.js";
import { message } from "./messages.js";
import { complete, saveReceipt } from "./receipts.js";
import { ask, forget, language, lists, place } from "./sealer.js";

watchForLeaving();
for (const part of all("[data-without-script]")) part.remove();

const field = one("#code");
const answer = one("#answer");
const files = new Files(one("[data-answer]"), () => ({ file: 200 * 2 ** 20 }), async () => {});
/** @type {any} */ let box;
let busy = false;

const acts = new Acts(write, tell);
let count = 1;
let at = 0;

onLeave(forget);
askBeforeLeaving(() => answer.value.trim() !== "");
window.addEventListener("pagehide", () => box && wipe());

one('[data-view="enter"]').addEventListener("submit", (/** @type {Event} */ event) => void open(event));
field.addEventListener("input", () => complain(""));
field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.key === "Enter" && !event.shiftKey) void open(event);
});
one("[data-answer]").addEventListener("submit", (/** @type {Event} */ event) => void send(event));
one("[data-clear]").addEventListener("click", () => leave(location.pathname.replace(/mailbox\/$/, "")));

/** @param {string} said */
function complain(said) {
  const line = one("[data-code-error]");
  line.hidden = said === "";
  line.textContent = said;
  field.toggleAttribute("aria-invalid", said !== "");
}

/** @param {string} said */
function waiting(said) {
  one("[data-opening]").hidden = said === "";
  one("[data-opening-words]").textContent = said;
}

/** @param {Event} event */
async function open(event) {
  event.preventDefault();
  if (busy) return;
  busy = true;
  complain("");
  try {
    const given = { text: field.value.slice(0, 1000), language, lists, ...place };
    const opened = await ask("openMailbox", given, ({ share }) => {
      waiting(share < 1 ? word("opening") : word("fetching"));
      one("[data-opening] .v").setAttribute("stroke-dashoffset", String(100 - 100 * share));
    });
    box = opened.view;
    count = opened.count;
    field.value = "";
    render();
    show("box");
  } catch (error) {
    const { code } = /** @type {any} */ (error);
    const why = { network: "open-network", here: "open-browser", "mailbox.forged": "open-forged", "seal.refused": "open-forged" }[/** @type {string} */ (code)];
    complain(word(why ?? (hasWord(code) ? code : "open-network")));
    field.focus();
  } finally {
    busy = false;
    waiting("");
  }
}

function render() {
  const { messages, status, readers, clocks, received_on, last_opened, alarms, checks, identity } = box;
  const replied = new Set(messages.map((/** @type {any} */ each) => each.content.of).filter(Boolean));
  const shown = (/** @type {any} */ each) => acts.under(message(each, tell), each, replied.has(each.id));
  const lastMine = messages.findLastIndex((/** @type {any} */ each) => each.mine);
  const fresh = messages.slice(lastMine + 1);
  const newest = fresh.at(-1);
  one("[data-new-mark]").hidden = !newest;
  one("[data-headline]").textContent = newest?.name ? word("headline-message", { name: newest.name }) : word(headline(status, "headline"));
  one("[data-status-words]").textContent = word(headline(status, "status"));
  const unread = one("[data-thread-new]");
  unread.hidden = fresh.length === 0;
  unread.replaceChildren(...fresh.map(shown).reverse());
  for (const each of unread.children) each.classList.add("new");
  one("[data-thread]").replaceChildren(...messages.slice(0, lastMine + 1).map(shown).reverse());
  one("[data-readers-line]").textContent = counted("readers", readers.length);
  one("[data-people]").replaceChildren(...readers.map(person));
  showClocks(clocks, received_on);
  one("[data-track]").replaceChildren(...track(status, { received: received_on, acknowledged: clocks.find((/** @type {any} */ each) => each.clock === "C1")?.met_on ?? undefined }));
  one("[data-last-opened]").textContent = last_opened ? word("last-opened", { date: day(last_opened, language, true) }) : "";
  one("[data-receipts]").replaceChildren(...box.receipts.map(receiptRow));
  const asked = checks.filter((/** @type {any} */ each) => !each.answered_on);
  one("[data-care]").replaceChildren(...asked.slice(0, 1).map((/** @type {any} */ each) => careCard(each, acts)));
  one("[data-identity-part]").hidden = identity.length === 0;
  one("[data-identity]").replaceChildren(...identity.map(identityLine));
  one("[data-after]").hidden = at > 0;
  one("[data-others]").hidden = count < 2;
  one("[data-others-list]").replaceChildren(...Array.from({ length: count }, (_, n) => other(n)));
  one("[data-alarm]").hidden = alarms.length === 0;
  one("[data-alarm-list]").replaceChildren(...alarms.map(alarm));
}

/** The sentence of a state, or of what the reporter sees it as. @param {string} status @param {string} kind */
const headline = (status, kind) => [status, seenAs(status)].map((each) => `${kind}-${each}`).find(hasWord) ?? `${kind}-assessment`;

/** The way to another report under the same code. @param {number} n */
function other(n) {
  const row = copy("other-report", { words: word(n === 0 ? "report-first" : "report-further", { n: n + 1 }) });
  const button = one("button", row);
  button.toggleAttribute("aria-current", n === at);
  button.addEventListener("click", () => void go(n));
  return row;
}

/** @param {number} n */
async function go(n) {
  if (busy || answer.value.trim()) return tell(word("answer-first"));
  box = await ask("showMailbox", { at: n }).catch(() => box);
  at = n;
  render();
  show("box");
}

/** A further report was made: the way to it is shown. @param {number} number */
function further(number) {
  count = number;
  render();
}

/** The running promises first. @param {any[]} clocks @param {string} received */
function showClocks(clocks, received) {
  const acknowledged = clocks.find((each) => each.clock === "C1");
  const from = (/** @type {any} */ each) => (each.clock === "C1" ? received : acknowledged?.met_on ?? received);
  const order = [...clocks].sort((one_, other) => Number(one_.met_on !== null) - Number(other.met_on !== null));
  one("[data-clocks]").replaceChildren(...order.map((each) => clock(each, from(each))));
}

/** @param {{name: string, title: string, verified: boolean}} someone */
const person = ({ name, title, verified }) => copy("person", { initials: initials(name), name, title: verified ? title : `${title} · ${word("unverified")}` });

/** @param {any} receipt */
function receiptRow(receipt) {
  const n = new Intl.NumberFormat(locale(language)).format(receipt.index);
  const values = { n, date: day(String(JSON.parse(atob(receipt.entry)).at).slice(0, 10), language, true) };
  const row = copy("receipt-row", { words: word(complete(receipt) ? "receipt-at" : "receipt-later", values), save: word("receipt-save"), which: ` ${n}` });
  const button = one("button", row);
  button.hidden = !complete(receipt);
  button.addEventListener("click", () => saveReceipt(receipt));
  return row;
}

/** @param {{what: string, on?: string}} alarm */
function alarm({ what, on }) {
  const line = document.createElement("li");
  line.textContent = word(`alarm-${what}`, { date: on ? day(on, language) : "" });
  return line;
}

/** @param {string} said */
function tell(said) {
  one("[data-answer-status]").textContent = said;
}

/** @param {string} said */
function refuseAnswer(said) {
  const line = one("[data-answer-error]");
  line.hidden = said === "";
  line.textContent = said;
}

/** @param {Event} event */
async function send(event) {
  event.preventDefault();
  if (busy) return;
  busy = true;
  refuseAnswer("");
  await files.allUp((progress) => tell(word("sending-files", progress)));
  busy = false;
  tell("");
  if (answer.value.trim() === "" && files.sent.length === 0) {
    refuseAnswer(word("empty-answer"));
    answer.focus();
    return;
  }
  busy = true;
  tell(word("answer-sending"));
  try {
    await write({ text: answer.value });
    answer.value = "";
    files.settle();
    render();
    tell(word("answer-sent"));
  } catch (error) {
    tell("");
    refuseAnswer(whyNot(error));
  } finally {
    busy = false;
  }
}

/** Sends what was written and reads the mailbox anew. @param {{text: string, extra?: any, check?: string}} written */
async function write(written) {
  const { last_opened } = box; // by whoever came before this visit
  box = { ...(await ask("write", written)), last_opened };
  render();
}

one("[data-talk]").addEventListener("submit", (/** @type {Event} */ event) => acts.talk(event));
one("[data-retaliation-form]").addEventListener("submit", async (/** @type {Event} */ event) => {
  const number = await acts.retaliate(event);
  if (number) further(number);
});
one("[data-after]").addEventListener("toggle", () => acts.showWhoReadsAbout(one("[data-after-readers]")));
