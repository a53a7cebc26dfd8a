/** An opened case in the order in which people read it: what both the page and the paper of an export are made from. */

/** @typedef {{heading: string, facts: [string, string][], texts: [string, string][], files: string[]}} Entry */
/** @typedef {{title: string, entries: Entry[]}} Part */
/** @typedef {{title: string, lead: string, facts: [string, string][], parts: Part[], language: string}} Story */
/** @typedef {{text: Record<string, string>, facts: [string, string][], kinds: Record<string, any>, language: string}} Words what the page calls things, in the person's language */
/** @typedef {{path: string, name: string, size: number, sha256: string}} Original */

const NOT_TEXT = new Set(["v", "type", "record", "number", "version", "codes", "files", "due_on"]);

/** @param {any} value */
const said = (value) => String(value ?? "").trim();

/** What is said where something was removed. @param {any} removed @param {Words} words */
function tombstone({ on, by, agreed, ground, size }, words) {
  const facts = /** @type {Record<string, unknown>} */ ({ date: on, by, agreed, size, ground: words.kinds.removal?.fields.why?.values[ground] ?? ground });
  return String(words.text.removed).replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

/** @param {any} each @param {Words} words @returns {Entry} */
function letter(each, words) {
  const who = ["reporter", "server"].includes(each.by) ? words.text.reporter : each.name || words.text.you;
  const texts = /** @type {[string, string][]} */ ([["", each.removed ? tombstone(each.removed, words) : said(each.text || each.event)]]);
  return { heading: `${who}, ${each.at ?? each.on}`, facts: [], texts, files: each.files.map((/** @type {any} */ file) => file.name) };
}

/** @param {Words} words @param {any} thing */
const kinds = (words, { what, number }) => [words.text[`thing-${what}`] ?? words.kinds[what]?.title ?? what, number || ""].join(" ").trim();

/** @param {any} each @param {Words} words @returns {Entry} */
function record(each, words) {
  const kind = words.kinds[each.kind] ?? { title: each.kind, fields: {}, texts: {} };
  const facts = Object.entries(each.codes).map(([name, value]) => {
    if (each.thing && name === "items") return /** @type {[string, string]} */ ([kind.fields.items?.label ?? name, [kinds(words, each.thing), each.thing.on, each.thing.text].filter(Boolean).join(", ")]);
    const field = kind.fields[name] ?? { label: name, values: {} };
    const codes = (Array.isArray(value) ? value : [value]).map((code) => field.values[code] ?? String(code));
    return /** @type {[string, string]} */ ([field.label, codes.join(", ")]);
  });
  if (each.dueOn) facts.push([words.text.due, each.dueOn]);
  if (each.doneOn) facts.push([words.text.done, each.doneOn]);
  const texts = Object.entries(each.texts).filter(([name, text]) => !NOT_TEXT.has(name) && said(text)).map(([name, text]) => /** @type {[string, string]} */ ([kind.texts[name] ?? name, said(text)]));
  if (each.removed) texts.push(["", tombstone(each.removed, words)]);
  return { heading: `${kind.title} ${each.number} (${each.by}, ${each.on})`, facts, texts, files: each.files.map((/** @type {any} */ file) => file.name) };
}

/** @param {string} reference @param {string} called @param {any} view @param {Words} words @param {Original[]} originals @returns {Story} */
export function story(reference, called, view, words, originals) {
  const files = originals.map(({ path, name, size, sha256 }) => ({ heading: path, facts: /** @type {[string, string][]} */ ([[words.text.name, name], [words.text.size, String(size)], ["SHA-256", sha256]]), texts: [], files: [] }));
  const gone = view.files.filter((/** @type {any} */ file) => file.removed).map((/** @type {any} */ file) => ({ heading: words.text["thing-file"], facts: [], texts: /** @type {[string, string][]} */ ([["", tombstone(file.removed, words)]]), files: [] }));
  const parts = [
    { title: words.text.messages, entries: view.messages.map((/** @type {any} */ each) => letter(each, words)) },
    { title: words.text.records, entries: view.records.map((/** @type {any} */ each) => record(each, words)) },
    { title: words.text.notes, entries: view.notes.map((/** @type {any} */ each) => letter(each, words)) },
    { title: words.text.files, entries: [...files, ...gone] },
  ];
  return { title: `${reference} ${called}`.trim(), lead: words.text.made, facts: words.facts, parts: parts.filter(({ entries }) => entries.length), language: words.language };
}
