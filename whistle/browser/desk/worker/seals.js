/**
 * The keys of a case without its content: fetched, checked, opened, sealed to somebody else. Nothing is shown, and the case's
 * items are never fetched. What counts is what the root key vouches for, never the server's word.
 */

import { bytes, certificate, item } from "../../wbe1/index.js";
import { NetError, call, post } from "../../reporter/worker/net.js";
import { READS, boxKeys, certificates, isItself } from "./checks.js";
import { given } from "../../reporter/worker/holders.js";
import { sealedTo } from "./give.js";
import { sealed } from "./write.js";

/** @typedef {import("./keys.js").Person} Person */
/** @typedef {{said: any, boxes: any[], certified: any[], roster: any, reference: string, api: string, me: Person}} CaseKeys */

/**
 * The opened keys of a case. Keys that a colleague sealed to this person are proven by it, or given back when one does not
 * open ("keys-noise"): then whoever was to leave stays.
 * @param {string} reference @param {string} api @param {Person} me @returns {Promise<CaseKeys>}
 */
export async function caseKeys(reference, api, me) {
  const said = await (await call(`${api}cases/${reference}/keys`)).json();
  if (said.org !== bytes.hex(me.org) || said.root_key !== bytes.base64(me.root)) throw new NetError("keys-root");
  const certified = await certificates([...said.certificates, ...said.recovery], me, []);
  const roster = await signedRoster(said.roster, me);
  const givers = await certificates(said.givers, me, []);
  const boxes = [];
  for (const each of said.boxes) {
    if (each.kind === "mailbox" && !isItself(each, me, certified)) throw new NetError("keys-box");
    try {
      boxes.push({ ...each, keys: await boxKeys(each, me), given: await given(each, me, givers) });
    } catch {
      if (!said.proven) await post(`${api}cases/${reference}/keys/refused`, {});
      throw new NetError("keys-noise");
    }
  }
  if (!said.proven) await post(`${api}cases/${reference}/keys/proven`, {});
  return { said, boxes, certified, roster, reference, api, me };
}

/** The roster, if the root key signed it. @param {{document: string, signature: string} | null} roster @param {Person} me */
export async function signedRoster(roster, me) {
  if (!roster) throw new NetError("keys-roster");
  try {
    return await certificate.readRoster(bytes.fromBase64(roster.document), bytes.fromBase64(roster.signature), bytes.own(me.root), bytes.own(me.org));
  } catch {
    throw new NetError("keys-roster");
  }
}

/**
 * The certificate of somebody who could get a key, if the root key vouches for it now. Otherwise an error that says why:
 * "keys-expired", "keys-unsigned", or "keys-anothers" (another person's, or of a key that reads nothing).
 * @param {any} said @param {Person} me
 */
export async function recipient(said, me) {
  /** @type {import("../../wbe1/certificate.js").Certificate} */ let read;
  try {
    read = await certificate.read(bytes.fromBase64(said.certificate), bytes.own(me.root), bytes.own(me.org), Math.floor(Date.now() / 1000));
  } catch (error) {
    const { code } = /** @type {any} */ (error);
    throw new NetError(["certificate.expired", "certificate.early"].includes(code) ? "keys-expired" : "keys-unsigned");
  }
  if (!READS.has(read.role) || bytes.hex(read.staffId) !== said.staff_id) throw new NetError("keys-anothers");
  return read;
}

/** For a list to choose from: until when somebody's certificate holds (seconds), or null and why. @param {any} said @param {Person} me */
export const standing = (said, me) => recipient(said, me).then(({ notAfter }) => ({ validTo: notAfter, why: "" }), ({ code }) => ({ validTo: null, why: code }));

/** Every key of every box, sealed to somebody. @param {CaseKeys} found @param {any} its */
export async function allSealedTo(found, its) {
  const made = [];
  for (const each of found.boxes) made.push({ box_id: each.box_id, seals: await sealedTo(found.me, each.box_id, each.keys, its) });
  return made;
}

/** The signed word in the room that somebody got a key; null when there is no room. @param {CaseKeys} found @param {string} staffId @param {any} its */
export async function announced(found, staffId, its) {
  const room = found.boxes.find((each) => each.kind === "room");
  if (!room) return null;
  return sealed(penOf(found, room), item.KIND.EVENT, { v: 1, event: "granted", staff_id: staffId, key_id: bytes.hex(its.keyId) });
}

/** Where this person goes on writing in a box, without having opened its items. @param {CaseKeys} found @param {any} box @param {{key: any, epoch: number}} [next] */
export function penOf({ me, api }, box, next) {
  const [epoch, boxKey] = next ? [next.epoch, next.key] : [box.epoch, box.keys.get(box.epoch)];
  return { org: me.org, sig: me.sig, api, boxId: bytes.fromHex(box.box_id), boxKey, epoch, seq: box.written + 1, prev: bytes.fromHex(box.newest) };
}
