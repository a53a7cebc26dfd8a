/** What the desk believes: only what the organisation's root key, a box's name or a signature vouches for. */

import { box, bytes, certificate, item, keys, seal, signed } from "../../wbe1/index.js";

const { ROLE } = certificate;
const { AUTHOR, KIND } = item;
/** Whose certificates may write and be given keys at the desk. @type {Set<number>} */
export const READS = new Set([ROLE.READER, ROLE.ALTERNATE, ROLE.ADVISER]);
const FIRST = bytes.hex(signed.FIRST);

/** @typedef {import("../../wbe1/certificate.js").Certificate} Certificate */
/** @typedef {{what: string, on?: string, who?: string}} Alarm */
/** @typedef {import("./keys.js").Person} Person */

/**
 * The certificates that the root key signed, each with whether it is in force.
 * @param {string[]} raw @param {Person} me @param {Alarm[]} alarms
 */
export async function certificates(raw, me, alarms) {
  const found = [];
  const now = Date.now() / 1000;
  for (const each of raw) {
    try {
      const read = await certificate.read(bytes.fromBase64(each), bytes.own(me.root), bytes.own(me.org), null);
      found.push({ ...read, inForce: read.notBefore <= now && now <= read.notAfter });
    } catch {
      alarms.push({ what: "certificate" });
    }
  }
  return found;
}

/**
 * Whether a box is the one its name says: a mailbox commits to the reporter's keys, a room to a certified maker's.
 * @param {any} said @param {Person} me @param {Certificate[]} certified
 */
export function isItself(said, me, certified) {
  const [boxId, nonce, sigPub] = [bytes.fromHex(said.box_id), bytes.fromBase64(said.nonce), bytes.fromBase64(said.sig_pub)];
  const org = bytes.own(me.org);
  if (said.kind === "mailbox") {
    return said.kem_pub !== null && bytes.equal(box.reporterBoxId(org, bytes.fromBase64(said.kem_pub), sigPub, nonce), boxId);
  }
  const maker = certified.some((each) => READS.has(each.role) && bytes.equal(each.sigPub, sigPub));
  return said.kem_pub === null && maker && bytes.equal(box.makerBoxId(org, sigPub, nonce), boxId);
}

/** The box's keys by epoch. @param {any} said @param {Person} me @returns {Promise<Map<number, Uint8Array>>} */
export async function boxKeys(said, me) {
  const opened = new Map();
  for (const { epoch, sealed } of said.seals) {
    opened.set(epoch, await seal.open(bytes.fromBase64(sealed), me.kem, bytes.own(me.org), bytes.fromHex(said.box_id), epoch));
  }
  if (!opened.has(said.epoch)) throw new Error("no seal of this epoch");
  return opened;
}

/**
 * Opens every item of a box and follows the chain; what fails is an alarm and has no content.
 * @param {any} said @param {Map<number, Uint8Array>} boxKeysByEpoch @param {Person} me @param {Certificate[]} certified @param {Alarm[]} alarms
 */
export async function opened(said, boxKeysByEpoch, me, certified, alarms) {
  const rows = [];
  const seen = new Set();
  const writers = new Set();
  for (const each of said.items) {
    const row = placed(each, said, boxKeysByEpoch, me);
    rows.push(row);
    if (each.kind !== KIND.ATTACHMENT && !each.removed) await read(row, said, { certified, seen, writers }, alarms);
    seen.add(each.item_hash);
    writers.add(row.who);
  }
  const announced = rows.filter((row) => row.kind === KIND.EVENT && row.content?.event === "rekeyed").map((row) => Number(row.content.epoch));
  if (Math.max(1, ...announced) !== said.epoch) alarms.push({ what: "epoch" });
  /** @type {Map<string, number[]>} */
  const numbers = new Map();
  for (const row of rows) numbers.set(row.who, [...(numbers.get(row.who) ?? []), row.seq]);
  for (const list of numbers.values()) {
    if (list.sort((a, b) => a - b).some((seq, at) => seq !== at + 1)) alarms.push({ what: "order" });
  }
  return rows;
}

/** @param {any} each @param {any} said @param {Map<number, Uint8Array>} boxKeysByEpoch @param {Person} me @returns {any} */
function placed(each, said, boxKeysByEpoch, me) {
  const place = { kind: each.kind, org: bytes.own(me.org), boxId: bytes.fromHex(said.box_id), epoch: each.epoch };
  const ctx = new item.Context({ ...place, itemId: bytes.fromHex(each.item_id), role: each.role, seq: each.seq });
  const who = each.role === AUTHOR.OFFICER ? `officer ${each.author}` : `reporter ${each.role}`;
  return { ...each, ctx, who, boxId: said.box_id, key: boxKeysByEpoch.get(each.epoch), content: null, writer: null };
}

/** @param {any} row @param {any} said @param {any} known @param {Alarm[]} alarms */
async function read(row, said, { certified, seen, writers }, alarms) {
  if (row.body === null) return void alarms.push({ what: "missing", on: row.on });
  let content;
  try {
    const [header, body] = [bytes.fromBase64(row.header), bytes.fromBase64(row.body)];
    if (bytes.hex(item.itemHash(row.ctx, header, body)) !== row.item_hash) throw new Error("hash");
    content = await item.openItem(row.key, row.ctx, header, body);
  } catch {
    return void alarms.push({ what: "damaged", on: row.on });
  }
  try {
    const byReporter = row.role !== AUTHOR.OFFICER;
    if (byReporter && said.kind !== "mailbox") throw new Error("no reporter here");
    const from = await signed.read(row.ctx, content, byReporter ? bytes.fromBase64(said.sig_pub) : null);
    const writer = byReporter ? null : writerOf(from.authorSigPub, row, certified);
    const chained = bytes.hex(from.prev);
    const first = chained === FIRST && [...writers].every((who) => who === row.who || who.startsWith("reporter") === byReporter);
    if (!first && !seen.has(chained)) alarms.push({ what: "chain", on: row.on });
    row.content = JSON.parse(bytes.fromUtf8(from.body));
    row.writer = writer;
  } catch {
    row.content = null;
    alarms.push({ what: "author", on: row.on });
  }
}

/**
 * What a colleague signed, of one item by itself: the box around it is not there, so its place in the chain is not looked at.
 * @param {any} each @param {any} said @param {Map<number, Uint8Array>} boxKeysByEpoch @param {Person} me @param {Certificate[]} certified
 */
export async function alone(each, said, boxKeysByEpoch, me, certified) {
  const row = placed(each, said, boxKeysByEpoch, me);
  await read(row, said, { certified, seen: { has: () => true }, writers: new Set() }, []);
  return row.content;
}

/** The certificate of the colleague who signed; the server's word for who it was must agree. @param {any} sigPub @param {any} row @param {Certificate[]} certified */
function writerOf(sigPub, row, certified) {
  const found = certified.find((each) => READS.has(each.role) && bytes.equal(each.sigPub, sigPub));
  if (!found || bytes.hex(found.staffId) !== row.author) throw new Error("not certified");
  return found;
}

/**
 * Who holds a key to the box now, whether their certificate says so, and whether a holder gave it to them.
 * @param {any} said @param {Certificate[]} certified @param {Set<string>} given
 */
export function holders(said, certified, given) {
  return said.holders.map((/** @type {any} */ each) => {
    const named = certified.find((known) => bytes.hex(known.keyId) === each.key_id);
    const reporter = said.kem_pub !== null && each.key_id === bytes.hex(keys.keyId(bytes.fromBase64(said.kem_pub)));
    const verified = each.holder === "staff" ? named !== undefined && READS.has(named.role) && bytes.hex(named.staffId) === each.staff_id
      : each.holder === "reporter" ? reporter : named?.role === ROLE.RECOVERY;
    return { ...each, verified: verified && given.has(each.key_id), ghost: !given.has(each.key_id) };
  });
}
