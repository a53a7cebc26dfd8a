/**
 * What a log's directory must satisfy, computed again: RFC 6962 tree, C2SP notes, cosignatures, quorum.  No page here.
 * The only thing taken on trust is the key and the policy, which the auditor compares with the minutes.
 */

import { ml_dsa44 as mldsa44 } from "@noble/post-quantum/ml-dsa.js";
import { concat, equal, fromBase64, fromInteger, hex, utf8 } from "../wbe1/bytes.js";

/** @typedef {{ origin: string, size: number, root: Uint8Array, text: string, lines: { name: string, id: string, signature: Uint8Array }[] }} Checkpoint */
/** @typedef {{ logs: Key[], witnesses: Map<string, Key>, groups: [string, number, string[]][], quorum: string }} Policy */
/** @typedef {{ name: string, id: string, kind: number, raw: Uint8Array }} Key */

export const WIDTH = 256;
const ED25519 = 1;
const COSIGNATURE = 4;
const COSIGNATURE_MLDSA44 = 6;

/** @param {...Uint8Array} parts */
const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {any} */ (concat(...parts))));

/** Whether the signature holds.  Needs a browser that knows Ed25519: Chrome 137, Firefox 129, Safari 17. @param {Uint8Array} raw @param {Uint8Array} signature @param {Uint8Array} message */
async function verify(raw, signature, message) {
  const key = await crypto.subtle.importKey("raw", /** @type {any} */ (raw), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, /** @type {any} */ (signature), /** @type {any} */ (message));
}

export const leafHash = (/** @type {Uint8Array} */ entry) => hash(Uint8Array.of(0), entry);
const nodeHash = (/** @type {Uint8Array} */ left, /** @type {Uint8Array} */ right) => hash(Uint8Array.of(1), left, right);

/** The root over hashes in order; the last may be of a smaller subtree. @param {Uint8Array[]} hashes @returns {Promise<Uint8Array>} */
export async function rootOf(hashes) {
  if (!hashes.length) return hash(new Uint8Array());
  let row = hashes;
  while (row.length > 1) {
    const pairs = [];
    for (let at = 0; at + 1 < row.length; at += 2) pairs.push(nodeHash(row[at], row[at + 1]));
    const next = await Promise.all(pairs);
    row = row.length % 2 ? [...next, row[row.length - 1]] : next;
  }
  return row[0];
}

/** @param {string} vkey @returns {Key} */
export function parseKey(vkey) {
  const [name, id, ...rest] = vkey.trim().split("+");
  const material = fromBase64(rest.join("+"));
  return { name, id, kind: material[0], raw: material.subarray(1) };
}

/** @param {string} note @returns {Checkpoint} */
export function parseCheckpoint(note) {
  const at = note.lastIndexOf("\n\n");
  const text = note.slice(0, at + 1);
  const [origin, size, root] = text.split("\n");
  if (at < 0 || !/^(0|[1-9][0-9]{0,15})$/.test(size ?? "")) throw new Error("checkpoint");
  const lines = note.slice(at + 2).split("\n").filter(Boolean).map((line) => {
    const [dash, name, encoded] = line.split(" ");
    if (dash !== "\u2014" || !encoded) throw new Error("signature line");
    const raw = fromBase64(encoded);
    return { name, id: hex(raw.subarray(0, 4)), signature: raw.subarray(4) };
  });
  return { origin, size: Number(size), root: fromBase64(root), text, lines };
}

/** Whether the line of `key` on the checkpoint holds; null when it has none. @param {Checkpoint} checkpoint @param {Key} key */
export async function signedBy(checkpoint, key) {
  const line = checkpoint.lines.find(({ name, id }) => name === key.name && id === key.id);
  if (!line) return null;
  if (key.kind === ED25519) return verify(key.raw, line.signature, utf8(checkpoint.text));
  const stamp = line.signature.subarray(0, 8); // POSIX seconds
  if (key.kind === COSIGNATURE_MLDSA44) return line.signature.length === 2428 && verifyMldsa44(key, checkpoint, stamp, line.signature.slice(8));
  if (key.kind !== COSIGNATURE || line.signature.length !== 72) return false;
  return verify(key.raw, line.signature.slice(8), utf8(`cosignature/v1\ntime ${fromInteger(stamp)}\n${checkpoint.text}`));
}

/** Whether a post-quantum cosignature holds: C2SP tlog-cosignature, over the tree and not the text. @param {Key} key @param {Checkpoint} checkpoint @param {Uint8Array} stamp @param {Uint8Array} signature */
function verifyMldsa44(key, checkpoint, stamp, signature) {
  const [name, origin, size] = [utf8(key.name), utf8(checkpoint.origin), new Uint8Array(8)];
  new DataView(size.buffer).setBigUint64(0, BigInt(checkpoint.size));
  const head = [utf8("subtree/v1\n\0"), Uint8Array.of(name.length), name, stamp, Uint8Array.of(origin.length), origin];
  try {
    return mldsa44.verify(signature, concat(...head, new Uint8Array(8), size, checkpoint.root), key.raw);
  } catch {
    return false; // a key or a signature that is none
  }
}

/** @param {string} text @returns {Policy} */
export function parsePolicy(text) {
  /** @type {Policy} */
  const policy = { logs: [], witnesses: new Map(), groups: [], quorum: "none" };
  for (const line of text.split("\n")) {
    const [what, ...words] = line.split(/\s+/).filter(Boolean);
    if (what === "log") policy.logs.push(parseKey(words[0]));
    if (what === "witness") policy.witnesses.set(words[0], parseKey(words[1]));
    if (what === "quorum") policy.quorum = words[0];
    if (what !== "group") continue;
    const members = words.slice(2);
    policy.groups.push([words[0], /** @type {any} */ ({ any: 1, all: members.length })[words[1]] ?? Number(words[1]), members]);
  }
  return policy;
}

/** Who cosigned, and whether that is enough. @param {Checkpoint} checkpoint @param {ReturnType<typeof parsePolicy>} policy */
export async function witnessed(checkpoint, policy) {
  const names = [];
  for (const [name, key] of policy.witnesses) if (await signedBy(checkpoint, key)) names.push(name);
  const met = new Set(names);
  for (const [name, needed, members] of policy.groups) if (members.filter((one) => met.has(one)).length >= needed) met.add(name);
  return { names, enough: policy.quorum === "none" || met.has(policy.quorum) };
}

/** The entries of a bundle, at most `width`. @param {Uint8Array} bundle @param {number} width */
export function unpack(bundle, width) {
  const entries = [];
  for (let at = 0; at < bundle.length && entries.length < width; ) {
    const end = at + 2 + fromInteger(bundle.subarray(at, at + 2));
    if (end > bundle.length) throw new Error("bundle");
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  if (entries.length < width) throw new Error("bundle");
  return entries;
}

/** The roots of bundles, and what entries of the last one are needed to compute the root at any earlier size. */
export class Tree {
  constructor() {
    /** @type {Uint8Array[]} */ this.roots = [];
    /** @type {Uint8Array[][]} */ this.leaves = [];
  }

  /** @param {Uint8Array[]} leaves of the next bundle */
  async push(leaves) {
    this.leaves.push(leaves);
    this.roots.push(await rootOf(leaves));
  }

  /** @param {number} size @returns {Promise<Uint8Array>} */
  async rootAt(size) {
    const whole = Math.floor(size / WIDTH);
    const rest = size % WIDTH ? [await rootOf(this.leaves[whole].slice(0, size % WIDTH))] : [];
    return rootOf([...this.roots.slice(0, whole), ...rest]);
  }
}

export { equal, hex };
