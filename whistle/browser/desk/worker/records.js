/** Records of a case: written sealed and signed, and held against what the server says of them. */

import { item } from "../../wbe1/index.js";
import { NetError } from "../../reporter/worker/net.js";
import { internal, thing } from "./things.js";
import { attached, newRoom, pen, sealed, send } from "./write.js";

/** @typedef {import("./opened.js").Opened} Opened */

/** Codes in an order of their own, to be compared. @param {Record<string, unknown>} codes */
const plain = (codes) => JSON.stringify(Object.entries(codes ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Files a record, or the next version of record `number`. @param {Opened} opened @param {any} given @param {(state: any) => void} progress */
export async function record(opened, { kind, number, codes, dueOn, texts, files }, progress) {
  const mine = opened.said.records.filter((/** @type {any} */ row) => row.kind === kind && row.current);
  const before = number ? mine.find((/** @type {any} */ row) => row.number === number) : null;
  if (number && !before) throw new NetError("case.moved_on");
  const place = { number: number || mine.length + 1, version: before ? before.version + 1 : 1, codes, due_on: dueOn || null };
  const room = opened.box("room");
  const made = room ? null : await newRoom(opened);
  const with_ = room ? pen(opened, room) : /** @type {any} */ (made).pen;
  const { items, described } = await attached(with_, files, progress);
  progress({ doing: "text" });
  const kept = [...(before ? bodyOf(opened, before)?.files ?? [] : []), ...described];
  items.push(await sealed(with_, item.KIND.NOTE, { ...texts, v: 1, type: "record", record: kind, ...place, files: kept }));
  const opening = made ? { box: made.box, seals: made.seals } : {};
  await send(opened, "records", { ...opening, kind, ...place, items });
}

/** What the author of a record wrote, if it could be opened. @param {Opened} opened @param {any} row */
function bodyOf(opened, row) {
  const found = opened.box("room")?.rows.find((/** @type {any} */ each) => each.item_id === row.item_id);
  const said = found?.content;
  return said?.type === "record" && said.record === row.kind && said.number === row.number && said.version === row.version ? said : null;
}

/** Who removed what a record said, or null. @param {Opened} opened @param {any} row */
function removedBy(opened, row) {
  const found = opened.box("room")?.rows.find((/** @type {any} */ each) => each.item_id === row.item_id);
  return found ? opened.removed(found) : null;
}

/** The newest versions, as their authors wrote them; where the server says something else, an alarm. @param {Opened} opened */
export function records(opened) {
  const shown = [];
  const marked = internal(opened);
  for (const row of opened.said.records) {
    const removed = removedBy(opened, row);
    const said = removed ? { codes: row.codes } : bodyOf(opened, row);
    if (!said || plain(said.codes) !== plain(row.codes)) opened.alarms.push({ what: "record" });
    if (!row.current || !said) continue;
    const place = { kind: row.kind, number: row.number, version: row.version, dueOn: row.due_on, doneOn: row.done_on, waits: row.waits, agreed: row.agreed, answeredBy: row.answered_by, mine: row.by === opened.me.staffId };
    shown.push({ ...place, codes: said.codes ?? {}, texts: said, files: opened.described(said.files, "room"), removed, internal: marked.has(row.item_id), thing: row.codes.items ? thing(opened, row.codes.items) : null, by: opened.person(row.by).name, author: row.by, on: row.made_on });
  }
  return shown;
}
