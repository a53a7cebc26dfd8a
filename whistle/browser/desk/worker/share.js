/** Giving a colleague the keys of a case: their certificate is checked here, and each key sealed to them here. */

import { bytes, item } from "../../wbe1/index.js";
import { NetError, call, post } from "../../reporter/worker/net.js";
import { sealedTo } from "./give.js";
import { recipient, standing } from "./seals.js";
import { pen, sealed } from "./write.js";

/** @typedef {import("./opened.js").Opened} Opened */

/** @param {Opened} opened */
const asked = async (opened) => (await call(`${opened.api}cases/${opened.reference}/candidates`)).json();

/** The colleagues who may get a key, each with whether their certificate holds. @param {Opened} opened */
export async function candidates(opened) {
  const found = [];
  for (const said of await asked(opened)) {
    found.push({ staffId: said.staff_id, name: said.name, title: said.title, ...(await standing(said, opened.me)) });
  }
  return found;
}

/** Seals every box, every epoch, to a colleague, and tells the room; `until` a date for advisers. @param {Opened} opened @param {string} staffId @param {string} [until] */
export async function share(opened, staffId, until) {
  const said = (await asked(opened)).find((/** @type {any} */ each) => each.staff_id === staffId);
  if (!said) throw new NetError("grant.person");
  const its = await recipient(said, opened.me);
  if (opened.boxes.length !== opened.said.boxes.length) throw new NetError("grant.seals");
  const boxes = [];
  for (const each of opened.boxes) boxes.push({ box_id: each.box_id, seals: await sealedTo(opened.me, each.box_id, each.keys, its) });
  const room = opened.box("room");
  const told = { v: 1, event: "granted", staff_id: staffId, key_id: bytes.hex(its.keyId) };
  const announced = room ? await sealed(pen(opened, room), item.KIND.EVENT, told) : null;
  await post(`${opened.api}cases/${opened.reference}/share`, { staff_id: staffId, until: until || null, boxes, item: announced });
  return { name: said.name };
}
