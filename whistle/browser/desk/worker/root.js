/** The organisation's root key, for as long as something is signed with it: sealed to this key custodian's own key. */

import { bytes, certificate, keys } from "../../wbe1/index.js";
import { NetError, call } from "../../reporter/worker/net.js";

/** @typedef {import("./keys.js").Person} Person */

/** What waits for a certificate, as the server says. @param {string} api */
export const asked = async (api) => (await call(`${api}certificates/waiting`)).json();

/** The root seed, or NetError("root.absent"). @param {any} said from `asked` @param {Person} me */
export async function seed(said, me) {
  if (!said.root) throw new NetError("root.absent");
  return certificate.openRoot(bytes.fromBase64(said.root), me.kem, bytes.own(me.org));
}

/**
 * The root key, if it is the one that this page, and with it every reporter's, was made with.
 * @param {string} api @param {Person} me @param {any} [said]
 */
export async function root(api, me, said) {
  const pair = await keys.SigPair.fromSeed(await seed(said ?? (await asked(api)), me));
  if (!bytes.equal(pair.public, bytes.own(me.root))) throw new NetError("keys-forged");
  return pair;
}
