/** A leaver's cases go to a newcomer, one case at a time; and a newcomer's browser opens what was sealed to it. */

import { NetError, call, post } from "../../reporter/worker/net.js";
import { passOn } from "./halves.js";
import { rekey } from "./rekey.js";
import { allSealedTo, announced, caseKeys, recipient, standing } from "./seals.js";

/** @typedef {import("./keys.js").Person} Person */

/** Who could take the leaver's place, in every one of these cases. @param {{references: string[], api: string}} given @param {Person} me */
export async function newcomers({ references, api }, me) {
  /** @type {Map<string, any>} */ const found = new Map();
  for (const reference of references) {
    for (const said of await (await call(`${api}cases/${reference}/candidates`)).json()) {
      const its = found.get(said.staff_id) ?? { staffId: said.staff_id, name: said.name, title: said.title, cases: 0, ...(await standing(said, me)) };
      found.set(said.staff_id, { ...its, cases: its.cases + 1 });
    }
  }
  return [...found.values()].sort((one, other) => other.cases - one.cases || one.name.localeCompare(other.name));
}

/** @param {string} reference @param {{leaver: string, newcomer: string, api: string}} given @param {Person} me */
async function one(reference, { leaver, newcomer, api }, me) {
  const found = await caseKeys(reference, api, me);
  const said = found.said.candidates.find((/** @type {any} */ each) => each.staff_id === newcomer);
  if (!said) throw new NetError("grant.person");
  const its = await recipient(said, me);
  const sent = { leaver, newcomer, boxes: await allSealedTo(found, its), item: await announced(found, newcomer, its) };
  await post(`${api}cases/${reference}/hand-over`, sent);
}

/**
 * Hands over each case; one that cannot be is named with why, and the rest go on. Begun again, it does what is left.
 * @param {{references: string[], leaver: string, newcomer: string, api: string}} given @param {Person} me @param {(state: any) => void} progress
 */
export async function handOver(given, me, progress) {
  const done = { moved: /** @type {string[]} */ ([]), refused: /** @type {{reference: string, code: string}[]} */ ([]) };
  for (const [at, reference] of given.references.entries()) {
    progress({ at, of: given.references.length, reference });
    try {
      // A box that waits for a new key takes no announcement before it has one.
      await rekey(reference, given.api, me).catch(() => false);
      await one(reference, given, me);
      done.moved.push(reference);
    } catch (error) {
      if (/** @type {any} */ (error).code === "network") throw error;
      done.refused.push({ reference, code: /** @type {any} */ (error).code ?? "here" });
    }
  }
  await passOn(given.api, me).catch(() => {}); // before the leaver's halves go
  return done;
}

/**
 * Opens every key a colleague has sealed to this person, and makes the new keys that follow. What does not open is given
 * back by `caseKeys`. Halves of names' keys that colleagues lack are passed on. Quiet: what fails now is tried at the next unlock.
 * @param {string} api @param {Person} me
 */
export async function settle(api, me) {
  const done = { taken: 0, noise: 0 };
  for (const reference of await (await call(`${api}keys/unproven`)).json()) {
    try {
      await caseKeys(reference, api, me);
      done.taken += 1;
      await rekey(reference, api, me);
    } catch (error) {
      done.noise += Number(/** @type {any} */ (error).code === "keys-noise");
    }
  }
  await passOn(api, me).catch(() => {});
  return done;
}
