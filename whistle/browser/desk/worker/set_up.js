/** The first root key and the two recovery keys: made here, split on paper, and gone from memory when the set-up has begun. */

import { bytes, certificate, keys, sheets } from "../../wbe1/index.js";
import { NetError, post } from "../../reporter/worker/net.js";
import { canonical } from "./roster.js";

/** @typedef {import("./keys.js").Person} Person */

const LIFETIME = 180 * 24 * 3600;
const KEYS = /** @type {const} */ (["ordinary", "alternate", "root"]);

/** @type {Record<string, Uint8Array> | null} */ let seeds = null;

/** Forgets keys that were made and never used: whoever closes their own begins anew. */
export const forget = () => void (seeds = null);

/** Makes the keys and returns their sheets by key: texts to print, never to send. @param {any} given */
export async function makeRoot({ threshold, count, wordsUrl }) {
  const answer = await fetch(wordsUrl, { credentials: "omit" });
  if (!answer.ok) throw new NetError("network");
  const list = await answer.json();
  seeds = Object.fromEntries(KEYS.map((name) => [name, bytes.random(32)]));
  /** @type {Record<string, string[]>} */
  const made = {};
  for (const name of KEYS) made[name] = await sheets.split(bytes.own(seeds[name]), threshold, count, list);
  const root = await keys.SigPair.fromSeed(bytes.own(seeds.root));
  return { sheets: made, fingerprint: bytes.hex(certificate.fingerprint(root.public)), list };
}

/** Certifies the recovery keys and this custodian, and has the organisation begin. @param {any} given @param {Person} me */
export async function begin({ api, subjects }, me) {
  if (!seeds) throw new NetError("root.absent");
  const root = await keys.SigPair.fromSeed(bytes.own(seeds.root));
  const [now, org] = [Math.floor(Date.now() / 1000), bytes.own(me.org)];
  const { ROLE } = certificate;
  /** @type {{role: number, staffId: any, kemPub: any, sigPub: any}[]} */
  const held = [{ role: ROLE.KEY_CUSTODIAN, staffId: bytes.fromHex(me.staffId), kemPub: me.kem.public, sigPub: me.sig.public }];
  /** @type {Record<string, string>} */ const recovery = {};
  for (const name of ["ordinary", "alternate"]) {
    const kem = await keys.KemPair.fromSeed(bytes.own(seeds[name]));
    const { sig } = await keys.staffKeys(bytes.own(seeds[name]));
    recovery[name] = bytes.hex(keys.keyId(kem.public));
    held.unshift({ role: ROLE.RECOVERY, staffId: bytes.random(16), kemPub: kem.public, sigPub: sig.public });
  }
  const made = [];
  for (const [at, each] of held.entries()) {
    made.push(await certificate.issue(root, { org, serial: at + 1, notBefore: now, notAfter: now + LIFETIME, ...each }));
  }
  const sealed = await certificate.sealRoot(bytes.own(seeds.root), me.kem.public, org);
  // Certificates do not say which recovery key is which, and only this browser knows: the root key signs it now.
  const document = bytes.utf8(canonical({ v: 1, org: bytes.hex(org), version: 0, quorum: 2, readers: [], alternates: [], recovery, subjects }));
  const roster = { document: bytes.base64(document), signature: bytes.base64(await certificate.signRoster(root, org, document)) };
  const sent = { public: bytes.base64(root.public), certificates: made.map((one) => bytes.base64(one)), sealed: bytes.base64(sealed), roster };
  await post(`${api}set-up/root`, sent);
  seeds = null;
}
