/** Giving a box's keys on, each with this person's word that they gave it. */

import { bytes, keys, seal, vouch } from "../../wbe1/index.js";

/** @typedef {import("./keys.js").Person} Person */

/** Every key of one box, of the epochs given, sealed to a public key, with this person's word for each. @param {Person} me @param {string} boxId @param {Iterable<[number, Uint8Array]>} boxKeysByEpoch @param {any} its with `kemPub` and `keyId` */
export async function sealedTo(me, boxId, boxKeysByEpoch, its) {
  const made = [];
  const [org, id, own] = [bytes.own(me.org), bytes.fromHex(boxId), keys.keyId(me.kem.public)];
  for (const [epoch, key] of boxKeysByEpoch) {
    const octets = await seal.seal(bytes.own(key), its.kemPub, org, id, epoch);
    const given = await vouch.give(org, id, epoch, its.keyId, own, me.sig);
    made.push({ key_id: bytes.hex(its.keyId), epoch, sealed: bytes.base64(octets), vouch: bytes.base64(given) });
  }
  return made;
}
