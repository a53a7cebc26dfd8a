/** A reporter's name, sealed apart from the report: two people must agree before it can be opened. */

import { box, bytes, item, keys, seal, signed } from "../../wbe1/index.js";

const EPOCH = 1;

/**
 * The name under a key of its own, half of it for the custodians and half for the leaders. Without a name the same is
 * made around nothing, so that nobody can tell from outside whether a reporter gave one. null where nobody could keep it.
 * @param {any} report {own, boxId, card} @param {{custodians: string[], leaders: string[]}} holders @param {{name: string, contact: string} | null} name
 */
export async function sealedName({ own, boxId, card }, { custodians, leaders }, name) {
  if (!custodians.length || !leaders.length) return null;
  const id = box.identityId(boxId);
  const key = seal.newBoxKey();
  const ctx = new item.Context({ kind: item.KIND.MESSAGE, org: card.org, boxId: id, epoch: EPOCH, itemId: id, role: item.AUTHOR.REPORTER, seq: 1 });
  const content = { v: 1, type: name ? "identity" : "none", name: name?.name ?? "", contact: name?.contact ?? "" };
  const written = await signed.sign(ctx, bytes.utf8(JSON.stringify(content)), signed.FIRST, own.sig);
  const { header, body } = await item.sealItem(key, ctx, written);
  const [a, b] = seal.split(key);
  const halves = [...(await sealedHalves("a", a, custodians, card, id)), ...(await sealedHalves("b", b, leaders, card, id))];
  return { header: bytes.base64(header), body: bytes.base64(body), halves };
}

/** @param {string} half @param {any} key @param {string[]} ids @param {any} card @param {any} id */
async function sealedHalves(half, key, ids, { roster, byKey, org }, id) {
  const people = [...roster.readers, ...roster.alternates, ...(roster.custodians ?? [])];
  const made = [];
  for (const staffId of ids) {
    const its = byKey.get(people.find((person) => person.staff_id === staffId).key_id);
    const sealed = await seal.seal(key, its.kemPub, org, id, EPOCH);
    made.push({ half, key_id: bytes.hex(keys.keyId(its.kemPub)), sealed: bytes.base64(sealed) });
  }
  return made;
}
