/** What the worker does about people's own keys: making them, wrapping them anew, certifying, the first root key. */

import { square as qr } from "../../reporter/qr.js";
import { bytes, certificate, code, keys as derive, staff } from "../../wbe1/index.js";
import { post } from "../../reporter/worker/net.js";
import * as certifying from "./certify.js";
import * as own from "./keys.js";
import { list } from "./lists.js";
import * as setUp from "./set_up.js";

/** @typedef {(state: any) => void} Progress */

/** @param {string} passphrase @param {Uint8Array} salt @param {Progress} progress */
const stretched = (passphrase, salt, progress) =>
  staff.master(passphrase, bytes.own(salt), { onProgress: (share) => progress({ doing: "wrapping", share }) });

/** Six fresh words. @param {any} given */
export async function newPassphrase({ language, urls }) {
  return staff.newPassphrase(await list(language, urls));
}

/** The square for an authenticator app. @param {{text: string}} given */
export async function square({ text }) {
  return qr(text);
}

/** @param {string} staffId @param {string} organisation @param {any} pairs @param {string} language @param {any} urls */
async function read(staffId, organisation, pairs, language, urls) {
  const numbers = certificate.keyWords(bytes.fromHex(organisation), bytes.fromHex(staffId), pairs.kem.public, pairs.sig.public);
  return code.words(numbers, await list(language, urls));
}

/** Makes a person's keys, uses their link up, and returns the words of the keys. @param {any} given @param {Progress} progress */
export async function makeKeys(given, progress) {
  progress({ doing: "making-keys", share: 0 });
  const [seed, salt, share] = [bytes.random(32), bytes.random(16), bytes.random(32)];
  const pairs = await derive.staffKeys(seed);
  const secret = await stretched(given.passphrase, salt, progress);
  const material = {
    salt, auth: staff.auth(secret), unlock_share: share, wrapped: await staff.wrap(secret, share, given.staffId, seed),
    kem_pub: pairs.kem.public, sig_pub: pairs.sig.public,
  };
  const sent = Object.fromEntries(Object.entries(material).map(([name, octets]) => [name, bytes.base64(octets)]));
  await post(`${given.api}enrol`, { ...sent, token: given.token, totp_secret: given.secret, code: given.code, language: given.language });
  return read(given.staffId, given.organisation, pairs, given.language, given.urls);
}

/** Uses a link up for a new second factor. @param {any} given @param {Progress} progress */
export async function renewCode(given, progress) {
  const secret = await stretched(given.passphrase, bytes.fromBase64(given.salt), progress);
  await post(`${given.api}enrol/code`, { token: given.token, auth: bytes.base64(staff.auth(secret)), totp_secret: given.secret, code: given.code });
}

/** The words of the keys that are open. @param {any} given */
export async function ownWords({ language, urls }) {
  const me = own.person();
  return read(me.staffId, bytes.hex(me.org), me, language, urls);
}

/** The person's seed wrapped under a passkey's PRF. @param {any} given @param {Progress} progress */
export async function wrapForPasskey(given, progress) {
  const { said, seed } = await own.seedAgain(given, progress);
  const share = bytes.fromBase64(said.unlock_share);
  return bytes.base64(await staff.wrapWithPasskey(bytes.own(given.prf), share, said.staff_id, seed));
}

/** Puts a new passphrase in the old one's place. @param {any} given @param {Progress} progress */
export async function changePassphrase(given, progress) {
  const { said, seed, auth } = await own.seedAgain(given, progress);
  const salt = bytes.random(16);
  const secret = await stretched(given.next, salt, progress);
  const wrapped = await staff.wrap(secret, bytes.fromBase64(said.unlock_share), said.staff_id, seed);
  const material = { old_auth: auth, auth: staff.auth(secret), salt, wrapped };
  return post(`${given.api}passphrase`, Object.fromEntries(Object.entries(material).map(([name, octets]) => [name, bytes.base64(octets)])));
}

/** @param {any} given */
export const certifyOne = (given) => certifying.certifyOne(given, own.person());
/** @param {any} given */
export const certifyAgain = (given) => certifying.certifyAgain(given, own.person());
/** @param {any} given */
export const giveRoot = (given) => certifying.giveRoot(given, own.person());
/** What is forgotten when the keys close. */
export const forgetSeeds = async () => setUp.forget();
/** @param {any} given */
export const makeRoot = (given) => setUp.makeRoot(given);
/** @param {any} given */
export const beginWithRoot = (given) => setUp.begin(given, own.person());
