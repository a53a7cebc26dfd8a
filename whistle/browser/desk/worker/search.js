/**
 * Finding cases again although the server is blind. Each case a person has opened leaves an entry (title, summary, words)
 * sealed under a key that follows from that person's own seed and from nothing else; the server keeps the ciphertext and
 * can neither read it, nor put one case's entry in another's place, nor make one up. Bodies that have not changed since the
 * last visit are taken from this browser (`bodies.js`).
 */

import { bytes, item } from "../../wbe1/index.js";
import { call, post } from "../../reporter/worker/net.js";
import * as bodies from "./bodies.js";
import * as checks from "./checks.js";

/** @typedef {import("./keys.js").Person} Person */
/** @typedef {import("./opened.js").Opened} Opened */
/** @typedef {{reference: string, state: string, receivedOn: string, title: string, summary: string, words: string, version: number, titleItem: string}} Entry */

const { KIND, AUTHOR } = item;
const LONGEST = 12_000; // characters of a case's words
const SHOWN = 50;

/** @type {Map<string, Entry>} */
const entries = new Map();
/** @type {Promise<void> | null} */ let loading = null;

/** Forgets everything; the keys are closed. */
export function forget() {
  entries.clear();
  loading = null;
}

/** A word as it is compared: small letters, no accents; æ, ø and å are letters of their own. @param {string} text */
export const plain = (text) => text.toLowerCase().replace(/å/g, "\u0001").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\u0001/g, "å");

/** @param {string} text */
const wordsOf = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Where an entry belongs: this person, this case, this version; anything else does not open. @param {Person} me @param {string} reference @param {number} version */
function place(me, reference, version) {
  const [org, who] = [bytes.own(me.org), bytes.utf8(me.staffId)];
  const boxId = bytes.sha256(bytes.utf8("WBE1/search\0"), org, who).slice(0, 16);
  const itemId = bytes.sha256(bytes.utf8("WBE1/search-entry\0"), org, bytes.utf8(reference)).slice(0, 16);
  return new item.Context({ kind: KIND.NOTE, org, boxId, epoch: 1, itemId, role: AUTHOR.OFFICER, seq: version });
}

/** Fetches all entries and opens them; sealed titles that are new to this person are opened too, and kept. @param {string} api @param {Person} me @param {(state: any) => void} progress */
export async function load(api, me, progress) {
  loading ??= fetched(api, me, progress).catch((error) => {
    loading = null;
    throw error;
  });
  await loading;
  return titles();
}

/** What a person's entries are called in their browser: how all of them begin, and one case's. @param {Person} me @param {string} [reference] */
function nameOf(me, reference) {
  const made = (/** @type {string} */ text) => bytes.hex(bytes.sha256(bytes.utf8("WBE1/search-kept\0"), bytes.own(me.index), bytes.utf8(text)).slice(0, 16));
  return reference === undefined ? made("") : made("") + made(reference);
}

/** Puts bodies to the entries of one page: those at hand, the others from the server. @param {string} api @param {Person} me @param {any[]} rows @param {Map<string, bodies.Body>} known */
async function filled(api, me, rows, known) {
  const at = (/** @type {any} */ row) => nameOf(me, row.reference);
  const kept = rows.filter((row) => row.entry);
  const lacking = kept.filter((row) => known.get(at(row))?.version !== row.entry.version);
  const came = lacking.length ? await post(`${api}search-bodies`, { references: lacking.map((row) => row.reference) }) : [];
  const fresh = new Map(came.map((/** @type {any} */ each) => [at(each), { version: each.version, body: bytes.fromBase64(each.body) }]));
  await bodies.write(fresh);
  for (const row of kept) {
    const here = fresh.get(at(row)) ?? known.get(at(row));
    row.entry.body = here?.version === row.entry.version ? here.body : null;
  }
}

/** @param {string} api @param {Person} me @param {(state: any) => void} progress */
async function fetched(api, me, progress) {
  const known = await bodies.read(nameOf(me));
  const asked = async (/** @type {number} */ after) => (await call(`${api}search?after=${after}`)).json();
  /** @type {Promise<any> | null} */ let coming = asked(0);
  while (coming) {
    /** @type {any} */ const said = await coming;
    coming = said.next === null ? null : asked(said.next); // on its way while this page is opened
    coming?.catch(() => {}); // told when it is waited for
    await filled(api, me, said.cases, known);
    const certified = said.certificates.length ? await checks.certificates(said.certificates, me, []) : [];
    const taken = await Promise.all(said.cases.map((/** @type {any} */ row) => take(me, row, certified)));
    for (const fresh of taken) if (fresh) await keep(api, me, fresh);
    progress({ n: entries.size });
  }
  await bodies.tidy(nameOf(me), new Set([...entries.keys()].map((reference) => nameOf(me, reference))));
}

/** Opens one row; returns the entry that is to be kept because its title is new. @param {Person} me @param {any} row @param {any[]} certified @returns {Promise<Entry | null>} */
async function take(me, row, certified) {
  const known = row.entry ? await opened(me, row) : null;
  const title = row.title ? await titleIn(me, row.title, certified) : null;
  const entry = { reference: row.reference, state: row.state, receivedOn: row.received_on, title: "", summary: "", words: "", ...known, version: row.entry?.version ?? 0, titleItem: row.entry?.title_item ?? "" };
  entries.set(row.reference, entry);
  return title ? { ...entry, ...title, titleItem: row.title_item } : null;
}

/** @param {Person} me @param {any} row */
async function opened(me, row) {
  try {
    const { header, body, version } = row.entry;
    const said = JSON.parse(bytes.fromUtf8(await item.openItem(bytes.own(me.index), place(me, row.reference, version), bytes.fromBase64(header), bytes.own(body))));
    return { title: String(said.title), summary: String(said.summary), words: String(said.words) };
  } catch {
    return null; // made with keys this person had before, or not by them: made anew when the case is opened
  }
}

/** A title as a colleague signed it, or null. @param {Person} me @param {any} said @param {any[]} certified */
async function titleIn(me, said, certified) {
  try {
    if (!checks.isItself(said.box, me, certified)) return null;
    const keys = await checks.boxKeys(said.box, me);
    const row = await checks.alone(said.item, said.box, keys, me, certified);
    return row ? titleOf(row) : null;
  } catch {
    return null;
  }
}

/** What a title record says. @param {any} content */
export function titleOf(content) {
  const { title, summary } = content.texts ?? content;
  return { title: String(title ?? ""), summary: String(summary ?? "") };
}

/** Seals an entry and has it kept; what another tab kept first wins. @param {string} api @param {Person} me @param {Entry} entry */
async function keep(api, me, entry) {
  const { reference, title, summary, words, titleItem } = entry;
  const version = entry.version + 1;
  const content = bytes.utf8(JSON.stringify({ v: 1, title, summary, words }));
  const { header, body } = await item.sealItem(bytes.own(me.index), place(me, reference, version), content);
  const sent = { version, title_item: titleItem, header: bytes.base64(header), body: bytes.base64(body) };
  entries.set(reference, entry);
  try {
    await call(`${api}search/${reference}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) });
    entries.set(reference, { ...entry, version });
    await bodies.write(new Map([[nameOf(me, reference), { version, body }]]));
  } catch (error) {
    // not kept this time: it is made again at the next opening, from the beginning where the server has thrown ours away
    if (/** @type {any} */ (error).code === "case.moved_on") entries.set(reference, { ...entry, version: 0 });
  }
}

/** The first line of a report is what a case is called until somebody gives it a title. @param {string} text */
function firstLine(text) {
  const line = text.trim().split(/\n|(?<=[.!?])\s/)[0] ?? "";
  return line.length > 80 ? `${line.slice(0, 78).replace(/\s+\S*$/, "")} …` : line;
}

/** What an opened case is called, and what its record says of it. @param {Opened} found */
export function named(found) {
  const record = (found.said.records ?? []).find((/** @type {any} */ each) => each.kind === "title" && each.current);
  const row = record && found.box("room")?.rows.find((/** @type {any} */ each) => each.item_id === record.item_id && each.content);
  const report = found.boxes.filter((each) => each.kind === "mailbox").flatMap((each) => each.rows).find((each) => each.content?.type === "report");
  const given = row ? titleOf(row.content) : { title: "", summary: "" };
  return { title: given.title || firstLine(String(report?.content.text ?? "")), summary: given.summary, titleItem: row ? record.item_id : "" };
}

/** Everything readable in a value, as text. @param {unknown} value @returns {string} */
function texts(value) {
  if (typeof value === "string") return value.length < 20_000 ? value : value.slice(0, 20_000);
  if (Array.isArray(value)) return value.map(texts).join(" ");
  if (value && typeof value === "object") return Object.entries(value).filter(([name]) => !["sha256", "root", "file", "files", "key_id", "staff_id"].includes(name)).map(([, each]) => texts(each)).join(" ");
  return "";
}

/** Learns an opened case: its entry is renewed when its words are others than before. @param {Opened} found @param {Person} me */
export async function learn(found, me) {
  await load(found.api, me, () => {}).catch(() => {}); // what was kept before decides which version this one is
  const { title, summary, titleItem } = named(found);
  const said = found.boxes.flatMap((each) => each.rows).map((row) => texts(row.content)).join(" ");
  const words = [...new Set(wordsOf(said).filter((word) => word.length > 1))].sort().join(" ").slice(0, LONGEST);
  const before = entries.get(found.reference) ?? { reference: found.reference, state: "", receivedOn: "", title: "", summary: "", words: "", version: 0, titleItem: "" };
  if (before.title === title && before.summary === summary && before.words === words && before.titleItem === titleItem) return;
  await keep(found.api, me, { ...before, title, summary, words, titleItem });
}

/** What each case is called, by reference. */
export const titles = () => Object.fromEntries([...entries.values()].filter((each) => each.title).map((each) => [each.reference, each.title]));

/** @type {WeakMap<Entry, {title: string, all: string}>} made at the first question, for every letter typed after it */
const prepared = new WeakMap();

/** An entry as questions are held against it: its name, and everything. @param {Entry} each */
function sought(each) {
  const known = prepared.get(each);
  if (known) return known;
  const title = ` ${wordsOf(`${each.reference.replaceAll("-", "")} ${each.reference} ${each.title}`).join(" ")}`;
  const made = { title, all: `${title} ${wordsOf(each.summary).join(" ")} ${each.words}` }; // the words were made plain when they were kept
  prepared.set(each, made);
  return made;
}

/** The cases that hold every word of the question, each as the beginning of a word; those with it in the title first. @param {string} question */
export function find(question) {
  const asked = wordsOf(question);
  if (!asked.length) return { n: 0, cases: [], of: entries.size };
  const found = [];
  for (const each of entries.values()) {
    const { title, all } = sought(each);
    if (asked.every((word) => all.includes(` ${word}`))) found.push({ rank: asked.filter((word) => title.includes(` ${word}`)).length, each });
  }
  found.sort((one, other) => other.rank - one.rank || other.each.receivedOn.localeCompare(one.each.receivedOn));
  const shown = found.slice(0, SHOWN).map(({ each: { reference, title, summary, state, receivedOn } }) => ({ reference, title, summary, state, receivedOn }));
  return { n: found.length, cases: shown, of: entries.size };
}
