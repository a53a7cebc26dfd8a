/**
 * Cobblestone-256: encryption of streams in chunks of 16 KiB (c2sp.org/chunked-encryption with SHA-512 and AES-256-GCM).
 *
 * Each chunk stands for itself, the last one is the only short one: chunks cannot be changed, moved, doubled or left out.
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, own, random, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {{hash: typeof sha512, aead: string, keySize: number}} Variant */

export const CHUNK_SIZE = 16_384;
export const TAG_SIZE = 16;
export const HEADER_SIZE = 56;
const SALT_SIZE = 24;
const NONCE_SIZE = 12;
const MOST_CHUNKS = 2 ** 38;
const BATCH = 64; // chunks in flight: 1 MiB; more is no faster and takes more memory

/** Only this one is used; the tests pass another to reach the specification's older vectors. @type {Variant} */
export const COBBLESTONE_256 = { hash: sha512, aead: "AEAD_AES_256_GCM", keySize: 32 };

/**
 * HKDF-Expand (RFC 5869, section 2.3). Not noble's own, which refuses a key shorter than the hash, as the specification has it.
 * @param {Variant["hash"]} hash @param {Bytes} key @param {Bytes} info @param {number} size
 */
function expand(hash, key, info, size) {
  let block = new Uint8Array(0);
  let derived = block;
  for (let counter = 1; derived.length < size; counter++) {
    block = own(hmac(hash, key, concat(block, info, Uint8Array.of(counter))));
    derived = concat(derived, block);
  }
  return derived.slice(0, size);
}

/** @param {Bytes} key @param {Bytes} context @param {Bytes} salt @param {Variant} variant */
async function derive(key, context, salt, variant) {
  if (key.length !== variant.keySize) throw new VaultError("item.key");
  const info = concat(utf8("c2sp.org/chunked-encryption@v1+"), utf8(variant.aead), new Uint8Array(1), salt, context);
  const derived = expand(variant.hash, key, info, variant.keySize + NONCE_SIZE + 32);
  const nonceEnd = variant.keySize + NONCE_SIZE;
  return {
    aes: await crypto.subtle.importKey("raw", derived.slice(0, variant.keySize), "AES-GCM", false, ["encrypt", "decrypt"]),
    nonce: derived.slice(variant.keySize, nonceEnd),
    commitment: derived.slice(nonceEnd),
  };
}

/** Cuts a stream into chunks and passes each through AES-GCM with its own nonce. */
class Chunks {
  /**
   * @param {"encrypt"|"decrypt"} direction
   * @param {CryptoKey} aes
   * @param {Bytes} nonce
   */
  constructor(direction, aes, nonce) {
    this.direction = direction;
    this.aes = aes;
    this.nonce = nonce;
    this.count = 0;
    this.pending = new Uint8Array(0);
    this.taken = CHUNK_SIZE + (direction === "decrypt" ? TAG_SIZE : 0);
    this.given = CHUNK_SIZE + (direction === "encrypt" ? TAG_SIZE : 0);
  }

  /** @param {Bytes} chunk @returns {Promise<Bytes>} */
  async pass(chunk) {
    if (this.count >= MOST_CHUNKS) throw new VaultError("item.refused");
    const iv = this.nonce.slice();
    let rest = this.count++;
    for (let at = NONCE_SIZE - 1; rest > 0; at--, rest = Math.floor(rest / 256)) iv[at] ^= rest % 256;
    return new Uint8Array(await crypto.subtle[this.direction]({ name: "AES-GCM", iv }, this.aes, chunk));
  }

  /** @param {Uint8Array} octets @returns {Promise<Bytes>} what the octets complete; may be empty */
  async update(octets) {
    const waiting = this.pending.length ? concat(this.pending, octets) : own(octets);
    const whole = Math.floor(waiting.length / this.taken);
    const result = new Uint8Array(whole * this.given);
    for (let first = 0; first < whole; first += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, whole - first) }, (_, n) => first + n);
      await Promise.all(
        batch.map(async (n) => {
          const chunk = waiting.subarray(n * this.taken, (n + 1) * this.taken);
          result.set(await this.pass(chunk), n * this.given);
        }),
      );
    }
    this.pending = waiting.slice(whole * this.taken);
    return result;
  }

  /** @returns {Promise<Bytes>} the last chunk, always shorter than the others */
  async finalize() {
    const last = this.pending;
    this.pending = new Uint8Array(0);
    return this.pass(last);
  }
}

/** Encrypts one message. Use each instance for one message only. */
export class Encryptor {
  /** @param {Bytes} header @param {Chunks} chunks */
  constructor(header, chunks) {
    this.header = header;
    this.chunks = chunks;
  }

  /**
   * @param {Bytes} key 32 random octets
   * @param {Bytes} context
   * @param {{salt?: Bytes, variant?: Variant}} [fixed] for tests: a salt used twice with one key gives the content away
   */
  static async create(key, context, { salt = random(SALT_SIZE), variant = COBBLESTONE_256 } = {}) {
    const { aes, nonce, commitment } = await derive(key, context, salt, variant);
    return new Encryptor(concat(salt, commitment), new Chunks("encrypt", aes, nonce));
  }

  /** @param {Uint8Array} octets */
  update(octets) {
    return this.chunks.update(octets);
  }

  finalize() {
    return this.chunks.finalize();
  }
}

/** Decrypts one message; everything that is wrong with it is VaultError("item.refused"). */
export class Decryptor {
  /** @param {Chunks} chunks */
  constructor(chunks) {
    this.chunks = chunks;
  }

  /**
   * @param {Bytes} key
   * @param {Bytes} context
   * @param {Bytes} header
   * @param {{variant?: Variant}} [options]
   */
  static async create(key, context, header, { variant = COBBLESTONE_256 } = {}) {
    if (header.length !== HEADER_SIZE) throw new VaultError("item.refused");
    const { aes, nonce, commitment } = await derive(key, context, header.slice(0, SALT_SIZE), variant);
    if (!equal(commitment, header.subarray(SALT_SIZE))) throw new VaultError("item.refused");
    return new Decryptor(new Chunks("decrypt", aes, nonce));
  }

  /** @param {Uint8Array} octets @returns {Promise<Bytes>} */
  async update(octets) {
    return refusing(() => this.chunks.update(octets));
  }

  /** @returns {Promise<Bytes>} */
  async finalize() {
    return refusing(() => this.chunks.finalize());
  }
}

/** @param {() => Promise<Bytes>} work */
async function refusing(work) {
  try {
    return await work();
  } catch (error) {
    throw error instanceof VaultError ? error : new VaultError("item.refused", error);
  }
}
