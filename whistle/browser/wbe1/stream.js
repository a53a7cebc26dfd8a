/** Sealing and opening an item piece by piece, in bounded memory. */

import { sha256 as hash } from "@noble/hashes/sha2.js";
import { concat, digest, fromInteger, integer, own, sha256, utf8 } from "./bytes.js";
import { Decryptor, Encryptor, HEADER_SIZE } from "./cobblestone.js";
import { VaultError } from "./errors.js";
import { kdf } from "./keys.js";
import { LENGTH_SIZE, bodySize, frameSize, paddedSize, smallestContent } from "./padding.js";
import { BOX_KEY_SIZE } from "./seal.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./context.js").Context} Context */

export const PART_SIZE = 1 << 20;
const KEPT_FOR_HASH = 16 << 20;

/** @param {Bytes} boxKey @param {Bytes} itemId */
function itemKey(boxKey, itemId) {
  if (boxKey.length !== BOX_KEY_SIZE) throw new VaultError("item.key");
  return kdf(concat(boxKey, itemId), "item-key");
}

/** Seals content of unknown length: `header`, then the body from `update` and `closing`. */
export class Sealer {
  /** @param {Encryptor} encryptor */
  constructor(encryptor) {
    this.encryptor = encryptor;
    this.header = encryptor.header;
    this.length = 0;
  }

  /** @param {Bytes} boxKey @param {Context} ctx */
  static async create(boxKey, ctx) {
    return new Sealer(await Encryptor.create(itemKey(boxKey, ctx.itemId), ctx.bytes));
  }

  /** The part of the body that `content` completes. @param {Uint8Array} content */
  update(content) {
    this.length += content.length;
    return this.encryptor.update(content);
  }

  /** The rest of the body, in pieces of about 1 MiB at most. @returns {AsyncGenerator<Bytes>} */
  async *closing() {
    let zeros = paddedSize(this.length) - this.length - LENGTH_SIZE;
    for (; zeros > PART_SIZE; zeros -= PART_SIZE) yield await this.encryptor.update(new Uint8Array(PART_SIZE));
    const end = concat(new Uint8Array(zeros), integer(this.length, LENGTH_SIZE));
    yield await this.encryptor.update(end);
    yield await this.encryptor.finalize();
  }

  /** The rest of the body at once. */
  async finalize() {
    return concat(...(await gathered(this.closing())));
  }
}

/**
 * Opens a body of `size` octets piece by piece. What may still be padding is kept until `finalize`; only after that
 * is it sure that nothing is missing. Everything wrong is VaultError("item.refused").
 */
export class Opener {
  /** @param {Decryptor} decryptor @param {number} frame */
  constructor(decryptor, frame) {
    this.decryptor = decryptor;
    this.frame = frame;
    this.sure = smallestContent(frame);
    this.given = 0;
    /** @type {Bytes[]} */
    this.kept = [];
    this.keptSize = 0;
  }

  /** @param {Bytes} boxKey @param {Context} ctx @param {Bytes} header @param {number} size */
  static async create(boxKey, ctx, header, size) {
    const frame = frameSize(size);
    if (frame === null) throw new VaultError("item.refused");
    return new Opener(await Decryptor.create(itemKey(boxKey, ctx.itemId), ctx.bytes, header), frame);
  }

  /** @param {Bytes} opened */
  keep(opened) {
    if (opened.length === 0) return; // an empty view would hold on to all it was cut from
    this.kept.push(opened);
    this.keptSize += opened.length;
    if (this.given + this.keptSize > this.frame) throw new VaultError("item.refused");
  }

  /** The content that `piece` of the body completes. @param {Uint8Array} piece @returns {Promise<Bytes>} */
  async update(piece) {
    const opened = await this.decryptor.update(piece);
    const sure = Math.max(this.sure - this.given, 0);
    const given = opened.subarray(0, sure);
    this.given += given.length;
    this.keep(opened.subarray(sure));
    return given;
  }

  /** The rest of the content. @returns {Promise<Bytes>} */
  async finalize() {
    this.keep(await this.decryptor.finalize());
    const kept = concat(...this.kept);
    const length = fromInteger(kept.subarray(-LENGTH_SIZE));
    const whole = this.given + kept.length === this.frame && paddedSize(length) === this.frame;
    const end = length - this.given;
    if (!whole || kept.subarray(end, -LENGTH_SIZE).some((octet) => octet !== 0)) throw new VaultError("item.refused");
    return kept.slice(0, end);
  }
}

/** @param {Context} ctx @param {Bytes} sealed hash of header and body @returns {Bytes} */
const hashOf = (ctx, sealed) => sha256(utf8("WBE1/item-hash\0"), sha256(ctx.bytes), sealed);

/** The hash of an item whose body arrives in pieces. */
export class ItemHash {
  /** @param {Context} ctx @param {Bytes} header */
  constructor(ctx, header) {
    if (header.length !== HEADER_SIZE) throw new VaultError("item.refused");
    this.ctx = ctx;
    this.sealed = hash.create().update(header);
  }

  /** @param {Uint8Array} piece */
  update(piece) {
    this.sealed.update(piece);
  }

  /** @returns {Bytes} 32 octets; ends the hash */
  digest() {
    return hashOf(this.ctx, own(this.sealed.digest()));
  }
}

/**
 * SHA-256 of a stream. Browsers hash whole arrays fast and streams not at all: what fits in memory is kept and hashed by
 * the browser, the rest goes through noble, at a tenth of the speed (far less without JIT).
 */
class StreamHash {
  constructor() {
    /** @type {Uint8Array[]} */
    this.kept = [];
    this.size = 0;
    /** @type {ReturnType<typeof hash.create> | null} */
    this.running = null;
    /** @type {Promise<Bytes> | null} */
    this.done = null;
  }

  /** @param {Uint8Array} piece not to be changed afterwards */
  update(piece) {
    this.size += piece.length;
    if (!this.running) this.kept.push(piece);
    if (!this.running && this.size <= KEPT_FOR_HASH) return;
    this.running ??= hash.create();
    for (const each of this.kept.length ? this.kept : [piece]) this.running.update(each);
    this.kept = [];
  }

  /** @returns {Promise<Bytes>} */
  digest() {
    this.done ??= this.running ? Promise.resolve(own(this.running.digest())) : digest(...this.kept);
    this.kept = [];
    return this.done;
  }
}

/** @param {AsyncIterable<Bytes>} pieces @returns {Promise<Bytes[]>} */
async function gathered(pieces) {
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** The octets of a file in pieces; reads one ahead. @param {Blob} blob @returns {AsyncGenerator<Bytes>} */
async function* pieces(blob) {
  /** @param {number} at */
  const read = (at) => blob.slice(at, at + PART_SIZE).arrayBuffer();
  let next = read(0);
  for (let at = 0; at < blob.size; at += PART_SIZE) {
    const piece = new Uint8Array(await next);
    next = read(at + PART_SIZE);
    next.catch(() => {}); // a failure is met when the piece is awaited, or not at all if the caller has stopped
    yield piece;
  }
}

/**
 * Cuts a stream into parts of exactly `size` octets; the last may be shorter.
 * @param {AsyncIterable<Bytes>} source @param {number} size @returns {AsyncGenerator<Bytes>}
 */
export async function* inParts(source, size) {
  /** @type {Bytes[]} */
  let waiting = [];
  let length = 0;
  for await (const piece of source) {
    waiting.push(piece);
    length += piece.length;
    if (length < size) continue;
    const whole = concat(...waiting);
    let at = 0;
    for (; at + size <= whole.length; at += size) yield whole.slice(at, at + size);
    waiting = [whole.slice(at)];
    length -= at;
  }
  if (length) yield concat(...waiting);
}

/**
 * A file on its way into a box: read `parts` once, in order, then ask for the hashes.
 * @typedef {object} Sealing
 * @property {Bytes} header
 * @property {number} size of the whole body
 * @property {AsyncGenerator<Bytes>} parts of 1 MiB of body, not to be changed or transferred; sending one again sends the same octets
 * @property {() => Promise<Bytes>} sha256 of the content
 * @property {() => Promise<Bytes>} itemHash
 */

/**
 * Seals a file in bounded memory. After a reload start again: a new salt, never the old one.
 * @param {Bytes} boxKey @param {Context} ctx @param {Blob} blob @returns {Promise<Sealing>}
 */
export async function sealBlob(boxKey, ctx, blob) {
  const sealer = await Sealer.create(boxKey, ctx);
  const [content, sealed] = [new StreamHash(), new StreamHash()];
  sealed.update(sealer.header);
  async function* body() {
    for await (const piece of pieces(blob)) {
      content.update(piece);
      yield await sealer.update(piece);
    }
    if (sealer.length !== blob.size) throw new VaultError("item.source");
    yield* sealer.closing();
  }
  async function* parts() {
    for await (const part of inParts(body(), PART_SIZE)) {
      sealed.update(part);
      yield part;
    }
  }
  return {
    header: sealer.header,
    size: bodySize(blob.size),
    parts: parts(),
    sha256: () => content.digest(),
    itemHash: async () => hashOf(ctx, await sealed.digest()),
  };
}

/**
 * Opens a body that arrives in pieces of any size. Throw away what was given if this throws in the end.
 * @param {Bytes} boxKey @param {Context} ctx @param {Bytes} header @param {number} size of the body
 * @param {AsyncIterable<Uint8Array>} source @returns {AsyncGenerator<Bytes>}
 */
export async function* openParts(boxKey, ctx, header, size, source) {
  const opener = await Opener.create(boxKey, ctx, header, size);
  for await (const piece of source) {
    const given = await opener.update(piece);
    if (given.length) yield given;
  }
  yield await opener.finalize();
}

/** @param {ReadableStream<Uint8Array>} stream */
async function* arriving(stream) {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/**
 * Opens a file as it arrives, in bounded memory, handing each part of 4 MiB to `write`. Throw away what was written if
 * this throws in the end.
 * @param {Bytes} boxKey @param {Context} ctx @param {Bytes} header @param {number} size of the body
 * @param {ReadableStream<Uint8Array>} stream @param {(part: Bytes) => Promise<unknown>} write
 * @returns {Promise<Bytes>} the SHA-256 of the content
 */
export async function openInto(boxKey, ctx, header, size, stream, write) {
  const content = new StreamHash();
  for await (const part of inParts(openParts(boxKey, ctx, header, size, arriving(stream)), 4 * PART_SIZE)) {
    content.update(part);
    await write(part);
  }
  return content.digest();
}

/**
 * Opens a file into a Blob part by part: the whole never lies in a script's memory, but the browser keeps it.
 * @param {Bytes} boxKey @param {Context} ctx @param {Bytes} header @param {number} size of the body @param {ReadableStream<Uint8Array>} stream
 * @returns {Promise<{blob: Blob, sha256: Bytes}>} octets to be saved or looked at with care, never a page to be shown
 */
export async function openBlob(boxKey, ctx, header, size, stream) {
  /** @type {Blob[]} */
  const parts = [];
  const sha256 = await openInto(boxKey, ctx, header, size, stream, async (part) => {
    const kept = new Blob([part]);
    parts.push(kept);
    await kept.slice(-1).arrayBuffer(); // the browser has taken it over: only then is its memory free here
  });
  return { blob: new Blob(parts, { type: "application/octet-stream" }), sha256 };
}
