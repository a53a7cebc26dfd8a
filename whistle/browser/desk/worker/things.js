/** The things of an opened case by the sealed items they consist of: a message, a file with its card, a note, a record with all its versions. */

import { item } from "../../wbe1/index.js";

const { KIND } = item;
const WHAT = /** @type {Record<number, string>} */ ({ [KIND.MESSAGE]: "message", [KIND.ATTACHMENT]: "file", [KIND.DESCRIPTION]: "file", [KIND.NOTE]: "note" });
const LONGEST = 60;

/** @typedef {import("./opened.js").Opened} Opened */

/** @param {unknown} text */
function beginning(text) {
  const line = String(text ?? "").trim().split("\n")[0];
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 2)} …` : line;
}

/** What is known of a thing, also when nothing but its tombstone is left. @param {Opened} opened @param {string[]} ids */
export function thing(opened, ids) {
  const rows = opened.boxes.flatMap((each) => each.rows).filter((/** @type {any} */ row) => ids.includes(row.item_id));
  const lead = rows.find((row) => row.kind !== KIND.ATTACHMENT) ?? rows[0];
  const base = { ids: [...ids].sort(), what: "unknown", number: 0, name: "", by: "", on: "", size: 0, text: "", gone: false, room: false };
  if (!lead || rows.length !== ids.length) return base;
  const entered = opened.said.records.find((/** @type {any} */ each) => each.item_id === lead.item_id);
  const newest = entered && opened.said.records.find((/** @type {any} */ each) => each.current && each.kind === entered.kind && each.number === entered.number);
  const content = (newest && rows.find((row) => row.item_id === newest.item_id)?.content) ?? lead.content;
  const apart = lead.kind === KIND.DESCRIPTION && content && !ids.includes(content.file); // a card and another file's octets
  return {
    ...base, ...opened.author(lead),
    what: apart ? "unknown" : entered?.kind ?? WHAT[lead.kind] ?? "unknown",
    number: entered?.number ?? 0,
    on: lead.on,
    size: Math.max(...rows.map((row) => row.size)),
    text: beginning(content?.text ?? content?.name ?? Object.values(content?.record ? firstTexts(content) : {})[0]),
    gone: rows.some((row) => row.removed),
    room: opened.box("room")?.box_id === lead.boxId,
  };
}

/** The texts of a record as its author wrote them. @param {any} content */
function firstTexts(content) {
  const apart = new Set(["v", "type", "record", "number", "version", "codes", "due_on", "files"]);
  return Object.fromEntries(Object.entries(content).filter(([name, value]) => !apart.has(name) && typeof value === "string" && value));
}

/** Everything that can be named: what is removed already, and why something was, cannot. @param {Opened} opened */
export function things(opened) {
  /** @type {Map<string, string[]>} */ const entries = new Map();
  for (const { kind, number, item_id } of opened.said.records) {
    const key = `${kind} ${number}`;
    if (kind !== "removal") entries.set(key, [...(entries.get(key) ?? []), item_id]);
  }
  const entered = new Set(opened.said.records.map((/** @type {any} */ each) => each.item_id));
  const single = opened.boxes.filter((each) => each.kind !== "merged").flatMap((each) => each.rows).filter((/** @type {any} */ row) => !row.removed && !entered.has(row.item_id)).map((/** @type {any} */ row) => {
    if (row.kind === KIND.MESSAGE || row.kind === KIND.NOTE) return [row.item_id];
    return row.kind === KIND.DESCRIPTION && row.content ? [String(row.content.file), row.item_id] : [];
  });
  return [...single, ...entries.values()].filter((ids) => ids.length).map((ids) => thing(opened, ids)).filter(({ what, gone }) => what !== "unknown" && !gone);
}

/** The ids of every item of a document that is marked as internal preparation; every version of a record is. @param {Opened} opened */
export function internal(opened) {
  const rows = opened.said.records;
  const marked = new Set(rows.filter((/** @type {any} */ each) => each.kind === "internal" && each.current && each.codes.state === "on").flatMap((/** @type {any} */ each) => each.codes.items));
  for (const each of rows.filter((/** @type {any} */ row) => marked.has(row.item_id))) {
    for (const other of rows) if (other.kind === each.kind && other.number === each.number) marked.add(other.item_id);
  }
  return marked;
}

/** The items that removals name, as colleagues signed them. @param {Opened} opened @returns {Set<string>} */
export function signedAway(opened) {
  const told = opened.boxes.flatMap((each) => each.rows).map((/** @type {any} */ row) => row.content).filter((/** @type {any} */ said) => said?.record === "removal");
  return new Set(told.flatMap((/** @type {any} */ said) => (Array.isArray(said.codes?.items) ? said.codes.items : [])));
}
