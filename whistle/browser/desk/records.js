/** The parts of the case page that hold records: what is written in each, and the form to write with. */

import { all, copy, day, hasWord, one, word } from "../reporter/dom.js";
import { author, tombstone } from "./content.js";
import { once, refuse } from "./choices.js";
import { asks, codes, firstText, labelOf, missing } from "./entry.js";
import { print, unprint } from "./letter.js";
import { deliver, mountFiles } from "./compose.js";
import { sent } from "./drafts.js";
import { chip } from "./files.js";
import { go } from "./flash.js";
import { page, post } from "./keeper.js";
import * as tabs from "./tabs.js";
import { mayVoteAnew, tally, voteOf } from "./votes.js";

const EMPTY = "";
/** What stands on the page at hand, to be changed. @type {any[]} */ let known = [];
/** The things of the case that an entry can name. @type {any[]} */ let named = [];

/** @param {any} root */
export function mount(root) {
  known = [];
  colleagues(root);
  for (const box of all("[data-record-box]", root)) if ("mayRead" in box.dataset || root.dataset.mayWrite === "yes") box.dataset.may = "";
  for (const form of all("[data-record]", root)) {
    if (one("[data-attach]", form)) mountFiles(form);
    form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => save(event, root));
    form.addEventListener("change", () => asks(form));
    one("[data-record-cancel]", form).addEventListener("click", () => {
      for (const field of all("[data-draft]", form)) sent(field);
      begin(form, null);
    });
  }
}

/** Those with a key to the case, wherever a form asks for colleagues. @param {any} root */
function colleagues(root) {
  const people = all("option", one("#colleagues").content);
  for (const place of all("[data-colleagues]", root)) {
    if (place.localName === "select") place.append(...people.map((each) => each.cloneNode(true)));
    else place.append(...people.map((each) => checkbox(each, `${place.dataset.colleagues}-${each.value}`)));
  }
}

/** @param {any} person @param {string} id */
function checkbox(person, id) {
  const made = copy("colleague", { name: person.textContent });
  Object.assign(one("input", made), { value: person.value, id });
  one("label", made).htmlFor = id;
  return made;
}

/** Takes what was opened off the page. @param {any} root */
export function clear(root) {
  [known, named] = [[], []];
  for (const list of all("[data-records]", root)) list.replaceChildren();
  unprint();
  for (const box of all("[data-record-box]", root)) box.hidden = true;
  for (const form of all("[data-record]", root)) begin(form, null);
}

/** @param {any} root @param {any[]} records @param {any[]} things */
export function fill(root, records, things) {
  [known, named] = [records, things];
  for (const part of all("[data-kind]", root)) {
    const mine = records.filter((each) => each.kind === part.dataset.kind);
    const box = one("[data-record-box]", part);
    const form = one("[data-record]", part);
    const may = "may" in box.dataset;
    one("[data-records]", part).replaceChildren(...mine.map((each) => row(form, each, may)));
    one("[data-no-records]", part).hidden = mine.length > 0;
    box.hidden = !may || ("single" in form.dataset && mine.length > 0);
    for (const field of all("[data-about], [data-items]", form)) choices(field);
  }
  for (const tab of all("[data-tab]", root)) {
    const panel = one(`#panel-${tab.dataset.tab}`, root);
    const n = all("[data-records] > li", panel).length;
    if (one("[data-kind]", panel)) one("[data-count]", tab).textContent = n ? String(n) : EMPTY;
  }
}

/** What an entry can be about: other entries, or things of the case. @param {any} field */
function choices(field) {
  const { about, items, code } = field.dataset;
  const asked = items?.split(" ").filter(Boolean) ?? [];
  const pairs = about
    ? known.filter((each) => each.kind === about).map((each) => [calledShort(each), String(each.number)])
    : named.filter((each) => !asked.length || (each.room && asked.includes(each.what))).map((each) => [calledThing(each), each.ids.join()]);
  const options = pairs.map(([label, value]) => new Option(label, value));
  if (field.localName === "select") field.replaceChildren(field.options[0], ...options);
  else one("[data-choices]", field).replaceChildren(...options.map((each) => checkbox(each, `${field.closest("form").dataset.record}-${code}-${each.value}`)));
}

/** @param {any} each */
const calledShort = (each) => (each.thing ? word("record-numbered", { n: each.number, text: calledThing(each.thing) }) : called(each));

/** What a thing is called: what it is, whose, from when, and how it begins. @param {any} thing @param {boolean} [bare] without its first words */
export function calledThing({ what, number, text, gone, on, ...by }, bare = false) {
  const kind = hasWord(`thing-${what}`) ? word(`thing-${what}`) : one(`[data-kind="${what}"] h2`)?.textContent ?? what;
  const facts = [kind + (number ? ` ${number}` : EMPTY), on && author(by), on && day(on, page().language ?? "nb", true)].filter(Boolean).join(", ");
  return bare || gone || !text ? facts : `${facts}: ${text}`;
}

/** What a record is known by: its number and the beginning of its first text. @param {any} each */
function called(each) {
  const first = one(`[data-record="${each.kind}"] [data-text]`)?.dataset.text;
  const text = String(each.texts[first] ?? EMPTY).trim().split("\n")[0];
  return word("record-numbered", { n: each.number, text: text.length > 90 ? `${text.slice(0, 88)} …` : text });
}

/** @param {any} form @param {any} each @param {boolean} may */
function row(form, each, may) {
  const made = copy("record", { title: "single" in form.dataset ? one("h2", form.closest("[data-kind]")).textContent : each.kind === "vote" ? voteOf(form, each) : called(each) });
  const codes = Object.entries(each.codes).map(([name, value]) => pair(form, name, value, each.thing)).filter(Boolean);
  one('[data-slot="codes"]', made).append(...codes.flat());
  const texts = all("[data-text]", form).map((field) => text(form, field, each.texts[field.dataset.text])).filter(Boolean);
  one('[data-slot="texts"]', made).append(...texts);
  one('[data-slot="files"]', made).replaceChildren(...each.files.map((/** @type {any} */ file) => chip(file, each.kind === "evidence")));
  one('[data-slot="about"]', made).textContent = about(each);
  if (each.removed) one('[data-slot="texts"]', made).replaceChildren(tombstone(each.removed));
  if (each.kind === "agenda") one('[data-slot="texts"]', made).append(tally(each, known));
  second(made, each);
  for (const button of all("[data-print]", made)) {
    const said = String(each.texts[button.dataset.print] ?? EMPTY).trim();
    button.hidden = !said;
    button.addEventListener("click", () => print(button.dataset.print, said, withheld(each)));
  }
  const onward = one("[data-record-minutes]", made);
  onward.hidden = !may || each.kind !== "interview" || !each.texts.minutes || !one("[data-write-minutes]");
  onward.addEventListener("click", () => minutesFrom(form.closest("[data-case]"), each));
  const edit = one("[data-record-edit]", made);
  edit.hidden = !may || Boolean(each.removed) || (each.kind === "removal" && !each.waits) || (each.kind === "vote" && !mayVoteAnew(each, known));
  edit.setAttribute("aria-describedby", one("h2", form.closest("[data-kind]")).id);
  edit.addEventListener("click", () => begin(form, each));
  return made;
}

/** What an answer withholds as internal preparation, without a word of what stands in it. @param {any} each */
function withheld({ codes: { withheld: numbers = [] } }) {
  const marks = known.filter((each) => each.kind === "internal" && numbers.includes(String(each.number)));
  return marks.map((each) => calledThing(each.thing, true));
}

/** What waits for a second person, or had one; who may decide and did not write it answers here. @param {any} made @param {any} each */
function second(made, each) {
  const said = each.waits ? "record-waits" : each.agreed === true ? "record-agreed" : each.agreed === false ? "record-declined" : EMPTY;
  const line = one("[data-second]", made);
  line.hidden = !said;
  const pending = each.kind === "removal" && each.agreed === true && !each.doneOn ? ` ${word("removal-pending")}` : EMPTY;
  line.textContent = said && word(said, { name: each.answeredBy }) + pending;
  const form = one("[data-agree-form]", made);
  const root = one("[data-case]");
  form.hidden = !each.waits || each.mine || root.dataset.mayDecide !== "yes";
  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const agree = /** @type {any} */ (event.submitter)?.value !== "no";
    once(form, async () => {
      await post(`cases/${root.dataset.case}/records/agree`, { kind: each.kind, number: each.number, version: each.version, agree });
      go(word(agree ? "answered-yes" : "answered-no"));
    });
  });
}

/** @param {any} each */
function about(each) {
  const language = page().language ?? "nb";
  const due = each.doneOn ? word("record-done", { date: day(each.doneOn, language, true) }) : each.dueOn ? word("record-due", { date: day(each.dueOn, language, true) }) : EMPTY;
  const older = each.version > 1 ? word("record-version", { n: each.version }) : EMPTY;
  return [each.internal ? word("internal") : EMPTY, due, word("record-by", { name: each.by, date: day(each.on, language) }), older].filter(Boolean).join(" · ");
}

/** A field and its value in the words of the form. @param {any} form @param {string} name @param {any} value @param {any} thing */
function pair(form, name, value, thing) {
  const field = one(`[data-code="${name}"]`, form);
  if (!field) return null;
  if (field.dataset.about) choices(field);
  const labels = "items" in field.dataset ? [calledThing(thing)] : (Array.isArray(value) ? value : [value]).map((code) => labelOf(field, code));
  const [term, said] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = labelled(form, field);
  said.textContent = labels.join(", ");
  return [term, said];
}

/** @param {any} form @param {any} field @param {unknown} said */
function text(form, field, said) {
  if (!String(said ?? EMPTY).trim()) return null;
  const made = document.createElement("p");
  const name = document.createElement("b");
  name.textContent = `${firstText(one(`label[for="${field.id}"]`, form))}: `;
  made.append(name, String(said));
  return made;
}

/** Makes the form ready for a new record, or for changing one. @param {any} form @param {any} each */
function begin(form, each) {
  const box = form.closest("[data-record-box]");
  form.dataset.number = each ? String(each.number) : EMPTY;
  for (const field of all("[data-code]", form)) set(field, each?.codes[field.dataset.code]);
  const state = one("select[data-code=state]", form);
  if (!each && state && form.dataset.record !== "care") state.value = state.options[1].value; // what begins is open, planned, in force …
  for (const field of all("[data-text]", form)) field.value = each ? String(each.texts[field.dataset.text] ?? EMPTY) : EMPTY;
  const due = one("[data-due]", form);
  if (due) due.value = each?.dueOn ?? EMPTY;
  one("[data-record-cancel]", form).hidden = !each;
  one("[data-error]", form).hidden = true;
  box.open = each !== null;
  asks(form);
  if (!each) {
    const single = "single" in form.dataset && known.some((one_) => one_.kind === form.dataset.record);
    box.hidden = single || !("may" in box.dataset);
    return;
  }
  box.hidden = false;
  const first = one("[data-code]:not(fieldset), [data-code] input, [data-text]", form);
  first.focus();
  first.scrollIntoView({ block: "center" });
}

/** Begins a new record of a kind with what is known already. @param {any} root @param {string} kind @param {Record<string, string>} given codes @param {string} said the beginning of its first text, which is sealed */
export function start(root, kind, given, said) {
  const form = one(`[data-record="${kind}"]`, root);
  begin(form, null);
  for (const [name, value] of Object.entries(given)) set(one(`[data-code="${name}"]`, form), value);
  asks(form);
  form.closest("[data-record-box]").open = true;
  tabs.show(root, form.closest("[role=tabpanel]").id.replace("panel-", ""));
  const field = one("[data-text]", form);
  field.value = said;
  field.focus();
}

/** Takes the minutes of an interview to where they are sent to the reporter. @param {any} root @param {any} each */
function minutesFrom(root, each) {
  const form = one("[data-write-minutes]", root);
  form.closest("details").open = true;
  tabs.show(root, "reporter");
  const field = one("textarea", form);
  field.value ||= each.texts.minutes;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

/** @param {any} field @param {any} value */
function set(field, value) {
  if (field.localName === "select") {
    if (field.dataset.about || "items" in field.dataset) choices(field);
    field.value = Array.isArray(value) ? [...value].sort().join() : value ?? EMPTY;
  } else for (const box of all("input", field)) box.checked = (value ?? []).includes(box.value);
}

/** What the page calls each kind of record, its fields, their values and its texts. @param {any} root @returns {Record<string, any>} */
export function kinds(root) {
  return Object.fromEntries(all("[data-record]", root).map((form) => {
    const title = one("h2", form.closest("[data-kind]")).textContent;
    const fields = Object.fromEntries(all("[data-code]", form).map((field) => [field.dataset.code, { label: labelled(form, field), values: values(field) }]));
    const texts = Object.fromEntries(all("[data-text]", form).map((field) => [field.dataset.text, firstText(one(`label[for="${field.id}"]`, form))]));
    return [form.dataset.record, { title, fields, texts }];
  }));
}

/** @param {any} form @param {any} field */
const labelled = (form, field) => one("legend", field)?.textContent ?? firstText(one(`label[for="${field.id}"]`, form));

/** @param {any} field @returns {Record<string, string>} */
function values(field) {
  const given = field.localName === "select" ? [...field.options] : all("input", field);
  return Object.fromEntries(given.filter(({ value }) => value).map(({ value }) => [value, labelOf(field, value)]));
}

/** @param {SubmitEvent} event @param {any} root */
async function save(event, root) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const lacks = missing(form);
  if (lacks.length) return refuse(form, word("record-needed", { list: lacks.join(", ") }));
  const texts = Object.fromEntries(all("[data-text]", form).map((field) => [field.dataset.text, field.value.trim()]).filter(([, said]) => said));
  const given = { kind: form.dataset.record, number: Number(form.dataset.number || 0), codes: codes(form), dueOn: one("[data-due]", form)?.value ?? EMPTY, texts };
  await deliver(form, root, "record", given, "sent-record");
}
