/** A new report: its code, its box, its seals. */

import { box, bytes, certificate, code, item, keys, seal, vouch } from "../../wbe1/index.js";
import { NetError, pause, post } from "./net.js";
import { sealedName } from "./name.js";
import { Outbox } from "./outbox.js";
import { work } from "./work.js";

/**
 * @typedef {object} Written
 * @property {string} text
 * @property {string[]} about
 * @property {string[]} readers
 * @property {string} recovery
 * @property {string[]} files
 * @property {Record<string, unknown>} answers
 * @property {{custodians: string[], leaders: string[]}} holders of the halves of the key to a name
 * @property {{name: string, contact: string} | null} name to be sealed apart
 * @property {boolean} urgent in clear, because the reporter chose it
 */

const EPOCH = 1;
const MOST_WORK = 5; // times it may be asked for: the demand can rise meanwhile
const [WAITS, LONGEST_WAIT] = [20, 10_000]; // for room, which comes back minute by minute: two minutes or so
const [TRIES, BETWEEN] = [5, 1000]; // for the proof: milliseconds

export class Report {
  /** Draws the code and makes the box; files can be added from then on. @param {any} card @param {string} api */
  static async begin(card, api) {
    const indices = code.new();
    return Object.assign(await Report.under(await code.master(indices, card.org), card, api), { indices });
  }

  /** A report under a secret that is there already: a further mailbox of somebody who has a code. @param {Uint8Array} master @param {any} card @param {string} api */
  static async under(master, card, api) {
    const report = new Report();
    const own = await keys.reporterKeys(bytes.own(master));
    const [nonce, boxKey] = [bytes.random(16), seal.newBoxKey()];
    const boxId = box.reporterBoxId(card.org, own.kem.public, own.sig.public, nonce);
    const hold = { api, org: card.org, boxId, boxKey, epoch: EPOCH, sig: own.sig, firstSeq: 1, prev: new Uint8Array(32) };
    return Object.assign(report, { card, api, own, nonce, boxKey, boxId, outbox: new Outbox(hold), sealed: "", what: "" });
  }

  /** @type {any} */ card;
  /** @type {string} */ api = "";
  /** @type {number[]} */ indices = [];
  /** @type {any} */ own;
  /** @type {any} */ nonce;
  /** @type {any} */ boxKey;
  /** @type {any} */ boxId;
  /** @type {any} */ outbox;
  /** @type {any} */ made;
  /** @type {any} */ earlier;
  what = "";
  /** What the desk adds when an officer writes down what somebody told. @type {Record<string, unknown>} */ more = {};

  /** The public keys that get the box's key: those chosen, recovery, and the reporter. @param {string[]} readers @param {string} recovery */
  #recipients(readers, recovery) {
    const { roster, byKey } = this.card;
    const people = [...roster.readers, ...roster.alternates];
    const ids = new Set(readers.map((staffId) => people.find((person) => person.staff_id === staffId).key_id));
    const publics = [...ids, roster.recovery[recovery]].map((id) => byKey.get(id).kemPub);
    return [...publics, this.own.kem.public];
  }

  /** @param {string[]} readers @param {string} recovery */
  async #seals(readers, recovery) {
    const made = [];
    for (const each of this.#recipients(readers, recovery)) {
      const sealed = await seal.seal(this.boxKey, each, this.card.org, this.boxId, EPOCH);
      const its = keys.keyId(each);
      const given = await vouch.give(this.card.org, this.boxId, EPOCH, its, keys.keyId(this.own.kem.public), this.own.sig);
      made.push({ key_id: bytes.hex(its), epoch: EPOCH, sealed: bytes.base64(sealed), vouch: bytes.base64(given) });
    }
    return made;
  }

  /**
   * Seals and sends. Pressing again sends the same octets as long as nothing was changed, so it cannot become two reports.
   * @param {Written} written @param {(state: any) => void} progress
   */
  async send(written, progress) {
    const { text, about, readers, recovery, answers, holders, name, urgent } = written;
    const what = JSON.stringify(written);
    if (this.what !== what) {
      this.earlier = this.made; // may have arrived, if only the answer was lost
      const root = bytes.hex(certificate.fingerprint(this.card.root));
      const items = await this.outbox.items({ type: "report", text, about, root, answers }, progress);
      const identity = await sealedName(this, holders, name);
      this.made = { items, seals: await this.#seals(readers, recovery), identity };
      this.what = what;
    }
    progress({ mark: "text" });
    const { lookup, auth, kem, sig } = this.own;
    const { receipt, ...said } = await this.#deliver({
      lookup: bytes.base64(lookup),
      auth: bytes.base64(auth),
      box: { box_id: bytes.hex(this.boxId), nonce: bytes.base64(this.nonce), kem_pub: bytes.base64(kem.public), sig_pub: bytes.base64(sig.public) },
      seals: this.made.seals,
      items: this.made.items.map((/** @type {any} */ each) => each.wire),
      identity: this.made.identity,
      urgent,
      ...this.more,
    }, progress);
    if (!receipt?.entry) throw new NetError("server");
    const entry = bytes.fromUtf8(bytes.fromBase64(receipt.entry));
    const arrived = [this.made, this.earlier].find((each) => each && entry.includes(messageHash(each.items))) ?? this.made;
    if (arrived !== this.made) await this.#add(arrived.items, text, progress);
    return { receipt, itemHash: messageHash(arrived.items), indices: this.indices, said };
  }

  /** While very many reports arrive, each brings work, and waits here for its turn. @param {any} report @param {(state: any) => void} progress */
  async #deliver(report, progress) {
    let [sent, works, waits] = [report, 0, 0];
    for (;;) {
      try {
        return await post(`${this.api}reports`, sent);
      } catch (error) {
        const { code: why, details } = /** @type {NetError} */ (error);
        if (why === "report.work" && works++ < MOST_WORK) {
          progress({ mark: "text", told: "work" });
          sent = { ...report, challenge: details.challenge, work: work(details.challenge, this.boxId) };
        } else if (why === "report.no_room" && waits++ < WAITS) {
          progress({ mark: "text", told: "wait" });
          await pause((0.5 + Math.random() / 2) * LONGEST_WAIT);
        } else throw error;
      }
    }
  }

  /** The receipt with its proof, if the log signs within five seconds; the mailbox has it later in any case. @param {any} receipt */
  async proof(receipt) {
    const { lookup, auth } = this.own;
    for (let n = 0; n < TRIES; n++) {
      await pause(BETWEEN);
      const { receipts } = await post(`${this.api}mailbox/receipts`, { lookup: bytes.base64(lookup), auth: bytes.base64(auth) });
      const whole = receipts.find((/** @type {any} */ each) => each.entry === receipt.entry && each.checkpoint);
      if (whole) return whole;
    }
    return null;
  }

  /** An earlier version had arrived: what was written since goes after it as a message. @param {any[]} before @param {string} text @param {(state: any) => void} progress */
  async #add(before, text, progress) {
    this.outbox.taken(before);
    const items = await this.outbox.items({ type: "message", text, about: [] }, progress);
    const { lookup, auth } = this.own;
    await post(`${this.api}mailbox/items`, {
      lookup: bytes.base64(lookup),
      auth: bytes.base64(auth),
      items: items.map((/** @type {any} */ each) => each.wire),
    });
    this.made = this.earlier = { ...this.made, items: before };
  }
}

/** @param {any[]} items */
const messageHash = (items) => bytes.hex(items.find(({ kind }) => kind === item.KIND.MESSAGE).hash);
