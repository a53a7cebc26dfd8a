// What the browser's half seals for Python to open.

import * as w from "../../whistle/browser/wbe1/index.js";
import { contentOf, context } from "./support.mjs";

const { base64, fromBase64: octets, hex, utf8 } = w.bytes;

/** Things sealed, signed and wrapped here, for Python to open. */
export async function made(wbe1) {
  const row = wbe1.items[0];
  const key = octets(row.box_key);
  const pairs = await Promise.all(wbe1.keys.map(async ({ seed }) => w.keys.KemPair.fromSeed(octets(seed))));
  const seals = [];
  for (const using of new Set(["noble", pairs[0].kem.name])) {
    for (const [at, pair] of pairs.entries()) {
      const sealed = await w.seal.seal(key, pair.public, octets(row.org), octets(row.box_id), at + 1, using);
      seals.push({ pair: at, epoch: at + 1, using, sealed: base64(sealed) });
    }
  }
  const items = [];
  for (const size of [0, 1, 4_087, 4_088, 4_089, 16_375, 16_376, 16_377, 32_760, 65_536, 1_048_576, 3_000_000]) {
    const { header, body } = await w.item.sealItem(key, context(row, { seq: size + 1 }), contentOf(size));
    items.push({ size, header: base64(header), body: base64(body), hash: hex(w.item.itemHash(context(row, { seq: size + 1 }), header, body)) });
  }
  const sig = await w.keys.SigPair.fromSeed(octets(wbe1.keys[0].seed));
  const body = utf8('{"v":1,"text":"Ærlig talt"}');
  const staff = wbe1.staff[0];
  const [master, share, seed] = [staff.master, staff.unlock_share, staff.seed].map(octets);
  const fresh = w.code.new();
  return {
    seals,
    items,
    signed: { body: base64(body), content: base64(await w.signed.sign(context(row), body, w.signed.FIRST, sig)) },
    wrapped: base64(await w.staff.wrap(master, share, staff.user, seed)),
    wrapped_with_passkey: base64(await w.staff.wrapWithPasskey(octets(staff.prf), share, staff.user, seed)),
    code: { indices: fresh, digits: w.code.digits(fresh), master: base64(await w.code.master(fresh, octets(row.org))) },
  };
}
