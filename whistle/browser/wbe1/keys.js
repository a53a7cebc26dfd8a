/** Keys: how they are derived, named and used. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as hash } from "@noble/hashes/sha2.js";
import { concat, digest, own, sha256, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";
import { kem as kemNamed, preferred, publicOf } from "./kem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

export const SEED_SIZE = 32;
export const KEM_PUBLIC_SIZE = 1216;
export const SIG_PUBLIC_SIZE = 32;
export const SIGNATURE_SIZE = 64;
// An Ed25519 seed in PKCS #8, the only form in which WebCrypto takes one (RFC 8410).
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** `n` octets derived from `ikm` for the purpose `label`. @param {Bytes} ikm @param {string} label @param {number} [n] */
export const kdf = (ikm, label, n = 32) => own(hkdf(hash, ikm, undefined, utf8(`WBE1/${label}`), n));

/** The 16-octet name of a public key. @param {Bytes} publicKey @returns {Bytes} */
export const keyId = (publicKey) => sha256(utf8("WBE1/key-id\0"), publicKey).slice(0, 16);

/** The same by the browser's own hash: a page that only checks certificates need not carry another. @param {Bytes} publicKey */
export const keyIdOf = async (publicKey) => (await digest(utf8("WBE1/key-id\0"), publicKey)).slice(0, 16);

/** An X-Wing key pair: opens what was sealed to its public key. */
export class KemPair {
  /** @param {Bytes} publicKey @param {unknown} privateKey @param {import("./kem.js").Kem} kem */
  constructor(publicKey, privateKey, kem) {
    this.public = publicKey;
    this.private = /** @type {any} */ (privateKey);
    this.kem = kem;
  }

  /** The pair that 32 secret octets stand for. @param {Bytes} seed @param {"native"|"noble"} [using] */
  static async fromSeed(seed, using = preferred()) {
    if (seed.length !== SEED_SIZE) throw new VaultError("key.length");
    const kem = kemNamed(using);
    return new KemPair(publicOf(seed), await kem.suite.DeserializePrivateKey(seed, false), kem);
  }
}

/** Does the work with the browser's Ed25519 if it has one. @template T @param {() => Promise<T>} work @param {() => T} otherwise */
async function nativeOr(work, otherwise) {
  try {
    return await work();
  } catch (error) {
    if (/** @type {Error} */ (error).name === "NotSupportedError") return otherwise();
    throw error;
  }
}

/** An Ed25519 key pair: says who wrote something. */
export class SigPair {
  /** @param {Bytes} publicKey @param {(message: Bytes) => Promise<Bytes>} sign */
  constructor(publicKey, sign) {
    this.public = publicKey;
    /** The signature of a message, 64 octets. */
    this.sign = sign;
  }

  /** The pair that 32 secret octets stand for. @param {Bytes} seed */
  static async fromSeed(seed) {
    if (seed.length !== SEED_SIZE) throw new VaultError("key.length");
    const secret = seed.slice();
    const publicKey = own(ed25519.getPublicKey(secret));
    return nativeOr(
      async () => {
        const key = await crypto.subtle.importKey("pkcs8", concat(PKCS8, secret), "Ed25519", false, ["sign"]);
        return new SigPair(publicKey, async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", key, message)));
      },
      () => new SigPair(publicKey, async (message) => own(ed25519.sign(message, secret))),
    );
  }
}

/** Whether `signature` over `message` was made with the private half. @param {Bytes} publicKey @param {Bytes} signature @param {Bytes} message */
export async function verify(publicKey, signature, message) {
  if (publicKey.length !== SIG_PUBLIC_SIZE || signature.length !== SIGNATURE_SIZE) return false;
  return nativeOr(
    async () => {
      try {
        const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
        return await crypto.subtle.verify("Ed25519", key, signature, message);
      } catch (error) {
        if (/** @type {Error} */ (error).name === "DataError") return false;
        throw error;
      }
    },
    () => ed25519.verify(signature, message, publicKey, { zip215: false }),
  );
}

/** The two key pairs of a member of staff, both from one 32-octet seed. @param {Bytes} seed */
export async function staffKeys(seed) {
  if (seed.length !== SEED_SIZE) throw new VaultError("key.length");
  return {
    kem: await KemPair.fromSeed(kdf(seed, "staff/kem")),
    sig: await SigPair.fromSeed(kdf(seed, "staff/sig")),
  };
}

/** All that follows from a reporter's code: `lookup` (16) and `auth` (32) for the server, `kem` and `sig` for nobody. @param {Bytes} master */
export async function reporterKeys(master) {
  if (master.length !== SEED_SIZE) throw new VaultError("key.length");
  return {
    lookup: kdf(master, "reporter/lookup", 16),
    auth: kdf(master, "reporter/auth"),
    kem: await KemPair.fromSeed(kdf(master, "reporter/kem")),
    sig: await SigPair.fromSeed(kdf(master, "reporter/sig")),
  };
}

/** The secret of the `number`-th further mailbox that one code opens; nothing the server keeps connects it to the first. @param {Bytes} master @param {number} number */
export const nextMaster = (master, number) => kdf(master, `reporter/next/${number}`);
