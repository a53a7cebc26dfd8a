/** An opened case: its boxes decrypted and checked, and what the page may show of them in plain values. */

import { bytes, certificate, item, signed } from "../../wbe1/index.js";
import { NetError, call } from "../../reporter/worker/net.js";
import { announced, given } from "../../reporter/worker/holders.js";
import * as checks from "./checks.js";
import { records } from "./records.js";
import { internal, signedAway, things } from "./things.js";
import { buried } from "../../reporter/worker/receipt.js";

const { KIND, AUTHOR } = item;

/** @typedef {import("./keys.js").Person} Person */

export class Opened {
  /** @type {any[]} boxes that are themselves, each with its rows and keys */ boxes = [];
  /** @type {checks.Alarm[]} */ alarms = [];
  /** @type {any[]} */ certified = [];

  /** @param {string} reference @param {string} api @param {Person} me @param {any} said */
  constructor(reference, api, me, said) {
    Object.assign(this, { reference, api, me, said });
  }
  /** @type {string} */ reference = "";
  /** @type {string} */ api = "";
  /** @type {any} */ me;
  /** @type {any} */ said;

  /** @param {string} reference @param {string} api @param {Person} me @param {Map<string, Set<string>>} seen */
  static async fetch(reference, api, me, seen) {
    const said = await (await call(`${api}cases/${reference}/sealed`)).json();
    const found = new Opened(reference, api, me, said);
    await found.#check(seen);
    return found;
  }

  /** @param {Map<string, Set<string>>} seen */
  async #check(seen) {
    const { me, said, alarms } = this;
    if (said.org !== bytes.hex(me.org) || said.root_key !== bytes.base64(me.root)) alarms.push({ what: "root" });
    this.certified = await checks.certificates([...said.certificates, ...said.recovery], me, alarms);
    for (const each of said.boxes) {
      const before = seen.get(each.box_id) ?? new Set();
      const now = new Set(each.items.map((/** @type {any} */ one) => one.item_hash));
      if ([...before].some((hash) => !now.has(hash))) alarms.push({ what: "shrunk" });
      seen.set(each.box_id, new Set([...before, ...now]));
      if (!checks.isItself(each, me, this.certified)) {
        alarms.push({ what: each.kind === "mailbox" ? "mailbox" : "room" });
        continue;
      }
      await this.#open(each);
    }
    await this.#tombstones();
  }

  /** Nothing is gone but what the log and colleagues say they removed; before a merging they said so in another case's room. */
  async #tombstones() {
    const gone = this.boxes.flatMap((each) => each.rows).filter((/** @type {any} */ row) => row.removed);
    this.alarms.push(...(await buried(gone, this.said.removals, "")));
    const signed = signedAway(this);
    const whole = this.boxes.filter((each) => each.kind === "mailbox").length === 1;
    for (const row of gone) if (whole && !signed.has(row.item_id)) this.alarms.push({ what: "buried", on: row.on });
  }

  /** @param {any} each */
  async #open(each) {
    let keys;
    try {
      keys = await checks.boxKeys(each, this.me);
    } catch {
      this.alarms.push({ what: "seal" });
      return;
    }
    const rows = await checks.opened(each, keys, this.me, this.certified, this.alarms);
    const told = announced(rows, each.epoch);
    const givers = await checks.certificates(this.said.givers, this.me, this.alarms);
    const rightly = await given(each, this.me, givers, told ? new Map([[each.epoch, told]]) : undefined);
    const holders = checks.holders(each, this.certified, rightly);
    for (const holder of holders) {
      if (!holder.verified) this.alarms.push({ what: holder.ghost ? "ghost" : "holder", who: holder.name || holder.holder });
    }
    const shown = holders.map((/** @type {any} */ holder) => holder.key_id);
    if (told?.some((id) => !shown.includes(id)) && !each.rekey_due) this.alarms.push({ what: "hidden" });
    this.boxes.push({ ...each, keys, rows, holders });
  }

  /** The first box of a kind, if it was opened. @param {string} kind */
  box(kind) {
    return this.boxes.find((each) => each.kind === kind);
  }

  /** The number and chain with which this person goes on in a box. @param {any} box */
  next(box) {
    const own = box.rows.filter((/** @type {any} */ row) => row.role === AUTHOR.OFFICER && row.author === this.me.staffId);
    const last = box.rows.at(-1);
    return { seq: 1 + Math.max(0, ...own.map((/** @type {any} */ row) => row.seq)), prev: last ? bytes.fromHex(last.item_hash) : signed.FIRST };
  }

  /** @param {string} staffId */
  person(staffId) {
    return this.said.people.find((/** @type {any} */ each) => each.staff_id === staffId) ?? { name: "", title: "" };
  }

  /** What the page shows. */
  view() {
    const mailboxes = this.boxes.filter((each) => each.kind === "mailbox");
    const room = this.box("room");
    const letters = mailboxes.flatMap((each) => each.rows).filter((row) => row.kind === KIND.MESSAGE && (row.content || row.removed));
    if (mailboxes.length > 1) letters.sort((one, other) => one.on.localeCompare(other.on)); // each box has an order of its own
    const report = letters.find((row) => row.content?.type === "report");
    const seen = report?.content.root;
    if (seen && seen !== bytes.hex(certificate.fingerprint(bytes.own(this.me.root)))) this.alarms.push({ what: "root-report" });
    const entered = new Set(this.said.records.map((/** @type {any} */ each) => each.item_id));
    const rooms = [room, ...this.boxes.filter((each) => each.kind === "merged")]; // notes of cases that went on in this one are read here too
    const inside = rooms.flatMap((each) => each?.rows ?? []).filter((/** @type {any} */ row) => row.kind !== KIND.DESCRIPTION && row.kind !== KIND.ATTACHMENT && (row.content || row.removed));
    this.#internal = internal(this);
    return {
      messages: letters.map((row) => this.#message(row)),
      records: records(this),
      notes: inside.filter((/** @type {any} */ row) => !entered.has(row.item_id) && row.content?.type !== "record").map((/** @type {any} */ row) => this.#message(row)),
      files: this.boxes.flatMap((each) => each.rows).filter((row) => row.kind === KIND.DESCRIPTION && (row.content || row.removed)).map((row) => this.#file(row)),
      things: things(this),
      about: Array.isArray(report?.content.about) ? report.content.about.map(String) : [],
      holders: this.#holders(mailboxes[0]?.holders ?? []),
      room: room !== undefined,
      mailboxes: mailboxes.map((each) => each.box_id),
      alarms: this.alarms.filter((alarm, at) => this.alarms.findIndex((other) => JSON.stringify(other) === JSON.stringify(alarm)) === at),
    };
  }

  /** Colleagues by name, then the reporter and the recovery key. @param {any[]} list */
  #holders(list) {
    const order = (/** @type {any} */ each) => `${each.holder === "staff" ? 0 : 1}${each.name}`;
    const shown = list.map(({ staff_id, holder, name, verified }) => ({ staff_id, holder, name, verified }));
    return shown.sort((one, other) => order(one).localeCompare(order(other)));
  }

  /** @param {any} row */
  author(row) {
    if (row.role !== AUTHOR.OFFICER) return { by: row.role === AUTHOR.SERVER ? "server" : "reporter", name: "", title: "" };
    const who = row.writer ? bytes.hex(row.writer.staffId) : String(row.author); // of a tombstone nothing signed is left
    const { name, title } = this.person(who);
    return { by: who === this.me.staffId ? "me" : "officer", name, title };
  }

  /** Who removed what stood here, or null. @param {any} row */
  removed(row) {
    if (!row.removed) return null;
    const { on, ground, by, agreed } = row.removed;
    return { on, ground, by: this.person(by).name, agreed: this.person(agreed).name, size: row.size };
  }

  /** The items of documents marked as internal preparation. @type {Set<string>} */ #internal = new Set();

  /** @param {any} row */
  #message(row) {
    const content = row.content ?? {};
    const marks = { removed: this.removed(row), internal: this.#internal.has(row.item_id) };
    const files = this.described(content.files, row.boxId);
    const event = row.kind === KIND.EVENT ? { event: String(content.event), who: this.person(String(content.staff_id)).name } : {};
    const mailboxes = this.boxes.filter((each) => each.kind === "mailbox");
    const reporter = mailboxes.length > 1 ? 1 + mailboxes.findIndex((each) => each.box_id === row.boxId) : 0;
    return { id: row.item_id, ...this.author(row), reporter, on: row.on, at: row.at, type: String(content.type ?? ""), text: String(content.text ?? ""), files, content, ...event, ...marks };
  }

  /** The files that something names, as they are described in its box. @param {unknown} ids @param {string} boxId the box, or its kind */
  described(ids, boxId) {
    const within = this.box(boxId)?.box_id ?? boxId;
    return (Array.isArray(ids) ? ids : []).map((/** @type {string} */ id) => this.#described(id, within)).filter(Boolean);
  }

  /** @param {string} id @param {string} boxId */
  #described(id, boxId) {
    const row = this.boxes.find((each) => each.box_id === boxId)?.rows.find((/** @type {any} */ each) => each.item_id === id && each.kind === KIND.DESCRIPTION);
    return row?.content ? this.#file(row) : null;
  }

  /** @param {any} row */
  #file(row) {
    const marks = { removed: this.removed(row), internal: this.#internal.has(row.item_id), on: row.on, from: this.author(row) };
    if (!row.content) return { file: "", name: "", type: "", size: row.size, sha256: "", ...marks };
    const { file, name, type, size, sha256 } = row.content;
    return { file: String(file), name: String(name), type: String(type), size: Number(size), sha256: String(sha256), ...marks };
  }

  /** Fetches a file and opens it: octets to be looked at with care. @param {string} file @param {string} sha256 @returns {Promise<Blob>} */
  async file(file, sha256) {
    const row = this.boxes.flatMap((each) => each.rows).find((each) => each.item_id === file && each.kind === KIND.ATTACHMENT);
    if (!row) throw new NetError("file-lost");
    const answer = await call(`${this.api}boxes/${row.boxId}/items/${file}/body`);
    const stream = /** @type {any} */ (answer.body);
    const opened = await item.openBlob(row.key, row.ctx, bytes.fromBase64(row.header), row.size, stream).catch((error) => {
      throw error.code === "item.refused" ? new NetError("file-lost") : error;
    });
    if (bytes.hex(opened.sha256) !== sha256) throw new NetError("file-forged");
    return opened.blob;
  }
}
