/** What a member of staff knows, and how their keys are kept on a server that cannot use them. */

import { argon2idAsync } from "@noble/hashes/argon2.js";
import { concat, own, random, utf8 } from "./bytes.js";
import { Decryptor, Encryptor, HEADER_SIZE } from "./cobblestone.js";
import { VaultError } from "./errors.js";
import { SEED_SIZE, kdf } from "./keys.js";
import { SIZE } from "./words.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/** Six random words of the English list (77 bits). @param {import("./words.js").List} list */
export function newPassphrase(list) {
  const fair = 65_536 - (65_536 % SIZE);
  const picked = [];
  while (picked.length < 6) {
    const [high, low] = random(2);
    if (high * 256 + low < fair) picked.push(list[(high * 256 + low) % SIZE]);
  }
  return picked.join(" ");
}

/** The passphrase as it is hashed: NFKC, A–Z in lower case, one space between words. @param {string} passphrase */
export const normalized = (passphrase) =>
  passphrase.normalize("NFKC").replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");

/**
 * 32 octets from a passphrase: Argon2id with 64 MiB, three passes. About a second in a browser: run it in a worker.
 * @param {string} passphrase @param {Bytes} salt @param {{onProgress?: (done: number) => void}} [options] @returns {Promise<Bytes>}
 */
export async function master(passphrase, salt, { onProgress } = {}) {
  if (salt.length !== 16) throw new VaultError("staff.salt");
  return own(await argon2idAsync(utf8(normalized(passphrase)), salt, { m: 65_536, t: 3, p: 1, dkLen: 32, onProgress }));
}

/** What is sent to sign in, 32 octets. @param {Bytes} secret from `master` */
export const auth = (secret) => kdf(secret, "staff/auth");

/** @param {Bytes} secret @param {Bytes} unlockShare @param {string} label */
function wrappingKey(secret, unlockShare, label) {
  if (secret.length !== 32 || unlockShare.length !== 32) throw new VaultError("staff.refused");
  return kdf(concat(secret, unlockShare), label);
}

/** @param {string} user */
const context = (user) => utf8(`WBE1/staff-wrap/${user}`);

/** @param {Bytes} key @param {string} user @param {Bytes} seed */
async function encrypted(key, user, seed) {
  if (seed.length !== SEED_SIZE) throw new VaultError("key.length");
  const encryptor = await Encryptor.create(key, context(user));
  return concat(encryptor.header, await encryptor.update(seed), await encryptor.finalize());
}

/** @param {Bytes} key @param {string} user @param {Bytes} wrapped */
async function decrypted(key, user, wrapped) {
  try {
    const decryptor = await Decryptor.create(key, context(user), wrapped.slice(0, HEADER_SIZE));
    const seed = concat(await decryptor.update(wrapped.slice(HEADER_SIZE)), await decryptor.finalize());
    if (seed.length === SEED_SIZE) return seed;
  } catch (error) {
    throw new VaultError("staff.refused", error);
  }
  throw new VaultError("staff.refused");
}

/** `seed` encrypted under a passphrase and the server's share, 104 octets. @param {Bytes} secret from `master` @param {Bytes} unlockShare @param {string} user staff id in hex @param {Bytes} seed */
export const wrap = async (secret, unlockShare, user, seed) =>
  encrypted(wrappingKey(secret, unlockShare, "staff/wrap"), user, seed);

/** The seed, or VaultError("staff.refused"). @param {Bytes} secret @param {Bytes} unlockShare @param {string} user @param {Bytes} wrapped */
export const unwrap = async (secret, unlockShare, user, wrapped) =>
  decrypted(wrappingKey(secret, unlockShare, "staff/wrap"), user, wrapped);

/** `seed` encrypted under a passkey's PRF output and the server's share. @param {Bytes} prf @param {Bytes} unlockShare @param {string} user @param {Bytes} seed */
export const wrapWithPasskey = async (prf, unlockShare, user, seed) =>
  encrypted(wrappingKey(prf, unlockShare, "staff/prf-wrap"), user, seed);

/** The seed that `wrapWithPasskey` wrapped. @param {Bytes} prf @param {Bytes} unlockShare @param {string} user @param {Bytes} wrapped */
export const unwrapWithPasskey = async (prf, unlockShare, user, wrapped) =>
  decrypted(wrappingKey(prf, unlockShare, "staff/prf-wrap"), user, wrapped);
