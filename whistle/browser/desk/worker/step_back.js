/**
 * The last one with a key who is not impartial: every box is sealed to the alternate recipients before this person's own
 * seals go. Nothing is opened for anybody to read; the case's items are never fetched.
 */

import { bytes, certificate, seal } from "../../wbe1/index.js";
import { NetError, call, post } from "../../reporter/worker/net.js";
import { READS, boxKeys, certificates, isItself } from "./checks.js";

/** @typedef {import("./keys.js").Person} Person */

/** Whether the root key vouches for an alternate now. @param {any} said @param {Person} me */
async function verified(said, me) {
  const now = Math.floor(Date.now() / 1000);
  const read = await certificate.read(bytes.fromBase64(said.certificate), bytes.own(me.root), bytes.own(me.org), now);
  if (!READS.has(read.role) || bytes.hex(read.staffId) !== said.staff_id) throw new NetError("grant.person");
  return read;
}

/** Who is an alternate by the list that the root key signed. @param {{document: string, signature: string}} roster @param {Person} me */
async function listed(roster, me) {
  const read = await certificate.readRoster(bytes.fromBase64(roster.document), bytes.fromBase64(roster.signature), bytes.own(me.root), bytes.own(me.org));
  return new Set(read.alternates.map((/** @type {any} */ each) => each.staff_id));
}

/** @param {{reference: string, api: string, answer: string}} given @param {Person} me */
export async function stepBack({ reference, api, answer }, me) {
  const said = await (await call(`${api}cases/${reference}/keys`)).json();
  if (said.org !== bytes.hex(me.org) || said.root_key !== bytes.base64(me.root)) throw new NetError("grant.seals");
  const certified = await certificates(said.certificates, me, []);
  const alternates = await listed(said.roster, me);
  const boxes = [];
  for (const each of said.boxes) {
    if (each.kind === "mailbox" && !isItself(each, me, certified)) throw new NetError("grant.seals");
    boxes.push({ boxId: each.box_id, keys: await boxKeys(each, me) });
  }
  const given = [];
  for (const each of said.alternates) {
    if (!alternates.has(each.staff_id)) continue;
    given.push({ staff_id: each.staff_id, boxes: await sealedTo(boxes, await verified(each, me), me) });
  }
  if (!given.length) throw new NetError("grant.person");
  await post(`${api}cases/${reference}/declare`, { answer, alternates: given });
}

/** @param {{boxId: string, keys: Map<number, Uint8Array>}[]} boxes @param {any} its @param {Person} me */
async function sealedTo(boxes, its, me) {
  const made = [];
  for (const { boxId, keys } of boxes) {
    const seals = [];
    for (const [epoch, key] of keys) {
      const octets = await seal.seal(bytes.own(key), its.kemPub, bytes.own(me.org), bytes.fromHex(boxId), epoch);
      seals.push({ key_id: bytes.hex(its.keyId), epoch, sealed: bytes.base64(octets) });
    }
    made.push({ box_id: boxId, seals });
  }
  return made;
}
