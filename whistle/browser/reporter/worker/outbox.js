/** What a reporter is about to send: files sealed as they are chosen, text sealed at the end, all in one sequence. */

import { bytes, item, signed } from "../../wbe1/index.js";
import { upload } from "./upload.js";

/**
 * @typedef {object} Hold the box as its reporter holds it
 * @property {string} api
 * @property {Uint8Array} org
 * @property {Uint8Array} boxId
 * @property {Uint8Array} boxKey
 * @property {number} epoch
 * @property {any} sig the reporter's signing pair
 * @property {number} firstSeq the next place in the reporter's sequence
 * @property {Uint8Array} prev hash of the newest item the reporter has seen
 */

export class Outbox {
  /** @type {Map<string, any>} files by the id the page gave them */
  #files = new Map();

  /** @param {Hold} hold */
  constructor(hold) {
    this.hold = hold;
  }

  /** Pauses of files by their ids, each with what ends it. @type {Map<string, {over: Promise<void>, end: () => void}>} */
  #pauses = new Map();

  /** Holds a file on its way, or lets it go on. @param {string} id @param {boolean} wanted */
  pause(id, wanted) {
    this.#pauses.get(id)?.end();
    this.#pauses.delete(id);
    if (!wanted) return;
    let end = () => {};
    const over = new Promise((/** @type {(value: void) => void} */ resolve) => (end = resolve));
    this.#pauses.set(id, { over, end });
  }

  /** @param {number} kind @param {Uint8Array} itemId @param {number} seq */
  #place(kind, itemId, seq) {
    const { org, boxId, epoch } = this.hold;
    return { kind, org, boxId, epoch, itemId, role: item.AUTHOR.REPORTER, seq };
  }

  /** @param {string[]} beside ids of files that go in the same sending */
  #freeSeq(beside) {
    const taken = new Set(beside.map((id) => this.#files.get(id)?.seq));
    let seq = this.hold.firstSeq;
    while (taken.has(seq)) seq++;
    return seq;
  }

  /** Seals and uploads a file. @param {string} id @param {{blob: Blob, hidden: string, name: string, type: string}} file @param {(state: any) => void} progress @param {string[]} [beside] */
  async add(id, file, progress, beside = [...this.#files.keys()]) {
    const stop = new AbortController();
    /** @type {any} */
    const entry = { file, stop, seq: this.#freeSeq(beside), epoch: this.hold.epoch, itemId: bytes.random(16), sent: null };
    this.#files.set(id, entry);
    const place = this.#place(item.KIND.ATTACHMENT, entry.itemId, entry.seq);
    try {
      entry.sent = await upload(this.hold.api, this.hold.boxKey, place, file.blob, { progress, signal: stop.signal, mayGoOn: async () => this.#pauses.get(id)?.over });
    } catch (error) {
      if (this.#files.get(id) === entry) this.#files.delete(id); // what is not up does not go along
      throw error;
    }
  }

  /** Forgets a file, also half-way. @param {string} id */
  drop(id) {
    this.pause(id, false);
    this.#files.get(id)?.stop.abort(Object.assign(new Error("stopped"), { code: "stopped" }));
    this.#files.delete(id);
  }

  /** Whether a file waits here. @param {string} id */
  holds(id) {
    return this.#files.has(id);
  }

  /** These have arrived: the next sending starts after them. @param {any[]} items */
  taken(items) {
    this.hold.firstSeq += items.length;
    this.hold.prev = items.at(-1).hash;
    this.gone(items);
  }

  /** Files among these are not here any more. @param {any[]} items */
  gone(items) {
    const gone = new Set(items.map(({ wire }) => wire.item_id));
    for (const [id, entry] of this.#files) if (gone.has(bytes.hex(entry.itemId))) this.#files.delete(id);
  }

  /**
   * The items to send, in the order of their sequence, each with its hash. A file that was removed leaves a gap; text
   * fills it, and a file beyond the end, or sealed under an older key, is sealed again, so that the sequence has no holes a
   * reader must wonder about.
   * @param {Record<string, unknown>} content of the message, without `files` @param {(state: any) => void} progress
   * @param {string[]} along ids of the files that go with it; others wait for a message of their own
   */
  async items(content, progress, along = [...this.#files.keys()]) {
    const size = 2 * along.length + 1;
    const last = this.hold.firstSeq + size - 1;
    for (const id of along) {
      const entry = this.#files.get(id);
      if (!entry?.sent) throw Object.assign(new Error("file"), { code: "file" });
      if (entry.epoch === this.hold.epoch && entry.seq >= this.hold.firstSeq && entry.seq <= last) continue;
      this.#files.delete(id);
      try {
        await this.add(id, entry.file, progress, along);
      } catch (error) {
        this.#files.set(id, entry); // tried again with the next sending
        throw error;
      }
    }
    const files = along.map((id) => this.#files.get(id));
    const taken = new Set(files.map((file) => file.seq));
    const free = Array.from({ length: size }, (_, at) => this.hold.firstSeq + at).filter((seq) => !taken.has(seq));
    const described = files.map((entry) => ({ entry, itemId: bytes.random(16), seq: free.shift() }));
    const message = { itemId: bytes.random(16), seq: free.shift() };
    const plan = [
      ...files.map((entry) => ({ seq: entry.seq, make: () => this.#fileItem(entry) })),
      ...described.map((each) => ({ seq: each.seq, make: (/** @type {any} */ prev) => this.#textItem(item.KIND.DESCRIPTION, each, this.#description(each.entry), prev) })),
      { seq: message.seq, make: (/** @type {any} */ prev) => this.#textItem(item.KIND.MESSAGE, message, { v: 1, ...content, files: described.map((each) => bytes.hex(each.itemId)) }, prev) },
    ].sort((one, other) => Number(one.seq) - Number(other.seq));
    const made = [];
    let prev = this.hold.prev;
    for (const { make } of plan) {
      made.push(await make(prev));
      prev = made[made.length - 1].hash;
    }
    return made;
  }

  /** @param {any} entry */
  #description({ itemId, file: { blob, name, hidden, type }, sent }) {
    return { v: 1, file: bytes.hex(itemId), name, type: type || "application/octet-stream", size: blob.size, sha256: bytes.hex(sent.sha256), hidden };
  }

  /** @param {any} entry */
  #fileItem({ itemId, seq, sent }) {
    return this.#item(item.KIND.ATTACHMENT, itemId, seq, sent.header, sent.itemHash, { body: null, upload: sent.upload });
  }

  /** @param {number} kind @param {any} named @param {unknown} content @param {Uint8Array} prev */
  async #textItem(kind, { itemId, seq }, content, prev) {
    const ctx = new item.Context(/** @type {any} */ (this.#place(kind, itemId, seq)));
    const written = await signed.sign(ctx, bytes.utf8(JSON.stringify(content)), bytes.own(prev), this.hold.sig);
    const { header, body } = await item.sealItem(bytes.own(this.hold.boxKey), ctx, written);
    const hash = item.itemHash(ctx, header, body);
    return this.#item(kind, itemId, seq, header, hash, { body: bytes.base64(body), upload: null });
  }

  /** @param {number} kind @param {Uint8Array} itemId @param {number} seq @param {Uint8Array} header @param {Uint8Array} hash @param {any} where */
  #item(kind, itemId, seq, header, hash, where) {
    const { epoch } = this.hold;
    const wire = { item_id: bytes.hex(itemId), kind, epoch, role: item.AUTHOR.REPORTER, seq, header: bytes.base64(header), ...where };
    return { wire, kind, hash };
  }
}
