/** An opened mailbox: everything in it decrypted, checked, and said in plain values to the page. */

import { box, bytes, certificate, code, item, keys, seal, signed } from "../../wbe1/index.js";
import { call, NetError, passing, post } from "./net.js";
import { organisationCard, readable } from "../organisation.js";
import { opened } from "./download.js";
import { announced, given } from "./holders.js";
import { Outbox } from "./outbox.js";
import { buried, unlogged } from "./receipt.js";

const { KIND, AUTHOR } = item;
const WRITERS = new Set([certificate.ROLE.READER, certificate.ROLE.ALTERNATE, certificate.ROLE.ADVISER]);

/** The mailbox is another than when it was read: somebody wrote, or the key was made anew. */
const OVERTAKEN = new Set(["item.order", "box.wrong"]);

const forged = () => Object.assign(new Error("mailbox.forged"), { code: "mailbox.forged" });

export class Mailbox {
  /** @type {any} */ said;
  /** @type {any} */ own;
  /** @type {any} */ place;
  /** @type {any} */ outbox;
  /** @type {Map<string, any>} */ items = new Map();

  /** @type {any} */ master;

  /** @param {number[]} indices @param {any} place {api, root, org} @param {{onProgress?: (share: number) => void}} options */
  static async open(indices, place, options) {
    return Mailbox.under(await code.master(indices, place.org, options), place);
  }

  /** @param {any} master @param {any} place */
  static async under(master, place) {
    return Object.assign(new Mailbox(), { master, place, own: await keys.reporterKeys(master) });
  }

  /** The `number`-th further mailbox of the same code. @param {number} number */
  next(number) {
    return Mailbox.under(bytes.own(keys.nextMaster(this.master, number)), this.place);
  }

  get #code() {
    return { lookup: bytes.base64(this.own.lookup), auth: bytes.base64(this.own.auth) };
  }

  /** Fetches and opens; returns what the page shows. */
  async read() {
    const { api, root, org } = this.place;
    this.said = await post(`${api}mailbox/open`, this.#code);
    const { box: shown } = this.said;
    const [boxId, nonce] = [bytes.fromHex(shown.box_id), bytes.fromBase64(shown.nonce)];
    // The id commits to the reporter's own keys: nobody can put another mailbox in its place.
    const expected = box.reporterBoxId(org, this.own.kem.public, this.own.sig.public, nonce);
    if (!bytes.equal(expected, boxId)) throw forged();
    const boxKeys = await this.#keys(boxId);
    const certificates = await readable(this.said.certificates, root, org, null);
    const opened = await this.#opened(boxId, boxKeys, certificates);
    this.#epochIsAnnounced(opened);
    await this.#holdersWereGiven(opened);
    await this.#everythingIsLogged(opened);
    const own = opened.rows.filter((row) => row.mine);
    const hold = {
      api, org, boxId, boxKey: boxKeys.get(shown.epoch), epoch: shown.epoch, sig: this.own.sig,
      firstSeq: 1 + Math.max(0, ...own.map((row) => row.seq)),
      prev: this.said.items.length ? bytes.fromHex(this.said.items.at(-1).item_hash) : signed.FIRST,
    };
    this.outbox ??= new Outbox(hold);
    this.outbox.hold = hold; // files that wait for their message stay
    return this.#view(opened, certificates);
  }

  /** Every change of the key is announced in the box by the one who made it; a server that goes back to an old key is found out. @param {{rows: any[], alarms: any[]}} opened */
  #epochIsAnnounced({ rows, alarms }) {
    const announced = rows.filter((row) => row.kind === KIND.EVENT && row.content?.event === "rekeyed").map((row) => Number(row.content.epoch));
    if (Math.max(1, ...announced) !== this.said.box.epoch) alarms.push({ what: "epoch" });
  }

  /** Nobody holds the key to whom no holder gave it. @param {{rows: any[], alarms: any[]}} opened */
  async #holdersWereGiven({ rows, alarms }) {
    const { box: shown, vouches, holders, givers } = this.said;
    const { root, org } = this.place;
    const told = announced(rows, shown.epoch);
    const rightly = await given({ ...shown, vouches }, { org }, await readable(givers, root, org, null), told ? new Map([[shown.epoch, told]]) : undefined);
    if (holders.some((/** @type {string} */ id) => !rightly.has(id))) alarms.push({ what: "ghost" });
  }

  /** What the log says I sent is here, and what is here the log says I sent. @param {{rows: any[], alarms: any[]}} opened */
  async #everythingIsLogged({ rows, alarms }) {
    const { api, root, org } = this.place;
    const logs = this.place.logs ?? (await organisationCard({ api, rootKey: bytes.base64(root), organisation: bytes.hex(org) }).then((card) => card.logs, () => ({ channel: "", desk: "" })));
    this.place.logs = logs;
    const mine = rows.filter((row) => row.mine && row.kind === KIND.MESSAGE);
    alarms.push(...(await unlogged(mine, this.said.receipts, logs.channel)));
    alarms.push(...(await buried(rows, this.said.removals, logs.desk)));
  }

  /** @param {any} boxId */
  async #keys(boxId) {
    const opened = new Map();
    for (const { epoch, sealed } of this.said.seals) {
      opened.set(epoch, await seal.open(bytes.fromBase64(sealed), this.own.kem, this.place.org, boxId, epoch));
    }
    if (!opened.has(this.said.box.epoch)) throw forged();
    return opened;
  }

  /** Opens every item and follows the chain. @param {any} boxId @param {Map<number, any>} boxKeys @param {any[]} certificates */
  async #opened(boxId, boxKeys, certificates) {
    const rows = [];
    /** @type {any[]} */ const alarms = [];
    const seen = new Set([bytes.hex(signed.FIRST)]);
    /** @type {Map<string, number[]>} */ const sequences = new Map();
    for (const each of this.said.items) {
      const ctx = new item.Context({ kind: each.kind, org: this.place.org, boxId, epoch: each.epoch, itemId: bytes.fromHex(each.item_id), role: each.role, seq: each.seq });
      const row = { ...each, ctx, key: boxKeys.get(each.epoch), mine: each.role !== AUTHOR.OFFICER, content: null, writer: null };
      this.items.set(each.item_id, row);
      rows.push(row);
      const who = `${each.role}${each.author ?? ""}${each.author_key ?? ""}`;
      sequences.set(who, [...(sequences.get(who) ?? []), each.seq]);
      if (each.kind !== KIND.ATTACHMENT && !each.removed) await this.#openText(row, certificates, seen, alarms);
      seen.add(each.item_hash);
    }
    for (const numbers of sequences.values()) {
      if (numbers.sort((a, b) => a - b).some((seq, at) => seq !== at + 1)) alarms.push({ what: "order" });
    }
    return { rows, alarms };
  }

  /** @param {any} row @param {any[]} certificates @param {Set<string>} seen @param {any[]} alarms */
  async #openText(row, certificates, seen, alarms) {
    /** @type {import("../../wbe1/signed.js").Signed} */ let read;
    try {
      const [header, body] = [bytes.fromBase64(row.header), bytes.fromBase64(row.body)];
      if (bytes.hex(item.itemHash(row.ctx, header, body)) !== row.item_hash) throw new Error("hash");
      const content = await item.openItem(row.key, row.ctx, header, body);
      read = await signed.read(row.ctx, content, row.mine ? this.own.sig.public : null);
      row.writer = row.mine ? null : certificates.find((each) => WRITERS.has(each.role) && bytes.equal(each.sigPub, read.authorSigPub));
      row.content = JSON.parse(bytes.fromUtf8(read.body));
    } catch {
      alarms.push({ what: "damaged", on: row.on });
      return;
    }
    if (!row.mine && !row.writer) {
      row.content = null;
      alarms.push({ what: "author", on: row.on });
    }
    if (!seen.has(bytes.hex(read.prev))) alarms.push({ what: "chain" });
  }

  /** @param {{rows: any[], alarms: any[]}} opened @param {any[]} certificates */
  #view({ rows, alarms }, certificates) {
    const report = rows.find((row) => row.mine && row.content?.type === "report");
    if (report?.content.root && report.content.root !== bytes.hex(certificate.fingerprint(this.place.root))) alarms.push({ what: "root" });
    const now = Date.now() / 1000;
    const known = new Set(certificates.map((each) => bytes.hex(each.staffId)));
    const certified = new Set(certificates.filter((each) => each.notAfter >= now).map((each) => bytes.hex(each.staffId)));
    const lacks = (/** @type {string} */ id) => (certified.has(id) ? "" : known.has(id) ? "lapsed" : "unverified");
    const people = new Map(this.said.readers.map((/** @type {any} */ person) => [person.staff_id, person]));
    for (const person of this.said.removers) if (!people.has(person.staff_id)) people.set(person.staff_id, { ...person, gone: true });
    const { status, clocks, received_on, last_opened, receipts, checks, identity } = this.said;
    return {
      checks, identity,
      messages: rows.filter((row) => (row.removed ? row.kind !== KIND.ATTACHMENT : row.kind === KIND.MESSAGE && row.content)).map((row) => (row.removed ? this.#tombstone(row, people) : this.#message(row, people))),
      readers: [...people.values()].filter((person) => !person.gone).map((person) => ({ ...person, lacks: lacks(person.staff_id) })),
      alarms: alarms.filter((alarm, at) => alarms.findIndex((other) => other.what === alarm.what && other.on === alarm.on) === at),
      status, clocks, received_on, last_opened, receipts,
    };
  }

  /** What is left of something whose content two people removed. @param {any} row @param {Map<any, any>} people */
  #tombstone(row, people) {
    const { on, ground, by, agreed } = row.removed;
    const writer = row.author && people.get(row.author);
    const size = row.kind === KIND.DESCRIPTION ? this.said.items.filter((/** @type {any} */ each) => each.removed && each.kind === KIND.ATTACHMENT && each.seq < row.seq && each.role === row.role).at(-1)?.size ?? row.size : row.size;
    const removed = { on, ground, size, file: row.kind === KIND.DESCRIPTION, by: people.get(by)?.name ?? "", agreed: people.get(agreed)?.name ?? "" };
    return { id: row.item_id, content: {}, staffId: row.author ?? "", mine: row.mine, plain: row.role === AUTHOR.SERVER, on: row.on, type: "", text: "", name: writer?.name ?? "", title: writer?.title ?? "", files: [], removed };
  }

  /** @param {any} row @param {Map<any, any>} people */
  #message(row, people) {
    const person = row.writer && people.get(bytes.hex(row.writer.staffId));
    const files = (row.content.files ?? []).map((/** @type {string} */ id) => this.items.get(id)?.content).filter(Boolean);
    return {
      id: row.item_id, content: row.content, staffId: row.writer ? bytes.hex(row.writer.staffId) : "", mine: row.mine, plain: row.role === AUTHOR.SERVER, on: row.on, type: row.content.type, text: String(row.content.text ?? ""),
      name: person?.name ?? "", title: person?.title ?? "",
      files: files.map((/** @type {any} */ { file, name, size, type, sha256 }) => ({ file, name: String(name), size: Number(size), type: String(type), sha256 })),
    };
  }

  /** Messages whose answer never came, by what they say: each may have arrived. @type {Map<string, any[]>} */
  #unanswered = new Map();

  /**
   * Seals and sends a message; `check` says in clear which question about how one is it answers. What changed in the
   * mailbox meanwhile is read first, and what had arrived although its answer was lost is not sent twice.
   * @param {{text: string, extra?: any, check?: string, files?: string[]}} written @param {(state: any) => void} progress
   */
  async write({ text, extra = {}, check = "", files = [] }, progress) {
    const what = JSON.stringify([text, extra, files]);
    for (let tries = 0; ; tries++) {
      if (tries || this.#unanswered.size) await this.read();
      const arrived = this.#arrived();
      if (arrived.includes(what)) return;
      if (arrived.length) files = files.filter((id) => this.outbox.holds(id));
      const items = await this.outbox.items({ type: "message", text, about: [], ...extra }, progress, files);
      try {
        await post(`${this.place.api}mailbox/items`, { ...this.#code, items: items.map((/** @type {any} */ each) => each.wire), check });
        return this.outbox.taken(items);
      } catch (error) {
        if (passing(error)) this.#unanswered.set(what, items);
        if (tries || !OVERTAKEN.has(/** @type {any} */ (error).code)) throw error;
      }
    }
  }

  /** What had arrived of that whose answer was lost. */
  #arrived() {
    const found = [...this.#unanswered].filter(([, sent]) => this.items.has(sent[0].wire.item_id));
    for (const [what, sent] of found) {
      this.#unanswered.delete(what);
      this.outbox.gone(sent);
    }
    return found.map(([what]) => what);
  }

  /** Fetches a file and opens it. @param {{file: string, sha256: string, into?: any}} wanted @param {(state: {share: number}) => void} progress @returns {Promise<Blob | null>} */
  async file(wanted, progress) {
    const row = this.items.get(wanted.file);
    if (!row) throw new NetError("blob.missing");
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ ...this.#code, item_id: wanted.file });
    const answer = await call(`${this.place.api}mailbox/body`, { method: "POST", headers, body });
    return opened(row, /** @type {any} */ (answer.body), wanted, progress);
  }
}
