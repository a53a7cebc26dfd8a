/**
 * A 32-octet seed split on paper sheets: SLIP-39 (SLIP-0039, Shamir's secret sharing for backups), one group, no passphrase,
 * extendable. Only splitting: the sheets are joined on an offline machine, in Python, by the standard's reference code.
 */

import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, random, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

export const WORDS = 33;
const EXPONENT = 1;
const [DIGEST_AT, SECRET_AT] = [254, 255];
const GENERATORS = [
  0xe0e040, 0x1c1c080, 0x3838100, 0x7070200, 0xe0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x3f3f120,
];

/** Logarithms in GF(256) with the polynomial of AES, to the base x + 1. */
const [EXP, LOG] = (() => {
  const [exp, log] = [new Uint8Array(255), new Uint8Array(256)];
  let value = 1;
  for (let power = 0; power < 255; power++) {
    exp[power] = value;
    log[value] = power;
    value ^= value << 1;
    if (value & 0x100) value ^= 0x11b;
  }
  return [exp, log];
})();

/** The checksum's remainder over ten-bit values. @param {number[]} values */
function polymod(values) {
  let check = 1;
  for (const value of values) {
    const top = check >>> 20;
    check = ((check & 0xfffff) << 10) ^ value;
    for (const [at, generator] of GENERATORS.entries()) if ((top >>> at) & 1) check ^= generator;
  }
  return check;
}

const custom = [...utf8("shamir_extendable")];

/** @param {number[]} values */
function checksum(values) {
  const rest = polymod([...custom, ...values, 0, 0, 0]) ^ 1;
  return [2, 1, 0].map((at) => (rest >>> (10 * at)) & 1023);
}

/** The value at `x` of the polynomial through `points`, octet by octet (Lagrange). @param {[number, Bytes][]} points @param {number} x */
function valueAt(points, x) {
  const result = new Uint8Array(32);
  const product = points.reduce((sum, [at]) => sum + LOG[at ^ x], 0);
  for (const [at, value] of points) {
    const below = points.reduce((sum, [other]) => sum + (other === at ? 0 : LOG[at ^ other]), 0);
    const factor = (((product - LOG[at ^ x] - below) % 255) + 255) % 255;
    for (let i = 0; i < 32; i++) if (value[i]) result[i] ^= EXP[(LOG[value[i]] + factor) % 255];
  }
  return result;
}

/** The seed mixed by four rounds of a Feistel network, as the standard asks for even without a passphrase. @param {Bytes} seed */
async function mixed(seed) {
  let [left, right] = [seed.slice(0, 16), seed.slice(16)];
  for (let round = 0; round < 4; round++) {
    const mask = await pbkdf2Async(sha256, Uint8Array.of(round), right, { c: 2500 << EXPONENT, dkLen: 16 });
    [left, right] = [right, left.map((octet, at) => octet ^ mask[at])];
  }
  return concat(right, left);
}

/** @param {Bytes} secret @param {number} threshold @param {number} count @returns {Bytes[]} */
function shares(secret, threshold, count) {
  const made = Array.from({ length: threshold - 2 }, () => random(32));
  const noise = random(28);
  const digest = hmac(sha256, noise, secret).slice(0, 4);
  /** @type {[number, Bytes][]} */
  const base = [...made.entries(), [DIGEST_AT, concat(digest, noise)], [SECRET_AT, secret]];
  return Array.from({ length: count }, (_, at) => made[at] ?? valueAt(base, at));
}

/** @param {bigint} value @param {number} words */
const tens = (value, words) => Array.from({ length: words }, (_, at) => Number((value >> BigInt(10 * (words - 1 - at))) & 1023n));

/**
 * `count` sheets of 33 words, of which any `threshold` give `seed` back.
 * @param {Bytes} seed @param {number} threshold @param {number} count @param {readonly string[]} list SLIP-39's 1,024 words
 * @returns {Promise<string[]>}
 */
export async function split(seed, threshold, count, list) {
  if (seed.length !== 32) throw new VaultError("sheets.seed");
  if (!(threshold >= 2 && threshold <= count && count <= 16)) throw new VaultError("sheets.number");
  if (list.length !== 1024 || list[0] !== "academic" || list[1023] !== "zero") throw new VaultError("sheets.list");
  const [high, low] = random(2);
  const name = (((high << 8) | low) & 0x7fff) << 5 | 1 << 4 | EXPONENT;
  const secret = await mixed(seed);
  return shares(secret, threshold, count).map((share, at) => {
    const value = share.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
    const head = [name >>> 10, name & 1023, 0, (at << 4) | (threshold - 1)];
    const data = [...head, ...tens(value, WORDS - 7)];
    return [...data, ...checksum(data)].map((index) => list[index]).join(" ");
  });
}
