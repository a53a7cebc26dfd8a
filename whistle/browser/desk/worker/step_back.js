/**
 * The last one with a key who is not impartial: every box is sealed to the alternate recipients before this person's own
 * seals are put away. Nothing is opened for anybody to read; the case's items are never fetched.
 */

import { NetError, post } from "../../reporter/worker/net.js";
import { allSealedTo, caseKeys, recipient } from "./seals.js";

/** @typedef {import("./keys.js").Person} Person */

/** Every box, sealed to each alternate recipient on the signed list. @param {{reference: string, api: string}} given @param {Person} me */
export async function toAlternates({ reference, api }, me) {
  const found = await caseKeys(reference, api, me);
  const listed = new Set(found.roster.alternates.map((/** @type {any} */ each) => each.staff_id));
  const given = [];
  /** @type {any} */ let refused = new NetError("grant.person");
  for (const each of found.said.alternates) {
    if (!listed.has(each.staff_id)) continue;
    try {
      given.push({ staff_id: each.staff_id, boxes: await allSealedTo(found, await recipient(each, me)) });
    } catch (error) {
      refused = error;
    }
  }
  if (!given.length && found.said.alternates.length) throw refused;
  return given;
}

/** @param {{reference: string, api: string, answer: string}} given @param {Person} me */
export async function stepBack({ reference, api, answer }, me) {
  const given = await toAlternates({ reference, api }, me);
  // Without an alternate the case is locked all the same, and waits for one by recovery.
  await post(`${api}cases/${reference}/declare`, { answer, alternates: given, lock: !given.length });
  return { offered: given.length };
}
