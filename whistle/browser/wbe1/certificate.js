/** Certificates and the roster: whose keys the organisation vouches for. */

import { concat, digest, equal, fromInteger, fromUtf8, hex, integer, sha256, utf8 } from "./bytes.js";
import { checkIndex } from "./code.js";
import { VaultError } from "./errors.js";
import { KEM_PUBLIC_SIZE, SIGNATURE_SIZE, SIG_PUBLIC_SIZE, keyIdOf, verify } from "./keys.js";
import { open, seal } from "./seal.js";
import { SIZE } from "./words.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./keys.js").SigPair} SigPair */
/**
 * @typedef {object} Fields
 * @property {Bytes} org
 * @property {number} serial
 * @property {number} role
 * @property {number} notBefore seconds since 1970
 * @property {number} notAfter seconds since 1970, included
 * @property {Bytes} staffId
 * @property {Bytes} kemPub
 * @property {Bytes} sigPub
 */
/** @typedef {Fields & {raw: Bytes, keyId: Bytes, sigKeyId: Bytes}} Certificate */

export const ROLE = Object.freeze({
  READER: 1, ALTERNATE: 2, IDENTITY_CUSTODIAN: 3, KEY_CUSTODIAN: 4, ADVISER: 5, PROBE: 8, RECOVERY: 9,
});
const ROLES = new Set(/** @type {number[]} */ (Object.values(ROLE)));
export const CERTIFICATE_SIZE = 53 + KEM_PUBLIC_SIZE + SIG_PUBLIC_SIZE + SIGNATURE_SIZE;

/** A raw certificate, 1,365 octets, signed with the organisation's root key. @param {SigPair} root @param {Fields} fields */
export async function issue(root, { org, serial, role, notBefore, notAfter, staffId, kemPub, sigPub }) {
  const lengths = [org.length, staffId.length, kemPub.length, sigPub.length].join();
  const numbers = serial > 0 && serial < 2 ** 32 && notBefore >= 0 && notBefore <= notAfter && notAfter < 2 ** 53;
  if (lengths !== [16, 16, KEM_PUBLIC_SIZE, SIG_PUBLIC_SIZE].join() || !numbers || !ROLES.has(role)) {
    throw new VaultError("certificate.malformed");
  }
  const signed = concat(
    org, integer(serial, 4), integer(role, 1), integer(notBefore, 8), integer(notAfter, 8), staffId, kemPub, sigPub,
  );
  return concat(signed, await root.sign(concat(utf8("WBE1/cert\0"), signed)));
}

/**
 * The certificate if the root key vouches for it at the time `at` (seconds since 1970). null leaves the time unchecked: right
 * for showing who wrote an old item, never for choosing a recipient.
 * @param {Bytes} raw @param {Bytes} rootPub @param {Bytes} org @param {number | null} at @returns {Promise<Certificate>}
 */
export async function read(raw, rootPub, org, at) {
  if (raw.length !== CERTIFICATE_SIZE) throw new VaultError("certificate.malformed");
  const signed = raw.slice(0, -SIGNATURE_SIZE);
  if (!(await verify(rootPub, raw.slice(-SIGNATURE_SIZE), concat(utf8("WBE1/cert\0"), signed)))) {
    throw new VaultError("certificate.signature");
  }
  const sigFrom = 53 + KEM_PUBLIC_SIZE;
  const [kemPub, sigPub] = [raw.slice(53, sigFrom), raw.slice(sigFrom, sigFrom + SIG_PUBLIC_SIZE)];
  const certificate = {
    org: raw.slice(0, 16), serial: fromInteger(raw.slice(16, 20)), role: raw[20], notBefore: fromInteger(raw.slice(21, 29)),
    notAfter: fromInteger(raw.slice(29, 37)), staffId: raw.slice(37, 53), kemPub, sigPub, raw, keyId: await keyIdOf(kemPub),
    sigKeyId: await keyIdOf(sigPub),
  };
  if (!equal(certificate.org, org)) throw new VaultError("certificate.organisation");
  if (!ROLES.has(certificate.role)) throw new VaultError("certificate.role");
  if (at !== null && at < certificate.notBefore) throw new VaultError("certificate.early");
  if (at !== null && at > certificate.notAfter) throw new VaultError("certificate.expired");
  return certificate;
}

/**
 * A person's keys as a code of eight numbers: what they read aloud to the key custodian.
 * @param {Bytes} org @param {Bytes} staffId @param {Bytes} kemPub @param {Bytes} sigPub
 */
export function keyWords(org, staffId, kemPub, sigPub) {
  const digest = sha256(utf8("WBE1/key-words\0"), org, staffId, kemPub, sigPub);
  const numbers = Array.from({ length: 7 }, (_, at) => fromInteger(digest.slice(4 * at, 4 * at + 4)) % SIZE);
  return [...numbers, checkIndex(numbers)];
}

/** @param {Bytes} org */
const rootBox = (org) => sha256(utf8("WBE1/root-copy\0"), org).slice(0, 16);

/** The root key's seed sealed to a key custodian's own key. @param {Bytes} rootSeed @param {Bytes} kemPub @param {Bytes} org */
export const sealRoot = (rootSeed, kemPub, org) => seal(rootSeed, kemPub, org, rootBox(org), 1);

/** The root key's seed. @param {Bytes} sealed @param {import("./keys.js").KemPair} kem @param {Bytes} org */
export const openRoot = (sealed, kem, org) => open(sealed, kem, org, rootBox(org), 1);

/** @param {Bytes} document @param {Bytes} org */
const rosterMessage = async (document, org) => concat(utf8("WBE1/roster\0"), org, await digest(document));

/** The root key's signature over the roster's octets (canonical JSON). @param {SigPair} root @param {Bytes} org @param {Bytes} document */
export const signRoster = async (root, org, document) => root.sign(await rosterMessage(document, org));

/**
 * The roster that the root key signed. The signature is checked before an octet is parsed.
 * @param {Bytes} document @param {Bytes} signature @param {Bytes} rootPub @param {Bytes} org
 * @returns {Promise<import("./recipients.js").Roster>}
 */
export async function readRoster(document, signature, rootPub, org) {
  if (!(await verify(rootPub, signature, await rosterMessage(document, org)))) throw new VaultError("roster.signature");
  let roster;
  try {
    roster = JSON.parse(fromUtf8(document));
  } catch (error) {
    throw new VaultError("roster.malformed", error);
  }
  if (roster === null || typeof roster !== "object" || Array.isArray(roster) || roster.v !== 1) {
    throw new VaultError("roster.malformed");
  }
  if (roster.org !== hex(org)) throw new VaultError("roster.organisation");
  return roster;
}

/** The SHA-256 of the root key: what posters print and a report's `root` holds. @param {Bytes} rootPub */
export const fingerprint = (rootPub) => sha256(rootPub);
