/** A person's keys: derived from the passphrase, checked, kept in this worker's memory, and dropped. */

import { bytes, keys, parcel, staff } from "../../wbe1/index.js";
import { call, manner, post } from "../../reporter/worker/net.js";
import { work } from "../../reporter/worker/work.js";

/** @typedef {{staffId: string, name: string, kem: any, sig: any, index: Uint8Array, org: Uint8Array, root: Uint8Array}} Person */

/** @type {Person | null} */ let own = null;
/** @type {any} what had been written when the keys were closed, sealed to the one who wrote it */
let kept = null;

/** @param {string} code */
const failure = (code) => Object.assign(new Error(code), { code });

export const isOpen = () => own !== null;

/** The person whose keys are open, or an error with the code "keys-closed". @returns {Person} */
export function person() {
  if (!own) throw failure("keys-closed");
  return own;
}

/** @param {{passphrase: string}} given @param {string} salt @param {(state: any) => void} progress */
async function master({ passphrase }, salt, progress) {
  progress({ doing: "deriving", share: 0 });
  return staff.master(passphrase, bytes.fromBase64(salt), { onProgress: (share) => progress({ doing: "deriving", share }) });
}

/** @param {any} said @param {Uint8Array} seed @param {any} given */
async function open(said, seed, given) {
  const pairs = await keys.staffKeys(bytes.own(seed));
  // A server that answers with other public keys than these would have colleagues seal to somebody else.
  const same = bytes.equal(pairs.kem.public, bytes.fromBase64(said.kem_pub)) && bytes.equal(pairs.sig.public, bytes.fromBase64(said.sig_pub));
  if (!same) throw failure("keys-forged");
  own = { staffId: said.staff_id, name: said.name, ...pairs, index: keys.kdf(bytes.own(seed), "staff/index"), org: bytes.fromHex(given.organisation), root: bytes.fromBase64(given.rootKey) };
  return { staffId: said.staff_id, csrf: said.csrf, drafts: await taken() };
}

/** @param {any} said @param {any} secret from the passphrase */
const unwrapped = (said, secret) => staff.unwrap(secret, bytes.fromBase64(said.unlock_share), said.staff_id, bytes.fromBase64(said.wrapped));

/** The seed under the passkey that was used. @param {any} said @param {{credentialId: string, prf: Uint8Array}} shown */
async function unwrappedByPasskey(said, { credentialId, prf }) {
  const way = said.passkeys.find((/** @type {any} */ each) => each.credential_id === credentialId);
  if (!way) throw failure("passkey.no_keys");
  return staff.unwrapWithPasskey(bytes.own(prf), bytes.fromBase64(said.unlock_share), said.staff_id, bytes.fromBase64(way.wrapped));
}

/**
 * Signs in: sends a value derived from the passphrase, and opens the keys that come back. `assertion`, a passkey's word, may
 * stand in the code's place.
 * @param {any} given @param {(state: any) => void} progress
 */
export async function signIn(given, progress) {
  const { api, username, code, assertion } = given;
  const asked = await post(`${api}sign-in/salt`, { username });
  const secret = await master(given, asked.salt, progress);
  const auth = staff.auth(secret);
  const shown = { username, auth: bytes.base64(auth), code, passkey: assertion ?? null };
  progress({ doing: "signing-in", share: 1 });
  const said = await post(`${api}sign-in`, { ...shown, challenge: asked.work, work: work(asked.work, auth) }).catch(async (error) => {
    if (error.code !== "sign_in.work") throw error;
    const again = await post(`${api}sign-in/salt`, { username });
    return post(`${api}sign-in`, { ...shown, challenge: again.work, work: work(again.work, auth) });
  });
  manner.headers["X-CSRFToken"] = said.csrf;
  return open(said, await unwrapped(said, secret), given);
}

/** Signs in with a passkey alone, which opens the keys too. @param {any} given */
export async function signInWithPasskey(given) {
  const said = await post(`${given.api}sign-in/passkey`, { passkey: given.assertion });
  manner.headers["X-CSRFToken"] = said.csrf;
  return open(said, await unwrappedByPasskey(said, given), given);
}

/** What the server keeps of one's own keys. @param {string} api */
export const ownKeys = async (api) => (await call(`${api}unlock`)).json();

/** Opens the keys again in a page that was loaded anew. @param {any} given @param {(state: any) => void} progress */
export async function unlock(given, progress) {
  const said = await ownKeys(given.api);
  if (given.prf) return open(said, await unwrappedByPasskey(said, given), given);
  const secret = await master(given, said.salt, progress);
  progress({ doing: "opening-keys", share: 1 });
  return open(said, await unwrapped(said, secret), given);
}

/**
 * The seed itself, for wrapping it anew under another passphrase or a passkey: asked for with the passphrase, never kept.
 * @param {any} given @param {(state: any) => void} progress
 */
export async function seedAgain(given, progress) {
  const said = await ownKeys(given.api);
  const secret = await master(given, said.salt, progress);
  return { said, seed: bytes.own(await unwrapped(said, secret)), auth: staff.auth(secret) };
}

/** Drops the keys. What had been written and not sent is kept sealed to them. @param {Record<string, string>} [drafts] */
export async function lock(drafts = {}) {
  const before = own;
  own = null;
  if (!before || !Object.keys(drafts).length) return;
  kept = { staffId: before.staffId, parcel: await parcel.wrap(before.kem, bytes.own(before.org), drafts) };
}

/** What was kept by `lock`, if it is this person's. @returns {Promise<Record<string, string>>} */
async function taken() {
  const { staffId, kem, org } = person();
  const before = kept;
  kept = null;
  if (!before || before.staffId !== staffId) return {};
  return parcel.unwrap(before.parcel, kem, bytes.own(org));
}
