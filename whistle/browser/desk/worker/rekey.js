/** After somebody left a case: a new key for each box that waits for one, sealed to those who hold the present key. */

import { bytes, certificate, item, keys, seal } from "../../wbe1/index.js";
import { recoveryKind } from "../../wbe1/recovery.js";
import { NetError, post } from "../../reporter/worker/net.js";
import { sealedTo } from "./give.js";
import { caseKeys, penOf } from "./seals.js";
import { sealed } from "./write.js";

/** @typedef {import("./keys.js").Person} Person */
/** @typedef {import("./seals.js").CaseKeys} CaseKeys */

/** The certificate of a key, in force now. @param {CaseKeys} found @param {string | null} keyId */
const known = ({ certified }, keyId) => certified.find((each) => bytes.hex(each.keyId) === keyId && each.inForce);

/** Whether nothing can be sealed to a holder any more; the server takes the case from them. @param {CaseKeys} found @param {any} holder */
const lapsed = (found, holder) => holder.holder === "staff" && !known(found, holder.key_id);

/** Whom the next key of a box is sealed to. A recovery key that was rotated gives place to the one on the signed roster. @param {CaseKeys} found @param {any} box @param {any} holder */
function next(found, box, holder) {
  if (holder.holder === "reporter") {
    const kemPub = bytes.fromBase64(box.kem_pub);
    return { kemPub, keyId: keys.keyId(kemPub) };
  }
  if (holder.holder === "recovery") {
    const kind = recoveryKind(found.roster, holder.key_id);
    const its = kind && known(found, found.roster.recovery?.[/** @type {"ordinary"} */ (kind)] ?? null);
    if (!its || its.role !== certificate.ROLE.RECOVERY) throw new NetError("keys-recovery");
    return its;
  }
  const its = known(found, holder.key_id);
  if (bytes.hex(its.staffId) !== holder.staff_id || its.role === certificate.ROLE.RECOVERY) throw new NetError("keys-forged");
  return its;
}

/** Refuses to seal to whom no holder gave the present key, and to whoever was to leave. @param {any} box @param {string} without a staff id */
function refuseGhosts(box, without) {
  for (const each of box.holders) {
    if (!box.given.has(each.key_id)) throw new NetError("keys-ghost");
    if (without && each.staff_id === without) throw new NetError("keys-stayed");
  }
}

/** What is sealed of a box's next key, and of earlier ones for a recovery key in another's place. @param {CaseKeys} found @param {any} box @param {{key: any, epoch: number}} made */
async function seals(found, box, made) {
  const all = [];
  for (const holder of box.holders.filter((/** @type {any} */ each) => !lapsed(found, each))) {
    const its = next(found, box, holder);
    const swapped = holder.holder === "recovery" && bytes.hex(its.keyId) !== holder.key_id;
    const whole = box.recovery_epochs.every((/** @type {number} */ epoch) => box.keys.has(epoch));
    const earlier = swapped && whole ? box.recovery_epochs.map((/** @type {number} */ epoch) => [epoch, box.keys.get(epoch)]) : [];
    all.push(...(await sealedTo(found.me, box.box_id, [...earlier, [made.epoch, made.key]], its)));
  }
  return all;
}

/**
 * Makes the new keys and says so in each box; returns whether anything was done. `without` is whoever just lost theirs.
 * @param {string} reference @param {string} api @param {Person} me @param {string} [without]
 */
export async function rekey(reference, api, me, without = "") {
  const found = await caseKeys(reference, api, me);
  if (!found.boxes.some((each) => each.rekey_due)) return false;
  const someone = found.boxes.some((each) => each.holders.some((/** @type {any} */ holder) => lapsed(found, holder)));
  const [boxes, items] = [[], /** @type {Record<string, unknown>} */ ({})];
  for (const each of found.boxes.filter((one) => one.rekey_due || someone)) {
    refuseGhosts(each, without);
    const made = { epoch: each.epoch + 1, key: seal.newBoxKey() };
    const sent = await seals(found, each, made);
    /** @type {any[]} */ (boxes).push({ box_id: each.box_id, seals: sent });
    const holders = sent.filter(({ epoch }) => epoch === made.epoch).map(({ key_id }) => key_id).sort();
    items[each.box_id] = await sealed(penOf(found, each, made), item.KIND.EVENT, { v: 1, event: "rekeyed", epoch: made.epoch, holders });
  }
  await post(`${api}cases/${reference}/rekey`, { boxes, items });
  return true;
}
