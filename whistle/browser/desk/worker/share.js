/** Giving a colleague the keys of a case: their certificate is checked here, and each key sealed to them here. */

import { bytes, certificate, item, seal } from "../../wbe1/index.js";
import { NetError, call, post } from "../../reporter/worker/net.js";
import { READS } from "./checks.js";
import { pen, sealed } from "./write.js";

/** @typedef {import("./opened.js").Opened} Opened */

/** The certificate, if it is in force and this person's. @param {Opened} opened @param {any} said */
async function verified(opened, said) {
  const { root, org } = opened.me;
  try {
    const read = await certificate.read(bytes.fromBase64(said.certificate), bytes.own(root), bytes.own(org), Math.floor(Date.now() / 1000));
    return READS.has(read.role) && bytes.hex(read.staffId) === said.staff_id ? read : null;
  } catch {
    return null;
  }
}

/** @param {Opened} opened */
const asked = async (opened) => (await call(`${opened.api}cases/${opened.reference}/candidates`)).json();

/** The colleagues who may get a key, each with whether their certificate holds. @param {Opened} opened */
export async function candidates(opened) {
  const found = [];
  for (const said of await asked(opened)) {
    const its = await verified(opened, said);
    found.push({ staffId: said.staff_id, name: said.name, title: said.title, validTo: its ? its.notAfter : null });
  }
  return found;
}

/** Seals every box, every epoch, to a colleague, and tells the room. @param {Opened} opened @param {string} staffId */
export async function share(opened, staffId) {
  const said = (await asked(opened)).find((/** @type {any} */ each) => each.staff_id === staffId);
  const its = said && (await verified(opened, said));
  if (!its) throw new NetError("grant.person");
  if (opened.boxes.length !== opened.said.boxes.length) throw new NetError("grant.seals");
  const boxes = [];
  for (const each of opened.boxes) {
    const seals = [];
    for (const [epoch, key] of each.keys) {
      const octets = await seal.seal(bytes.own(key), its.kemPub, bytes.own(opened.me.org), bytes.fromHex(each.box_id), epoch);
      seals.push({ key_id: bytes.hex(its.keyId), epoch, sealed: bytes.base64(octets) });
    }
    boxes.push({ box_id: each.box_id, seals });
  }
  const room = opened.box("room");
  const told = { v: 1, event: "granted", staff_id: staffId, key_id: bytes.hex(its.keyId) };
  const announced = room ? await sealed(pen(opened, room), item.KIND.EVENT, told) : null;
  await post(`${opened.api}cases/${opened.reference}/share`, { staff_id: staffId, boxes, item: announced });
  return { name: said.name };
}
