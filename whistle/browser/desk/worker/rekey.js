/** After somebody left a case: a new key for each box that waits for one, sealed to those who hold the present key. */

import { bytes, item, keys, seal } from "../../wbe1/index.js";
import { post } from "../../reporter/worker/net.js";
import { pen, sealed } from "./write.js";

/** @typedef {import("./opened.js").Opened} Opened */

/** The public key of a holder: the reporter's from the box's own name, anybody else's from a certificate in force. @param {Opened} opened @param {any} box @param {any} holder */
function publicOf(opened, box, holder) {
  if (holder.holder === "reporter") return bytes.fromBase64(box.kem_pub);
  return opened.certified.find((each) => bytes.hex(each.keyId) === holder.key_id && each.inForce)?.kemPub;
}

/**
 * Makes the new keys and says so in each box; returns whether anything was done. Nothing is done in a box where a holder
 * could not be verified: a key is never sealed to somebody nobody vouches for.
 * @param {Opened} opened
 */
export async function rekey(opened) {
  const due = opened.boxes.filter((each) => each.rekey_due);
  const publics = new Map(due.map((each) => [each, each.holders.map((/** @type {any} */ holder) => holder.verified && publicOf(opened, each, holder))]));
  const sure = opened.said.boxes.filter((/** @type {any} */ each) => each.rekey_due).length === due.length;
  if (!due.length || !sure || [...publics.values()].flat().some((key) => !key)) return false;
  const org = bytes.own(opened.me.org);
  const [boxes, items] = [[], /** @type {Record<string, unknown>} */ ({})];
  for (const each of due) {
    const [epoch, key] = [each.epoch + 1, seal.newBoxKey()];
    const seals = [];
    for (const to of publics.get(each)) {
      const octets = await seal.seal(key, to, org, bytes.fromHex(each.box_id), epoch);
      seals.push({ key_id: bytes.hex(keys.keyId(to)), epoch, sealed: bytes.base64(octets) });
    }
    /** @type {any[]} */ (boxes).push({ box_id: each.box_id, seals });
    const with_ = { ...pen(opened, each), boxKey: key, epoch };
    items[each.box_id] = await sealed(with_, item.KIND.EVENT, { v: 1, event: "rekeyed", epoch });
  }
  await post(`${opened.api}cases/${opened.reference}/rekey`, { boxes, items });
  return true;
}
