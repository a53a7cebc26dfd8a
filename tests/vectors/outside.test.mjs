// The browser's half against other people's vectors, from PyPI cryptography-vectors (folder in WHISTLE_OUTSIDE_VECTORS).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { CipherSuite, KDF_HKDF_SHA256 } from "hpke";
import { bytes, keys } from "../../whistle/browser/wbe1/index.js";
import { Decryptor, HEADER_SIZE } from "../../whistle/browser/wbe1/cobblestone.js";
import { nobleKem } from "../../whistle/browser/wbe1/kem.js";

const folder = process.env.WHISTLE_OUTSIDE_VECTORS;
const skip = folder ? false : "WHISTLE_OUTSIDE_VECTORS is not set";
const text = (path) => readFileSync(join(folder, path), "utf8");
const { fromHex, hex } = bytes;

test("chunked encryption, the specification's own vectors", { skip }, async () => {
  // They were made before Cobblestone chose SHA-512, so they check everything but that choice.
  let seen = 0;
  for (const row of JSON.parse(text("chunked-encryption/vectors.json")).vectors) {
    const keySize = { AEAD_AES_128_GCM: 16, AEAD_AES_256_GCM: 32 }[row.aead];
    if (!keySize) continue;
    seen++;
    let sealed = new Uint8Array(Buffer.from(row.ciphertext ?? "", "base64"));
    if (row.compressed) sealed = new Uint8Array(inflateSync(sealed));
    const open = async () => {
      const variant = { hash: sha256, aead: row.aead, keySize };
      const decryptor = await Decryptor.create(fromHex(row.key), bytes.utf8(row.context), sealed.slice(0, HEADER_SIZE), { variant });
      return bytes.concat(await decryptor.update(sealed.slice(HEADER_SIZE)), await decryptor.finalize());
    };
    if (row.expect === "success") assert.equal(hex(bytes.sha256(await open())), row.payload_sha256, row.name);
    else await assert.rejects(open, { name: "VaultError" }, row.name);
  }
  assert.equal(seen, 68);
});

/** ChaCha20-Poly1305, which the vectors use and Node's WebCrypto lacks. @returns {import("hpke").AEAD} */
const chacha = () => ({
  id: 3, type: "AEAD", name: "ChaCha20Poly1305", Nk: 32, Nn: 12, Nt: 16,
  Seal: async (key, nonce, aad, plain) => chacha20poly1305(key, nonce, aad).encrypt(plain),
  Open: async (key, nonce, aad, sealed) => chacha20poly1305(key, nonce, aad).decrypt(sealed),
});

test("X-Wing in HPKE", { skip }, async () => {
  const rows = JSON.parse(text("HPKE/hpke-pq-test-vectors.json")).filter((row) => row.kem_id === 0x647a && row.kdf_id === 1);
  for (const row of rows) {
    const pair = await keys.KemPair.fromSeed(fromHex(row.skRm), "noble");
    assert.equal(hex(pair.public), row.pkRm);
    const suite = new CipherSuite(nobleKem, KDF_HKDF_SHA256, chacha);
    const opener = await suite.SetupRecipient(pair.private, fromHex(row.enc), { info: fromHex(row.info) });
    for (const { aad, ct, pt } of row.encryptions) assert.equal(hex(await opener.Open(fromHex(ct), fromHex(aad))), pt);
    for (const { exporter_context: context, L, exported_value: value } of row.exports) {
      assert.equal(hex(await opener.Export(fromHex(context), L)), value);
    }
  }
  assert.equal(rows.length, 1);
});

test("Ed25519", { skip }, async () => {
  for (const line of text("asymmetric/Ed25519/sign.input").trim().split("\n").slice(0, 200)) {
    const [secret, publicKey, message, signed] = line.split(":").map(fromHex);
    const [seed, signature] = [secret.slice(0, 32), signed.slice(0, 64)];
    const pair = await keys.SigPair.fromSeed(seed);
    assert.equal(hex(pair.public), hex(publicKey));
    assert.equal(hex(await pair.sign(message)), hex(signature));
    assert.equal(hex(ed25519.sign(message, seed)), hex(signature)); // what a browser without Ed25519 uses
    assert.equal(await keys.verify(publicKey, signature, message), true);
  }
});

test("Argon2id", { skip }, () => {
  const blocks = text("KDF/argon2id.txt").split("COUNT").slice(1);
  const rows = blocks.map((block) => Object.fromEntries([...block.matchAll(/^(\w+) =[ ]?(.*)$/gm)].map(([, name, value]) => [name, value])));
  const affordable = rows.filter((row) => Number(row.memcost) <= 70_000);
  for (const row of affordable) {
    const options = { t: Number(row.iter), m: Number(row.memcost), p: Number(row.lanes), dkLen: Number(row.length) };
    const more = { key: row.secret && fromHex(row.secret), personalization: row.ad && fromHex(row.ad) };
    assert.equal(hex(argon2id(fromHex(row.pass), fromHex(row.salt), { ...options, ...more })), row.output);
  }
  assert.ok(affordable.length >= 5, `only ${affordable.length}`);
});
