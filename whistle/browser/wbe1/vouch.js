/** Who gave a key to whom: a holder's signed word, so that no server can slip in a recipient. */

import { concat, hex, integer, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";
import { SIGNATURE_SIZE, verify } from "./keys.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {{epoch: number, keyId: Bytes, octets: Bytes}} Vouch one holder's word that `keyId` got the box's key of `epoch` */

const ID_SIZE = 16;
export const VOUCH_SIZE = ID_SIZE + SIGNATURE_SIZE;
const FIRST_EPOCH = 1;

/** @param {Bytes} org @param {Bytes} boxId @param {number} epoch @param {Bytes} keyId @param {Bytes} giver */
function message(org, boxId, epoch, keyId, giver) {
  const whole = [org, boxId, keyId, giver].every((part) => part.length === ID_SIZE);
  if (!whole || !(epoch >= 1 && epoch < 2 ** 32)) throw new VaultError("vouch.malformed");
  return concat(utf8("WBE1/vouch\0"), org, boxId, integer(epoch, 4), keyId, giver);
}

/**
 * The giver's word that the holder of `keyId` gets the box's key of `epoch`; `giver` is the id of the giver's own key.
 * @param {Bytes} org @param {Bytes} boxId @param {number} epoch @param {Bytes} keyId @param {Bytes} giver @param {import("./keys.js").SigPair} pair
 * @returns {Promise<Bytes>}
 */
export async function give(org, boxId, epoch, keyId, giver, pair) {
  return concat(giver, await pair.sign(message(org, boxId, epoch, keyId, giver)));
}

/** Whether the holder of `sigPub` gave this word. @param {Bytes} org @param {Bytes} boxId @param {Vouch} vouch @param {Bytes} sigPub */
export async function holds(org, boxId, { epoch, keyId, octets }, sigPub) {
  if (octets.length !== VOUCH_SIZE) return false;
  const giver = octets.slice(0, ID_SIZE);
  return verify(sigPub, octets.slice(ID_SIZE), message(org, boxId, epoch, keyId, giver));
}

/**
 * By epoch, the ids (hex) of the keys that were given the box's key by somebody who held it: the first epoch's by the
 * box's maker, others by who holds the same epoch or the one before it. `certified` maps the id (hex) of a key to what
 * its holder signs with, as the root key vouches for it. For an epoch in `announced` (what its maker signed inside the
 * box) nothing counts but those keys, and what their holders gave on.
 * @param {Bytes} org @param {Bytes} boxId @param {Bytes} makerSigPub @param {Vouch[]} vouches @param {Map<string, Bytes>} certified
 * @param {Map<number, string[]>} [announced]
 * @returns {Promise<Map<number, Set<string>>>}
 */
export async function holders(org, boxId, makerSigPub, vouches, certified, announced = new Map()) {
  const found = new Map([...announced].map(([epoch, ids]) => [epoch, new Set(ids)]));
  let waiting = [...vouches].sort((one, other) => one.epoch - other.epoch);
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length;
    const left = [];
    for (const each of waiting) {
      const giver = hex(each.octets.slice(0, ID_SIZE));
      const epochs = announced.has(each.epoch) ? [each.epoch] : [each.epoch, each.epoch - 1];
      const given = epochs.some((epoch) => found.get(epoch)?.has(giver));
      const pubs = [given ? certified.get(giver) : undefined, each.epoch === FIRST_EPOCH ? makerSigPub : undefined];
      let good = false;
      for (const pub of pubs) good ||= pub !== undefined && (await holds(org, boxId, each, pub));
      if (!good) left.push(each);
      else found.set(each.epoch, (found.get(each.epoch) ?? new Set()).add(hex(each.keyId)));
    }
    waiting = left;
  }
  return found;
}
