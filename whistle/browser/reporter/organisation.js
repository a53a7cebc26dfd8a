/** Who may get a key: the organisation's card, believed only as far as the root key in the page vouches for it. */

import * as bytes from "../wbe1/bytes.js";
import * as certificate from "../wbe1/certificate.js";
import { call } from "./worker/net.js";

/** @typedef {{api: string, rootKey: string, organisation: string}} Place */

/** @param {any[]} raw @param {Uint8Array} root @param {Uint8Array} org @param {number | null} at */
export async function readable(raw, root, org, at) {
  const found = [];
  for (const each of raw) {
    try {
      found.push(await certificate.read(bytes.fromBase64(each), bytes.own(root), bytes.own(org), at));
    } catch {
      // not vouched for now: as if it were not there
    }
  }
  return found;
}

/**
 * The verified card: roster without those who lack a valid certificate, and each certificate by key id.
 * Throws "card.forged" when the roster is not signed by the root key, "card.nobody" when no recovery key is valid.
 * @param {Place} place
 */
export async function organisationCard({ api, rootKey, organisation }) {
  const said = await (await call(`${api}org.json`, { cache: "no-cache" })).json();
  const [root, org] = [bytes.fromBase64(rootKey), bytes.fromHex(organisation)];
  if (said.org !== organisation || said.root_key !== rootKey) throw forged();
  let roster;
  try {
    roster = await certificate.readRoster(bytes.fromBase64(said.roster.document), bytes.fromBase64(said.roster.signature), root, org);
  } catch (error) {
    throw forged(error);
  }
  const valid = await readable(said.certificates, root, org, Math.floor(Date.now() / 1000));
  const byKey = new Map(valid.map((each) => [bytes.hex(each.keyId), each]));
  const holds = (/** @type {any} */ person, /** @type {number[]} */ roles) => {
    const its = byKey.get(person.key_id);
    return its !== undefined && roles.includes(its.role) && bytes.hex(its.staffId) === person.staff_id;
  };
  const { READER, ALTERNATE, IDENTITY_CUSTODIAN, RECOVERY } = certificate.ROLE;
  const readers = roster.readers.filter((person) => holds(person, [READER, ALTERNATE]));
  const alternates = roster.alternates.filter((person) => holds(person, [ALTERNATE]));
  const custodians = (roster.custodians ?? []).filter((person) => holds(person, [IDENTITY_CUSTODIAN]));
  const uncertified = roster.readers.filter((person) => !readers.includes(person));
  const recovery = Object.values(roster.recovery ?? {}).every((id) => byKey.get(id)?.role === RECOVERY);
  if (!recovery) throw Object.assign(new Error("card.nobody"), { code: "card.nobody" });
  return { root, org, byKey, limits: said.limits, logs: said.logs, roster: { ...roster, readers, alternates, custodians }, uncertified };
}

/** @param {unknown} [cause] */
const forged = (cause) => Object.assign(new Error("card.forged", { cause }), { code: "card.forged" });
