/**
 * X-Wing (ML-KEM-768 with X25519) as the `hpke` package wants it: the browser's own where it has it, noble's where not.
 * Both give the same bytes.
 */

import { ml_kem768_x25519 as xwing } from "@noble/post-quantum/hybrid.js";
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_MLKEM768_X25519 } from "hpke";
import { own } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("hpke").Key & {octets: Uint8Array}} OctetKey */
/** @typedef {{name: "native"|"noble", suite: CipherSuite<any>}} Kem */

/** @param {"private"|"public"} type @param {Uint8Array} octets @returns {OctetKey} */
const keyOf = (type, octets) => ({ algorithm: { name: "X-Wing" }, extractable: false, type, octets });

/** @param {Uint8Array} seed */
const pairOf = (seed) => ({
  privateKey: keyOf("private", seed),
  publicKey: keyOf("public", xwing.keygen(seed).publicKey),
});

/** X-Wing by noble, for any cipher suite. @returns {import("hpke").KEM<OctetKey>} */
export const nobleKem = () => ({
  id: 0x647a,
  type: "KEM",
  name: "MLKEM768-X25519",
  Nsecret: 32,
  Nenc: 1120,
  Npk: 1216,
  Nsk: 32,
  DeriveKeyPair: async () => Promise.reject(new Error("keys here come from seeds only")),
  GenerateKeyPair: async () => pairOf(crypto.getRandomValues(new Uint8Array(32))),
  SerializePublicKey: async (key) => key.octets,
  DeserializePublicKey: async (octets) => keyOf("public", octets),
  SerializePrivateKey: async () => Promise.reject(new Error("private keys stay here")),
  DeserializePrivateKey: async (octets) => keyOf("private", octets.slice()),
  Encap: async (key) => {
    const { cipherText, sharedSecret } = xwing.encapsulate(key.octets);
    return { enc: cipherText, shared_secret: sharedSecret };
  },
  Decap: async (enc, key) => xwing.decapsulate(enc, key.octets),
});

/** @type {Map<string, Kem>} */
const made = new Map();

/** The implementation of that name: "native" (only where the browser has it) or "noble". @param {"native"|"noble"} chosen */
export function kem(chosen = preferred()) {
  const known = made.get(chosen);
  if (known) return known;
  const factory = chosen === "native" ? KEM_MLKEM768_X25519 : nobleKem;
  const fresh = { name: chosen, suite: new CipherSuite(factory, KDF_HKDF_SHA256, AEAD_AES_256_GCM) };
  made.set(chosen, fresh);
  return fresh;
}

/** Which one is used unless a caller names another. @returns {"native"|"noble"} */
export function preferred() {
  const subtle = /** @type {any} */ (globalThis.SubtleCrypto);
  try {
    const both = subtle.supports("encapsulateBits", "ML-KEM-768") && subtle.supports("generateKey", "X25519");
    return both ? "native" : "noble";
  } catch {
    return "noble";
  }
}

/** The public key of a seed, 1,216 octets. @param {Bytes} seed @returns {Bytes} */
export const publicOf = (seed) => own(xwing.keygen(seed).publicKey);
