/** The reporter's code: seven random numbers and a check number, shown as words or digits. */

import { argon2idAsync } from "@noble/hashes/argon2.js";
import { concat, integer, own, random, sha256, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";
import { SIZE } from "./words.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./words.js").List} List */

export const LENGTH = 8;
const SECRET = LENGTH - 1;

/** @param {readonly number[]} indices */
const octets = (indices) => concat(...indices.slice(0, SECRET).map((index) => integer(index, 2)));

/** The check number of seven numbers. @param {readonly number[]} secret */
export const checkIndex = (secret) =>
  sha256(utf8("WBE1/check\0"), octets(secret)).reduce((rest, octet) => (rest * 256 + octet) % SIZE, 0);

/** Whether these are eight numbers below 7,776 of which the last one fits the others. @param {readonly number[]} indices */
export function check(indices) {
  const inRange = indices.every((index) => Number.isInteger(index) && index >= 0 && index < SIZE);
  return indices.length === LENGTH && inRange && indices[SECRET] === checkIndex(indices);
}

/** A number below 7,776, each equally likely. */
function one() {
  const fair = 65_536 - (65_536 % SIZE);
  for (;;) {
    const [high, low] = random(2);
    if (high * 256 + low < fair) return (high * 256 + low) % SIZE;
  }
}

/** A fresh code: eight numbers, of which seven are secret (90.5 bits). @returns {number[]} */
function fresh() {
  const secret = Array.from({ length: SECRET }, one);
  return [...secret, checkIndex(secret)];
}
export { fresh as new };

/** The code as eight words. @param {readonly number[]} indices @param {List} list */
export const words = (indices, list) => indices.map((index) => list[index]);

/** The code as eight groups of four digits: the same in every language. @param {readonly number[]} indices */
export const digits = (indices) => indices.map((index) => String(index).padStart(4, "0")).join(" ");

/** @param {string} text */
function tidied(text) {
  const spaced = text.normalize("NFKC").toLowerCase().replace(/[\s,.;]+/g, " ").trim();
  return spaced.replace(/[\u2010-\u2015\u2212]/g, "-");
}

/** Whether word lists are needed to read this. @param {string} text */
export const needsWords = (text) => !/^[0-9 -]*$/.test(tidied(text));

/** @param {string} text @returns {number[]} */
function fromDigits(text) {
  const joined = text.replace(/[^0-9]/g, "");
  if (joined.length !== 4 * LENGTH) throw new VaultError("code.length");
  return (joined.match(/.{4}/g) ?? []).map(Number);
}

/** What the words may mean: one reading for each list that knows all of them. @param {string} text @param {readonly List[]} lists */
function fromWords(text, lists) {
  const readings = [];
  let eight = false;
  for (const list of lists) {
    const index = new Map(list.map((word, at) => [word, at]));
    // A hyphen may part two words or stand inside one ("t-shirt").
    const spoken = text.split(" ").flatMap((token) => (index.has(token) ? [token] : token.split("-"))).filter(Boolean);
    eight ||= spoken.length === LENGTH;
    const numbers = spoken.map((word) => index.get(word) ?? -1);
    if (numbers.length === LENGTH && !numbers.includes(-1)) readings.push(numbers);
  }
  if (!eight && lists.length) throw new VaultError("code.length");
  return readings;
}

/**
 * The eight numbers that a person typed, as digits or as words of any of `lists`. Spaces, hyphens, commas, full stops and
 * capitals are forgiven. Throws VaultError: "code.length", "code.unknown_word", "code.typo".
 * @param {string} text @param {readonly List[]} [lists] @returns {number[]}
 */
export function parse(text, lists = []) {
  const tidy = tidied(text);
  if (tidy === "") throw new VaultError("code.length");
  const readings = needsWords(tidy) ? fromWords(tidy, lists) : [fromDigits(tidy)];
  if (!readings.length || readings[0].some((index) => index >= SIZE)) throw new VaultError("code.unknown_word");
  const right = readings.find(check);
  if (!right) throw new VaultError("code.typo");
  return right;
}

/**
 * The 32 octets from which all of a reporter's keys follow. Takes a fifth of a second, or several in a browser without JIT:
 * run it in a worker and show `onProgress` (0 to 1).
 * @param {readonly number[]} indices @param {Bytes} org @param {{onProgress?: (done: number) => void}} [options]
 * @returns {Promise<Bytes>}
 */
export async function master(indices, org, { onProgress } = {}) {
  if (!check(indices) || org.length !== 16) throw new VaultError("code.typo");
  const salt = sha256(utf8("WBE1/reporter-salt\0"), org).slice(0, 16);
  return own(await argon2idAsync(octets(indices), salt, { m: 19_456, t: 2, p: 1, dkLen: 32, onProgress }));
}
