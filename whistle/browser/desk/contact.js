/** The contact with the reporter: what the form asked, minutes to approve, times to meet, the sealed name. */

import { all, day, hasWord, one, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { ask, page } from "./keeper.js";
import { start } from "./records.js";
import { addressee } from "./ties.js";

const language = () => page().language ?? "nb";

export function mount() {
  one("[data-write-minutes]")?.addEventListener("submit", minutes);
  one("[data-suggest-meeting]")?.addEventListener("submit", meeting);
}

/** @param {any} form @param {Record<string, unknown>} content @param {string} done */
function send(form, content, done) {
  const mailbox = addressee(form);
  if (mailbox === null) return refuse(form, word("choose-reporter"));
  return once(form, async () => {
    await ask("letter", { reference: one("[data-case]").dataset.case, content, mailbox });
    go(word(done));
  });
}

/** @param {SubmitEvent} event */
async function minutes(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const text = one("textarea", form).value.trim();
  if (!text) return refuse(form, word("empty-message"));
  await send(form, { type: "minutes", text, held_on: one("[data-held-on]", form).value }, "minutes-sent");
}

/** @param {SubmitEvent} event */
async function meeting(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const [how, where, text] = [one("[data-how]", form).value, one("[data-where]", form).value.trim(), one("textarea", form).value.trim()];
  const slots = all("[data-when-slot]", form).map((field) => field.value).filter(Boolean).sort();
  if (!slots.length) return refuse(form, word("meeting-no-time"));
  await send(form, { type: "meeting", text, how, where, slots }, "meeting-sent");
}

/** When something is to be, in words. @param {string} iso local time in Oslo, YYYY-MM-DDTHH:MM */
export const moment = (iso) => `${day(iso.slice(0, 10), language(), true)} ${iso.slice(11, 16).replace(":", language() === "en" ? ":" : ".")}`;

/** Fills the tab with what the worker opened. @param {any} root @param {any} view */
export function fill(root, view) {
  const reports = view.messages.filter((/** @type {any} */ each) => each.type === "report");
  const lines = reports.flatMap((/** @type {any} */ each) => Object.entries(each.content?.answers ?? {}).flatMap(([name, value]) => answer(name, value, each.reporter)));
  for (const note of all("[data-retaliation-note]", root)) note.hidden = !reports.some(punished);
  const named = reports.filter((/** @type {any} */ each) => each.content?.answers?.who === "named");
  for (const [at, choice] of all("[data-ask-name] [data-to-list] > *", root).entries()) choice.hidden = !named.some((/** @type {any} */ each) => each.reporter === at + 1);
  one("[data-answers]", root)?.replaceChildren(...lines);
  for (const part of all("[data-answers-part]", root)) part.hidden = lines.length === 0;
  for (const part of all("[data-name-sealed], [data-name-ask]", root)) part.hidden = named.length === 0;
  const replies = new Map(view.messages.filter((/** @type {any} */ each) => each.content?.of).map((/** @type {any} */ each) => [each.content.of, each]));
  one("[data-minutes]", root)?.replaceChildren(...view.messages.filter((/** @type {any} */ each) => each.type === "minutes").map((/** @type {any} */ each) => minutesLine(each, replies.get(each.id))));
  one("[data-meetings]", root)?.replaceChildren(...view.messages.filter((/** @type {any} */ each) => each.type === "meeting").map((/** @type {any} */ each) => meetingLine(root, each, replies.get(each.id))));
}

/** Takes it off the page. @param {any} root */
export function clear(root) {
  for (const part of all("[data-answers], [data-minutes], [data-meetings], [data-name-shown]", root)) part.replaceChildren();
  for (const part of all("[data-answers-part], [data-name-sealed], [data-name-ask], [data-retaliation-note]", root)) part.hidden = true;
}

/** Whether a report is about being punished for an earlier one. @param {any} report */
const punished = ({ content }) => [content?.answers?.category].flat().includes("G1");

/** A question of the form with its answer; `n` says whose, where several reported. @param {string} name @param {unknown} value @param {number} n */
function answer(name, value, n) {
  const codes = Array.isArray(value) ? value : [value];
  const said = codes.map((code) => (hasWord(`answer-${name}-${code}`) ? word(`answer-${name}-${code}`) : String(code))).join(", ");
  const title = hasWord(`answer-${name}`) ? word(`answer-${name}`) : word("answer-more");
  return [["dt", n ? `${word("reporter-n", { n })}: ${title}` : title], ["dd", said]].map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text, dir: "auto" }));
}

/** @param {string} said */
const line = (said) => Object.assign(document.createElement("li"), { textContent: said });

/** @param {number} n */
const whose = (n) => (n ? `, ${word("to-reporter-n", { n })}` : "");

/** @param {any} each @param {any} reply */
function minutesLine({ content, on, reporter }, reply) {
  const verdict = reply?.content.verdict;
  const state = ["approved", "corrected", "disagree"].includes(verdict) ? word(`minutes-${verdict}`, { date: day(reply.on, language()) }) : word("minutes-waits");
  return line(`${day(content.held_on || on, language(), true)}${whose(reporter)}: ${state}`);
}

/** @param {any} root @param {any} each @param {any} reply */
function meetingLine(root, { content, on, reporter }, reply) {
  const slots = Array.isArray(content.slots) ? content.slots.map(String) : [];
  const chosen = reply ? slots[Number(reply.content.chosen)] : undefined;
  const state = chosen ? word("meeting-agreed", { when: moment(chosen), where: String(content.where ?? "") }) : word(reply ? "meeting-none" : "meeting-waits");
  const made = line(`${day(on, language(), true)}${whose(reporter)}: ${state}`);
  if (chosen) {
    const onward = Object.assign(document.createElement("button"), { type: "button", className: "w-textlink w-small", textContent: word("meeting-plan") });
    // when and where goes into what is sealed: the record's own date is one that the server knows
    const agreed = [moment(chosen), String(content.where ?? "")].filter(Boolean).join(", ");
    onward.addEventListener("click", () => start(root, "interview", { form: content.how === "phone" ? "phone" : "meeting", state: "planned" }, `${agreed}\n\n`));
    made.append(" ", onward);
  }
  return made;
}

/** What a letter of this kind says besides its text. @param {any} each @returns {string[]} */
export const besides = ({ type, content }) =>
  type === "meeting" && Array.isArray(content?.slots) ? content.slots.map((/** @type {any} */ slot) => [moment(String(slot)), String(content.where ?? "")].filter(Boolean).join(", ")) : [];

