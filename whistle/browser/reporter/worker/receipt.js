/** What a receipt proves: that the entry is about our item, and that it stands in the tree the log has signed. */

import { bytes, keys } from "../../wbe1/index.js";

/** @param {Uint8Array} left @param {Uint8Array} right */
const node = (left, right) => bytes.sha256(Uint8Array.of(1), left, right);

/** The root that a proof leads to (RFC 9162, section 2.1.3.2); null when the proof cannot be right. @param {Uint8Array} leaf @param {number} index @param {number} size @param {Uint8Array[]} proof */
export function rootOf(leaf, index, size, proof) {
  if (!(index < size)) return null;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const next of proof) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = node(next, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = node(hash, next);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** The checkpoint's origin, size and root if the log's key signed it (C2SP signed-note, Ed25519); else null. @param {string} note @param {string} verifierKey */
export async function checkpoint(note, verifierKey) {
  const [text, signatures] = [note.slice(0, note.lastIndexOf("\n\n") + 1), note.slice(note.lastIndexOf("\n\n") + 2)];
  const [name, , key] = verifierKey.split(/\+(?=[0-9a-f]{8}\+)|(?<=\+[0-9a-f]{8})\+/);
  for (const line of signatures.split("\n")) {
    const [, signer, encoded] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
    if (signer !== name || !key) continue;
    const [signature, publicKey] = [bytes.fromBase64(encoded).slice(4), bytes.fromBase64(key).slice(1)];
    if (!(await keys.verify(publicKey, signature, bytes.utf8(text)))) continue;
    const [origin, size, root] = text.split("\n");
    return { origin, size: Number(size), root: bytes.fromBase64(root) };
  }
  return null;
}

/** @param {any} receipt @param {string} itemHash hex @param {string} verifierKey */
export async function examined(receipt, itemHash, verifierKey) {
  const entry = bytes.fromBase64(receipt.entry);
  const { at, d } = JSON.parse(bytes.fromUtf8(entry));
  const result = { on: String(at).slice(0, 10), index: receipt.index, ours: d?.item === itemHash, proven: false };
  try {
    const signed = receipt.checkpoint ? await checkpoint(receipt.checkpoint, verifierKey) : null;
    if (signed) {
      const leaf = bytes.sha256(Uint8Array.of(0), entry);
      const root = rootOf(leaf, receipt.index, signed.size, receipt.proof.map(bytes.fromBase64));
      result.proven = root !== null && bytes.equal(root, signed.root);
    }
  } catch {
    // a proof that cannot be read proves nothing
  }
  return result;
}

/**
 * What does not fit between the reporter's own messages and the log: a message that the log knows and the mailbox lacks (it was
 * taken away, were it the last one), one that the log does not know, and a proof that proves nothing.
 * @param {any[]} messages rows with `item_hash` and `on` @param {any[]} receipts @param {string} verifierKey empty when unknown
 */
export async function unlogged(messages, receipts, verifierKey) {
  const alarms = [];
  const known = new Set();
  for (const receipt of receipts) {
    const { at, d } = JSON.parse(bytes.fromUtf8(bytes.fromBase64(receipt.entry)));
    known.add(d?.item);
    if (!messages.some((row) => row.item_hash === d?.item)) alarms.push({ what: "dropped", on: String(at).slice(0, 10) });
    else if (receipt.checkpoint && verifierKey && !(await examined(receipt, d.item, verifierKey)).proven) alarms.push({ what: "proof", on: String(at).slice(0, 10) });
  }
  for (const row of messages) if (!known.has(row.item_hash)) alarms.push({ what: "unlogged", on: row.on });
  return alarms;
}

/**
 * Tombstones of which the log knows nothing, or a proof that proves nothing: content cannot be taken away without the log.
 * @param {any[]} rows with `removed`, `item_hash` and `on` @param {any[]} receipts entries `item.removed` @param {string} verifierKey empty when unknown
 */
export async function buried(rows, receipts, verifierKey) {
  const alarms = [];
  for (const row of rows.filter((each) => each.removed)) {
    const receipt = receipts.find((each) => {
      const { act, d } = JSON.parse(bytes.fromUtf8(bytes.fromBase64(each.entry)));
      return act === "item.removed" && d?.item === row.item_hash;
    });
    const proven = receipt && (!receipt.checkpoint || !verifierKey || (await examined(receipt, row.item_hash, verifierKey)).proven);
    if (!proven) alarms.push({ what: "buried", on: row.on });
  }
  return alarms;
}
