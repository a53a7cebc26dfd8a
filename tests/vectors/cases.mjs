// What the browser's half must do with wbe1.json and recipients.json. Runs in Node, in a page and in a worker alike.
//
// Each case is a name and a function of {wbe1, rosters, lists}; it throws when something is not as it should be.

import * as w from "../../whistle/browser/wbe1/index.js";
import { cases as ofPeople } from "./cases_of_people.mjs";
import { contentOf, context, flipped, gathered, inPieces, refuses, same } from "./support.mjs";

const { base64, fromBase64: octets, fromHex, hex, utf8 } = w.bytes;

export const cases = [
  ["keys are derived like Python derives them", async ({ wbe1 }) => {
    for (const row of wbe1.kdf) same(w.keys.kdf(octets(row.ikm), row.label, row.n), octets(row.out), row.label);
    for (const row of wbe1.keys) {
      const [kem, sig] = [await w.keys.KemPair.fromSeed(octets(row.seed)), await w.keys.SigPair.fromSeed(octets(row.seed))];
      same(kem.public, octets(row.kem_pub));
      same(hex(w.keys.keyId(kem.public)), row.kem_key_id);
      same(sig.public, octets(row.sig_pub));
      same(await sig.sign(octets(row.message)), octets(row.signature));
      same(await w.keys.verify(sig.public, octets(row.signature), octets(row.message)), true);
      same(await w.keys.verify(sig.public, octets(row.signature), utf8("other")), false);
      same(await w.keys.verify(new Uint8Array(32).fill(255), octets(row.signature), octets(row.message)), false);
    }
  }],

  ["a browser without Ed25519 signs the same", async ({ wbe1 }) => {
    const subtle = Object.getPrototypeOf(crypto.subtle);
    const { importKey } = subtle;
    subtle.importKey = function (format, octets, algorithm, ...rest) {
      if (algorithm === "Ed25519") throw new DOMException("no such algorithm", "NotSupportedError");
      return importKey.call(this, format, octets, algorithm, ...rest);
    };
    try {
      for (const row of wbe1.keys) {
        const sig = await w.keys.SigPair.fromSeed(octets(row.seed));
        same(await sig.sign(octets(row.message)), octets(row.signature));
        same(await w.keys.verify(sig.public, octets(row.signature), octets(row.message)), true);
        same(await w.keys.verify(sig.public, octets(row.signature), utf8("other")), false);
        same(await w.keys.verify(new Uint8Array(32).fill(255), octets(row.signature), octets(row.message)), false);
      }
    } finally {
      subtle.importKey = importKey;
    }
  }],

  ["a box's name commits to its keys", async ({ wbe1: { box } }) => {
    const [org, kem, sig, nonce] = [box.org, box.kem_pub, box.sig_pub, box.nonce].map(octets);
    same(hex(w.box.reporterBoxId(org, kem, sig, nonce)), box.reporter_box_id);
    same(hex(w.box.makerBoxId(org, sig, nonce)), box.maker_box_id);
    same(hex(w.box.reporterBoxId(org, flipped(kem, 0), sig, nonce)) === box.reporter_box_id, false);
  }],

  ["only who was given a key by a holder holds it", async ({ wbe1: { vouches: given } }) => {
    const [org, boxId, maker] = [given.org, given.box_id, given.maker_sig_pub].map(octets);
    const certified = new Map(Object.entries(given.certified).map(([id, pub]) => [id, octets(pub)]));
    const rows = given.rows.map((row) => ({ epoch: row.epoch, keyId: fromHex(row.key_id), octets: octets(row.vouch) }));
    const plain = (found) => JSON.stringify(Object.fromEntries([...found].map(([epoch, ids]) => [epoch, [...ids].sort()])));
    const told = new Map(Object.entries(given.announced).map(([epoch, ids]) => [Number(epoch), ids]));
    same(plain(await w.vouch.holders(org, boxId, maker, rows, certified)), JSON.stringify(given.holders));
    same(plain(await w.vouch.holders(org, boxId, maker, rows, certified, told)), JSON.stringify(given.holders_announced));
    const other = rows.map((row) => ({ ...row, octets: flipped(row.octets, 40) }));
    same(plain(await w.vouch.holders(org, boxId, maker, other, certified)), "{}");
  }],

  ["lengths are rounded alike", async ({ wbe1 }) => {
    for (const row of wbe1.padding) {
      same(w.item.paddedSize(row.content), row.frame);
      same(w.item.bodySize(row.content), row.body);
      same(w.item.plausibleBody(row.body), true);
    }
    for (const size of wbe1.no_such_body) same(w.item.plausibleBody(size), false, String(size));
  }],

  ...["noble", "preferred"].map((using) => [`Python's seals open (${using})`, async ({ wbe1 }) => {
    for (const row of wbe1.seals) {
      const [org, boxId] = [octets(row.org), octets(row.box_id)];
      const pair = await w.keys.KemPair.fromSeed(octets(row.seed), using === "noble" ? "noble" : undefined);
      same(await w.seal.open(octets(row.sealed), pair, org, boxId, row.epoch), octets(row.box_key));
      const again = await w.seal.seal(octets(row.box_key), pair.public, org, boxId, row.epoch);
      same(await w.seal.open(again, pair, org, boxId, row.epoch), octets(row.box_key));
      await refuses("seal.refused", () => w.seal.open(again, pair, org, boxId, row.epoch === 1 ? 2 : 1));
      await refuses("seal.refused", () => w.seal.open(again, pair, boxId, boxId, row.epoch));
      await refuses("seal.refused", () => w.seal.open(again, pair, org, org, row.epoch));
      for (const at of [0, 1119, 1120, 1167]) {
        await refuses("seal.refused", () => w.seal.open(flipped(again, at), pair, org, boxId, row.epoch));
      }
      await refuses("seal.refused", () => w.seal.open(again.slice(1), pair, org, boxId, row.epoch));
      const other = await w.keys.KemPair.fromSeed(new Uint8Array(32));
      await refuses("seal.refused", () => w.seal.open(again, other, org, boxId, row.epoch));
    }
    await refuses("key.malformed", () => w.seal.seal(new Uint8Array(32), new Uint8Array(32), new Uint8Array(16), new Uint8Array(16), 1));
    const key = w.seal.newBoxKey();
    same(w.seal.join(...w.seal.split(key)), key);
  }]),

  ["Python's items open, whole and in pieces", async ({ wbe1 }) => {
    for (const row of wbe1.items) {
      const [ctx, key, header, body] = [context(row), ...[row.box_key, row.header, row.body].map(octets)];
      same(ctx.bytes, octets(row.context));
      same(await w.item.openItem(key, ctx, header, body), contentOf(row.size));
      same(hex(w.item.itemHash(ctx, header, body)), row.item_hash);
      for (const size of [1_000, 16_400, 50_000]) {
        same(await gathered(w.item.openParts(key, ctx, header, body.length, inPieces(body, size))), contentOf(row.size));
      }
      const own = await w.item.sealItem(key, ctx, contentOf(row.size));
      same(own.body.length, body.length);
      same(await w.item.openItem(key, ctx, own.header, own.body), contentOf(row.size));
    }
  }],

  ["no attack on an item gets through", async ({ wbe1 }) => {
    const row = wbe1.items.at(-1);
    const [ctx, key, header, body] = [context(row), ...[row.box_key, row.header, row.body].map(octets)];
    const chunk = 16_400;
    const part = (n) => body.subarray(n * chunk, (n + 1) * chunk);
    const { concat } = w.bytes;
    const refused = (bytes, { head = header, at = ctx, opens = key } = {}) =>
      refuses("item.refused", () => w.item.openItem(opens, at, head, bytes));
    for (const at of [0, chunk - 1, chunk, body.length - 1]) await refused(flipped(body, at));
    for (const at of [0, 24, 55]) await refused(body, { head: flipped(header, at) });
    await refused(concat(part(0), part(1))); // the last chunk left out
    await refused(concat(part(0), part(2)));
    await refused(concat(part(1), part(0), part(2)));
    await refused(concat(part(0), part(0), part(2)));
    await refused(concat(part(0), part(0), part(1), part(2)));
    await refused(body.slice(0, -1));
    await refused(body.slice(0, chunk + 100));
    await refused(concat(body, new Uint8Array(16)));
    await refused(body, { head: octets(wbe1.items[0].header) });
    await refused(body, { opens: flipped(key, 0) });
    const places = { epoch: row.epoch + 1, seq: row.seq + 1, role: (row.role % 3) + 1, kind: (row.kind % 5) + 1, boxId: ctx.itemId };
    for (const [name, value] of Object.entries(places)) await refused(body, { at: context(row, { [name]: value }) });
    await refused(body, { at: context(row, { itemId: octets(row.box_id) }) });
    const foreign = await w.item.sealItem(key, context(row, { seq: row.seq + 1 }), contentOf(row.size));
    await refused(concat(part(0), foreign.body.subarray(chunk, 2 * chunk), part(2)));
  }],

  ["a frame that lies is refused", async ({ wbe1 }) => {
    const [ctx, key] = [context(wbe1.items[0]), octets(wbe1.items[0].box_key)];
    const frame = (length, fill) => w.bytes.concat(utf8("hello"), new Uint8Array(4_083).fill(fill), w.bytes.integer(length, 8));
    for (const [lie, claimed] of [[frame(4_090, 0), 5], [frame(5, 1), 5], [frame(5_000, 0), 5_000], [frame(5, 0), 5_000]]) {
      const sealer = await w.item.Sealer.create(key, ctx);
      const body = w.bytes.concat(await sealer.encryptor.update(lie), await sealer.encryptor.finalize());
      await refuses("item.refused", () =>
        gathered(w.item.openParts(key, ctx, sealer.header, w.item.bodySize(claimed), inPieces(body, 1_000))));
    }
  }],

  ["a file is sealed in parts of 1 MiB and opens again", async ({ wbe1 }) => {
    const row = wbe1.items[1];
    const [ctx, key] = [context(row), octets(row.box_key)];
    const content = contentOf(2_500_000);
    const sealing = await w.item.sealBlob(key, ctx, new Blob([content]));
    const parts = [];
    for await (const part of sealing.parts) parts.push(part);
    same(parts.slice(0, -1).every((part) => part.length === w.item.PART_SIZE), true);
    const body = w.bytes.concat(...parts);
    same(body.length, sealing.size);
    same(sealing.size, w.item.bodySize(content.length));
    same(await sealing.itemHash(), w.item.itemHash(ctx, sealing.header, body));
    same(await sealing.sha256(), w.bytes.sha256(content));
    same(await gathered(w.item.openParts(key, ctx, sealing.header, body.length, inPieces(body, 100_000))), content);
    const large = await w.item.sealBlob(key, ctx, new Blob(Array(7).fill(content))); // more than is kept for hashing
    const running = new w.item.ItemHash(ctx, large.header);
    for await (const part of large.parts) running.update(part);
    same([await large.itemHash(), await large.sha256()].map(hex), [running.digest(), w.bytes.sha256(...Array(7).fill(content))].map(hex));
    for (const length of [0, 1, w.item.PART_SIZE, w.item.PART_SIZE - 8]) {
      const again = await w.item.sealBlob(key, ctx, new Blob([content.slice(0, length)]));
      const whole = await gathered(again.parts);
      same(await w.item.openItem(key, ctx, again.header, whole), content.slice(0, length));
    }
  }],

  ["a signature holds in its place only", async ({ wbe1 }) => {
    const [ada, bo] = wbe1.signed;
    for (const row of [ada, bo]) {
      const [ctx, pair] = [context(row), await w.keys.SigPair.fromSeed(octets(row.seed))];
      same(await w.signed.sign(ctx, octets(row.body), octets(row.prev), pair), octets(row.content));
      const read = await w.signed.read(ctx, octets(row.content), pair.public);
      same([base64(read.body), base64(read.prev)], [row.body, row.prev]);
      same((await w.signed.read(ctx, octets(row.content), null)).authorSigPub, pair.public);
    }
    const key = (await w.keys.SigPair.fromSeed(octets(ada.seed))).public;
    const content = octets(ada.content);
    const read = (ctx, bytes) => () => w.signed.read(ctx, bytes, key);
    await refuses("signed.signature", read(context(ada, { boxId: octets(ada.item_id) }), content));
    await refuses("signed.signature", read(context(ada, { role: 2 }), content));
    await refuses("signed.signature", read(context(ada, { seq: 9 }), content));
    await refuses("signed.author", read(context(bo), octets(bo.content)));
    await refuses("signed.signature", read(context(ada), flipped(content, content.length - 1)));
    await refuses("signed.signature", read(context(ada), flipped(content, 100)));
    await refuses("signed.malformed", read(context(ada), content.slice(0, 127)));
  }],

  ...ofPeople,

  ["octets have one spelling", async () => {
    same(w.bytes.fromInteger(w.bytes.integer(2 ** 53 - 1, 8)), 2 ** 53 - 1);
    same(w.bytes.fromInteger(fromHex("ffffffffffffffff")), null); // Infinity
    for (const text of ["AA", "AB==", "A A=", "AA==\n", "é"]) {
      let refused = false;
      try {
        octets(text);
      } catch (error) {
        refused = error instanceof RangeError;
      }
      same(refused, true, text);
    }
    same(hex(octets("AAEC/w==")), "000102ff");
  }],
];
