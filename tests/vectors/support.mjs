// What the cases are written with.

import * as w from "../../whistle/browser/wbe1/index.js";

const { base64, fromBase64: octets } = w.bytes;

export function same(found, expected, what = "") {
  const [a, b] = [found, expected].map((value) => (value instanceof Uint8Array ? base64(value) : JSON.stringify(value)));
  if (a !== b) throw new Error(`${what} expected ${b}, found ${a}`);
}

export async function refuses(code, work) {
  try {
    await work();
  } catch (error) {
    return same(error.code, code, String(error));
  }
  throw new Error(`expected ${code}, nothing was refused`);
}

export const context = (row, other = {}) =>
  new w.item.Context({
    kind: row.kind, org: octets(row.org), boxId: octets(row.box_id), epoch: row.epoch, itemId: octets(row.item_id),
    role: row.role, seq: row.seq, ...other,
  });

export const contentOf = (size) => Uint8Array.from({ length: size }, (_, n) => n % 251);

export const flipped = (bytes, at) => bytes.map((octet, n) => (n === at ? octet ^ 1 : octet));

export async function gathered(source) {
  const all = [];
  for await (const piece of source) all.push(piece);
  return w.bytes.concat(...all);
}

export async function* inPieces(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
