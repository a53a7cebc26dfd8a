/** The work a request must bring while very many arrive (hashcash): a number, found by trying. */

import { bytes } from "../../wbe1/index.js";

/** @param {Uint8Array} digest */
function zeroBits(digest) {
  let found = 0;
  for (const octet of digest) {
    if (octet) return found + Math.clz32(octet) - 24;
    found += 8;
  }
  return found;
}

/** A number that makes the hash begin with as many zero bits as the challenge asks for. @param {string} challenge @param {Uint8Array} bound what the work is for */
export function work(challenge, bound) {
  const bits = Number(challenge.split(".")[0]);
  for (let count = 0; ; count++) {
    if (zeroBits(bytes.sha256(bytes.concat(bytes.utf8(`${challenge}.${count}.`), bytes.own(bound)))) >= bits) return count;
  }
}
