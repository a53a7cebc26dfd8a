/** Who rightly holds a box's key: those to whom a holder gave it. Whoever else the server names is a ghost. */

import { bytes, certificate, item, vouch } from "../../wbe1/index.js";

const { ROLE } = certificate;
const GIVES = new Set([ROLE.READER, ROLE.ALTERNATE, ROLE.ADVISER, ROLE.RECOVERY]);


/**
 * The ids of the keys to which somebody who held it gave the box's present key.
 * @param {any} said the box, with `vouches` @param {{org: Uint8Array}} place @param {any[]} givers certificates, old ones too @param {Map<number, string[]>} [announced]
 * @returns {Promise<Set<string>>}
 */
export async function given(said, { org }, givers, announced) {
  const signs = new Map(givers.filter((each) => GIVES.has(each.role)).map((each) => [bytes.hex(each.keyId), each.sigPub]));
  const vouches = said.vouches.map((/** @type {any} */ each) => ({ epoch: each.epoch, keyId: bytes.fromHex(each.key_id), octets: bytes.fromBase64(each.vouch) }));
  const found = await vouch.holders(bytes.own(org), bytes.fromHex(said.box_id), bytes.fromBase64(said.sig_pub), vouches, signs, announced);
  return found.get(said.epoch) ?? new Set();
}

/** To which keys the present epoch was sealed, as its maker signed it in the box; null for the first. @param {any[]} rows opened @param {number} epoch @returns {string[] | null} */
export function announced(rows, epoch) {
  const told = rows.find((row) => row.kind === item.KIND.EVENT && row.content?.event === "rekeyed" && Number(row.content.epoch) === epoch);
  return Array.isArray(told?.content.holders) ? told.content.holders.map(String) : null;
}
