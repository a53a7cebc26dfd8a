/** Something for oneself, sealed to one's own key, while that key is forgotten. It never leaves the memory of a page. */

import * as bytes from "./bytes.js";
import * as item from "./item.js";
import * as seal from "./seal.js";

/** @typedef {{boxId: any, itemId: any, sealed: any, header: any, body: any}} Parcel */

/** @param {any} org @param {any} boxId @param {any} itemId */
const place = (org, boxId, itemId) => new item.Context({ kind: item.KIND.NOTE, org, boxId, epoch: 1, itemId, role: item.AUTHOR.OFFICER, seq: 1 });

/** @param {any} kem whose key it is @param {any} org @param {unknown} content @returns {Promise<Parcel>} */
export async function wrap(kem, org, content) {
  const [boxKey, boxId, itemId] = [seal.newBoxKey(), bytes.random(16), bytes.random(16)];
  const sealed = await seal.seal(boxKey, kem.public, org, boxId, 1);
  return { boxId, itemId, sealed, ...(await item.sealItem(boxKey, place(org, boxId, itemId), bytes.utf8(JSON.stringify(content)))) };
}

/** What was wrapped; an error for anybody else's key. @param {Parcel} parcel @param {any} kem @param {any} org @returns {Promise<any>} */
export async function unwrap({ boxId, itemId, sealed, header, body }, kem, org) {
  const boxKey = await seal.open(sealed, kem, org, boxId, 1);
  return JSON.parse(bytes.fromUtf8(await item.openItem(boxKey, place(org, boxId, itemId), header, body)));
}
