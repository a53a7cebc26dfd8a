/** A box key, sealed to one recipient: 1,168 octets. */

import { concat, integer, random, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";
import { kem as kemNamed, preferred } from "./kem.js";
import { KEM_PUBLIC_SIZE, keyId } from "./keys.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

export const BOX_KEY_SIZE = 32;
export const SEAL_SIZE = 1168;
const ENC_SIZE = 1120;

/** A fresh box key; one per box and epoch. */
export const newBoxKey = () => random(BOX_KEY_SIZE);

/** @param {Bytes} recipientPub @param {Bytes} org @param {Bytes} boxId @param {number} epoch */
function place(recipientPub, org, boxId, epoch) {
  if (org.length !== 16 || boxId.length !== 16 || !(epoch >= 1 && epoch < 2 ** 32)) throw new VaultError("seal.context");
  return concat(utf8("WBE1/seal\0"), org, boxId, integer(epoch, 4), keyId(recipientPub));
}

/**
 * `boxKey` sealed to the holder of `recipientPub`; different every time. Check the recipient's certificate first.
 * @param {Bytes} boxKey @param {Bytes} recipientPub @param {Bytes} org @param {Bytes} boxId @param {number} epoch
 * @param {"native"|"noble"} [using]
 * @returns {Promise<Bytes>}
 */
export async function seal(boxKey, recipientPub, org, boxId, epoch, using = preferred()) {
  if (boxKey.length !== BOX_KEY_SIZE) throw new VaultError("seal.context");
  if (recipientPub.length !== KEM_PUBLIC_SIZE) throw new VaultError("key.malformed");
  const info = place(recipientPub, org, boxId, epoch);
  const { suite } = kemNamed(using);
  try {
    const key = await suite.DeserializePublicKey(recipientPub);
    const { encapsulatedSecret, ciphertext } = await suite.Seal(key, boxKey, { info });
    return concat(encapsulatedSecret, ciphertext);
  } catch (error) {
    throw new VaultError("key.malformed", error);
  }
}

/**
 * The box key. Refuses alike another's seal, another box or epoch, and changed octets: VaultError("seal.refused").
 * @param {Bytes} sealed @param {import("./keys.js").KemPair} pair @param {Bytes} org @param {Bytes} boxId @param {number} epoch
 * @returns {Promise<Bytes>}
 */
export async function open(sealed, pair, org, boxId, epoch) {
  const info = place(pair.public, org, boxId, epoch);
  if (sealed.length !== SEAL_SIZE) throw new VaultError("seal.refused");
  try {
    const [enc, ciphertext] = [sealed.slice(0, ENC_SIZE), sealed.slice(ENC_SIZE)];
    return new Uint8Array(await pair.kem.suite.Open(pair.private, enc, ciphertext, { info }));
  } catch (error) {
    throw new VaultError("seal.refused", error);
  }
}

/** Two halves that give `key` together and nothing apart. @param {Bytes} key @returns {[Bytes, Bytes]} */
export function split(key) {
  const half = random(key.length);
  return [half, join(key, half)];
}

/** The key of which these are the halves. @param {Bytes} half @param {Bytes} other @returns {Bytes} */
export function join(half, other) {
  if (half.length !== other.length) throw new VaultError("seal.halves");
  return half.map((octet, at) => octet ^ other[at]);
}
