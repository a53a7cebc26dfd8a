/** The mailbox: opened with the code, and gone when the page is. */

import { Absence } from "./absence.js";
import { moving, setAside } from "./aside.js";
import { track } from "./clocks.js";
import { all, copy, counted, day, hasWord, one, show, today, word } from "./dom.js";
import { askBeforeLeaving, leave, onLeave, watchForLeaving, wipe } from "./exit.js";
import { Acts, careCard, identityLine, whyNot } from "./mailbox_acts.js";
import { Files } from "./files.js";
import { alarm, headline, person, receiptRow, showClocks } from "./mailbox_rows.js";
import { message } from "./messages.js";
import { ask, forget, isDoing, language, lists, place } from "./sealer.js";
import { putBack, typed } from "./typed.js";

const GRACE = 2 * 60_000; // milliseconds in which somebody can say that they are still there

watchForLeaving();
for (const part of all("[data-without-script]")) part.remove();

const field = one("#code");
const view = one('[data-view="box"]');
const answer = one("#answer");
const files = new Files(one("[data-answer]"), () => ({ file: 200 * 2 ** 20 }), async () => {});
/** @type {any} */ let box;
let busy = false;

const acts = new Acts(write, tell);
let count = 1;
let at = 0;

/** @type {{parcel: any, files: {file: File, keep: boolean}[]}[]} what was not sent when a mailbox closed by itself, sealed to its key */
const kept = [];

/** Whether something would be lost. */
const unsent = () => files.entries.length > 0 || Object.keys(typed(view)).length > 0;

onLeave(() => absence.stop());
onLeave(forget);
askBeforeLeaving(() => unsent() || kept.length > 0);
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
    const given = { text: field.value.slice(0, 1000), language, lists, ...place, parcels: kept.map(({ parcel }) => parcel) };
    const opened = await ask("openMailbox", given, ({ share }) => {
      waiting(share < 1 ? word("opening") : word("fetching"));
      one("[data-opening] .v").setAttribute("stroke-dashoffset", String(100 - 100 * share));
    });
    box = opened.view;
    count = opened.count;
    at = 0;
    field.value = "";
    one("[data-closed]").hidden = true;
    render();
    show("box");
    absence.start();
    if (opened.unwrapped) await takeUp(opened.unwrapped);
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

/** What was being written when the mailbox closed, back in its place. @param {{at: number, written: any}} found */
async function takeUp({ at: which, written }) {
  const [{ files: chosen }] = kept.splice(which, 1);
  if (written.at) await showOther(written.at);
  putBack(view, written.forms);
  for (const { file, keep } of chosen) files.add([file], keep);
}

/** Where somebody was when they went away. */
let was = { top: 0, focused: /** @type {any} */ (null) };
let said = 0;

const absence = new Absence({
  busy: () => busy || moving(files) || isDoing() || !one('[data-voice-part="recording"]').hidden,
  away() {
    was = { top: window.scrollY, focused: document.activeElement };
    said = Infinity;
    show("away");
  },
  left(milliseconds) {
    const seconds = Math.ceil(milliseconds / 1000);
    one("[data-left]").textContent = word("away-in", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
    if (seconds > said - 30) return; // a screen reader says it every half minute
    said = seconds;
    one("[data-left-said]").textContent = word("away-left", { n: seconds });
  },
  gone: () => void close(),
}, GRACE);

one("[data-stay]").addEventListener("click", () => {
  absence.back();
  show("box");
  window.scrollTo(0, was.top);
  was.focused?.focus({ preventScroll: true });
});

/** Nobody is there: the messages leave the page and the keys are forgotten. What was written is sealed to the mailbox's own key first. */
async function close() {
  busy = true;
  const written = { at, forms: typed(view) };
  const chosen = setAside(files);
  const lost = Object.keys(written.forms).length > 0 || chosen.length > 0;
  for (const part of all("[data-opened]", view)) part.replaceChildren();
  for (const form of all("form", view)) form.reset();
  for (const part of all("details", view)) part.open = false;
  for (const line of [one("[data-answer-error]"), ...all("[data-error]", view)]) line.hidden = true;
  box = undefined;
  one("[data-closed]").hidden = false;
  one("[data-closed-kept]").hidden = !lost;
  show("enter");
  try {
    const parcel = await ask("wrap", { written });
    if (lost) kept.push({ parcel, files: chosen });
  } finally {
    forget();
    busy = false;
  }
}

function render() {
  const before = typed(view);
  const { messages, status, readers, clocks, received_on, last_opened, alarms, checks, identity } = box;
  const replied = new Set(messages.map((/** @type {any} */ each) => each.content.of).filter(Boolean));
  const shown = (/** @type {any} */ each) => acts.under(message(each, tell), each, replied.has(each.id));
  const lastMine = messages.findLastIndex((/** @type {any} */ each) => each.mine);
  const fresh = messages.slice(lastMine + 1);
  const newest = fresh.at(-1);
  one("[data-new-mark]").hidden = !newest;
  one("[data-headline]").textContent = newest?.name ? word("headline-message", { name: newest.name }) : word(headline(status, "headline"));
  const late = status === "received" && clocks.some((/** @type {any} */ each) => each.clock === "C1" && each.due < today());
  one("[data-status-words]").textContent = word(late ? "status-late" : headline(status, "status"));
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
  one("[data-name-news]").hidden = identity.length === 0;
  one("[data-name-last]").textContent = identity.length ? identityLine(identity.at(-1)).textContent : "";
  one("[data-after]").hidden = at > 0;
  one("[data-others]").hidden = count < 2;
  one("[data-others-list]").replaceChildren(...Array.from({ length: count }, (_, n) => other(n)));
  one("[data-alarm]").hidden = alarms.length === 0;
  one("[data-alarm-list]").replaceChildren(...alarms.map(alarm));
  putBack(view, before);
}

/** The way to another report under the same code. @param {number} n */
function other(n) {
  const row = copy("other-report", { words: word(n === 0 ? "report-first" : "report-further", { n: n + 1 }) });
  const button = one("button", row);
  if (n === at) button.setAttribute("aria-current", "true"); // an empty one says nothing
  button.addEventListener("click", () => void go(n));
  return row;
}

/** @param {number} n */
async function go(n) {
  if (busy || unsent()) return tell(word("answer-first"));
  await showOther(n);
}

/** @param {number} n */
async function showOther(n) {
  try {
    box = await ask("showMailbox", { at: n });
  } catch (error) {
    return tell(word("open-network"));
  }
  at = n;
  render();
  show("box");
}

/** A further report was made: the way to it is shown. @param {number} number */
function further(number) {
  count = number;
  render();
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
  if (files.entries.some(({ state }) => state === "failed")) return refuseAnswer(word("answer-file"));
  if (answer.value.trim() === "" && files.sent.length === 0) {
    refuseAnswer(word("empty-answer"));
    answer.focus();
    return;
  }
  busy = true;
  tell(word("answer-sending"));
  const text = answer.value;
  try {
    await write({ text, files: files.sent });
    // what was written meanwhile is the next message
    answer.value = answer.value.startsWith(text) ? answer.value.slice(text.length).trimStart() : answer.value;
    files.settle();
    tell(word(box.behind ? "answer-sent-behind" : "answer-sent"));
  } catch (error) {
    tell("");
    refuseAnswer(whyNot(error));
  } finally {
    busy = false;
  }
}

/** Sends what was written and reads the mailbox anew. @param {{text: string, extra?: any, check?: string, files?: string[]}} written */
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
