/** Octets: the few conversions that everything here needs. */

import { sha256 as hash } from "@noble/hashes/sha2.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Bytes} */
export const utf8 = (text) => encoder.encode(text);

/** Throws TypeError when the octets are not UTF-8. @param {Bytes} octets @returns {string} */
export const fromUtf8 = (octets) => decoder.decode(octets);

/** @param {...Uint8Array} parts @returns {Bytes} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A non-negative integer below 2^53 as `size` octets, big-endian. @param {number} value @param {number} size */
export function integer(value, size) {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("not an integer below 2^53");
  const octets = new Uint8Array(size);
  for (let at = size - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) octets[at] = rest % 256;
  return octets;
}

/** The integer that `octets` hold; Infinity when it is 2^53 or more. @param {Uint8Array} octets @returns {number} */
export function fromInteger(octets) {
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return Number.isSafeInteger(value) ? value : Infinity;
}

/** @param {Uint8Array} octets @returns {string} lower case */
export const hex = (octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");

/** Throws RangeError for anything but pairs of hexadecimal digits. @param {string} text @returns {Bytes} */
export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new RangeError("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Standard base64 with padding. @param {Uint8Array} octets @returns {string} */
export function base64(octets) {
  let text = "";
  for (let at = 0; at < octets.length; at += 0x8000) {
    text += String.fromCharCode(...octets.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** Throws RangeError unless `text` is the one base64 form of some octets. @param {string} text @returns {Bytes} */
export function fromBase64(text) {
  let letters;
  try {
    letters = atob(text);
  } catch {
    throw new RangeError("not base64");
  }
  const octets = new Uint8Array(letters.length);
  for (let at = 0; at < octets.length; at += 1) octets[at] = letters.charCodeAt(at);
  // atob forgives spaces, missing padding and stray bits in the last group; two spellings of one ciphertext would have two hashes.
  const last = octets.subarray(octets.length - (octets.length % 3 || 3));
  if (text.length !== 4 * Math.ceil(octets.length / 3) || base64(last) !== text.slice(-4)) throw new RangeError("not base64");
  return octets;
}

/** Whether two arrays hold the same octets; takes equally long wherever they differ. @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) {
  return a.length === b.length && a.reduce((sum, octet, at) => sum | (octet ^ b[at]), 0) === 0;
}

/** @param {...Uint8Array} parts @returns {Bytes} SHA-256 of the parts after each other */
export const sha256 = (...parts) => own(hash(concat(...parts)));

/** The same by the browser itself: many times faster, for octets by the megabyte. @param {...Uint8Array} parts @returns {Promise<Bytes>} */
export const digest = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", parts.length === 1 ? own(parts[0]) : concat(...parts)));

/** @param {number} size @returns {Bytes} */
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));

/** The same octets, typed as resting on memory of their own, as WebCrypto wants them. @param {Uint8Array} octets @returns {Bytes} */
export const own = (octets) => /** @type {Bytes} */ (octets);
