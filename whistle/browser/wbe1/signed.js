/** Who wrote an item: the signature inside the encryption. */

import { concat, equal, sha256, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";
import { SIGNATURE_SIZE, SIG_PUBLIC_SIZE, verify } from "./keys.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./context.js").Context} Context */
/** @typedef {{body: Bytes, prev: Bytes, authorSigPub: Bytes}} Signed */

/** `prev` of somebody who has seen no item yet. */
export const FIRST = new Uint8Array(32);
const BODY = SIGNATURE_SIZE + SIG_PUBLIC_SIZE + 32;

/** @param {Context} ctx @param {Bytes} rest */
const message = (ctx, rest) => concat(utf8("WBE1/sig\0"), sha256(ctx.bytes), sha256(rest));

/** The content to seal at `ctx`. @param {Context} ctx @param {Bytes} body @param {Bytes} prev @param {import("./keys.js").SigPair} pair */
export async function sign(ctx, body, prev, pair) {
  if (prev.length !== 32) throw new VaultError("signed.malformed");
  const rest = concat(pair.public, prev, body);
  return concat(await pair.sign(message(ctx, rest)), rest);
}

/**
 * What the holder of `expectedSigPub` signed at `ctx`. The expected key comes from the box's id or a certificate, never
 * from the item; null believes the item's own key, good only for finding out which certificate to look for.
 * @param {Context} ctx @param {Bytes} content @param {Bytes | null} expectedSigPub @returns {Promise<Signed>}
 */
export async function read(ctx, content, expectedSigPub) {
  if (content.length < BODY) throw new VaultError("signed.malformed");
  const rest = content.slice(SIGNATURE_SIZE);
  const authorSigPub = rest.slice(0, SIG_PUBLIC_SIZE);
  if (expectedSigPub !== null && !equal(authorSigPub, expectedSigPub)) throw new VaultError("signed.author");
  if (!(await verify(authorSigPub, content.slice(0, SIGNATURE_SIZE), message(ctx, rest)))) {
    throw new VaultError("signed.signature");
  }
  return { body: content.slice(BODY), prev: rest.slice(SIG_PUBLIC_SIZE, SIG_PUBLIC_SIZE + 32), authorSigPub };
}
