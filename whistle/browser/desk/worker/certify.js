/** Certifying: keys are compared with the words their owner read aloud, here; the server's word for whose they are counts for nothing. */

import { bytes, certificate, code } from "../../wbe1/index.js";
import { NetError, post } from "../../reporter/worker/net.js";
import { lists } from "./lists.js";
import { asked, root, seed } from "./root.js";

/** @typedef {import("./keys.js").Person} Person */

const LIFETIME = 180 * 24 * 3600;

/** @param {any} said @param {number} serial @param {any} pair @param {Person} me */
function issue(said, serial, pair, me) {
  const now = Math.floor(Date.now() / 1000);
  const [kemPub, sigPub, staffId] = [bytes.fromBase64(said.kem_pub), bytes.fromBase64(said.sig_pub), bytes.fromHex(said.ref)];
  const fields = { org: bytes.own(me.org), serial, role: said.role, notBefore: now, notAfter: now + LIFETIME, staffId, kemPub, sigPub };
  return certificate.issue(pair, fields);
}

/** Whether the root key certified exactly these keys, in this role, for this person before. @param {any} said @param {Person} me */
async function knownBefore(said, me) {
  if (!said.previous) return false;
  try {
    const read = await certificate.read(bytes.fromBase64(said.previous), bytes.own(me.root), bytes.own(me.org), null);
    const same = bytes.equal(read.kemPub, bytes.fromBase64(said.kem_pub)) && bytes.equal(read.sigPub, bytes.fromBase64(said.sig_pub));
    return same && bytes.hex(read.staffId) === said.ref && read.role === said.role;
  } catch {
    return false;
  }
}

/** @param {string} api @param {Uint8Array[]} made */
const send = (api, made) => post(`${api}certificates`, { certificates: made.map((each) => bytes.base64(each)) });

/** Certifies one person's keys if the words heard are the keys' own. @param {any} given @param {Person} me */
export async function certifyOne({ api, ref, heard, urls }, me) {
  const said = await asked(api);
  const one = said.waiting.find((/** @type {any} */ each) => each.ref === ref);
  if (!one) throw new NetError("people.answered");
  const words = certificate.keyWords(bytes.own(me.org), bytes.fromHex(ref), bytes.fromBase64(one.kem_pub), bytes.fromBase64(one.sig_pub));
  const spoken = code.parse(heard, await lists(urls));
  if (spoken.join() !== words.join()) throw new NetError("words-differ");
  await send(api, [await issue(one, said.serial, await root(api, me, said), me)]);
  return { n: 1 };
}

/** Renews what the root key certified before, all at once. @param {any} given @param {Person} me */
export async function certifyAgain({ api }, me) {
  const said = await asked(api);
  const pair = await root(api, me, said);
  const made = [];
  for (const each of said.waiting) {
    if (await knownBefore(each, me)) made.push(await issue(each, said.serial + made.length, pair, me));
  }
  if (!made.length) throw new NetError("people.answered");
  await send(api, made);
  return { n: made.length };
}

/** Seals the root key to another certified key custodian. @param {any} given @param {Person} me */
export async function giveRoot({ api, staffId }, me) {
  const said = await asked(api);
  const heir = said.custodians.find((/** @type {any} */ each) => each.staff_id === staffId);
  if (!heir) throw new NetError("root.person");
  const now = Math.floor(Date.now() / 1000);
  const read = await certificate.read(bytes.fromBase64(heir.certificate), bytes.own(me.root), bytes.own(me.org), now);
  if (read.role !== certificate.ROLE.KEY_CUSTODIAN || bytes.hex(read.staffId) !== staffId) throw new NetError("root.person");
  const sealed = await certificate.sealRoot(await seed(said, me), read.kemPub, bytes.own(me.org));
  await post(`${api}certificates/root`, { staff_id: staffId, sealed: bytes.base64(sealed) });
  return { name: heir.name };
}
