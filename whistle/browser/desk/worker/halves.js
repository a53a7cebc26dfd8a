/** Halves of the keys to reporters' names go to colleagues of the same kind, so that no name is lost with a person. */

import { box, bytes, certificate, seal } from "../../wbe1/index.js";
import { given } from "../../reporter/worker/holders.js";
import { call, post } from "../../reporter/worker/net.js";
import { certificates } from "./checks.js";

const { ROLE } = certificate;
const EPOCH = 1;
const CUSTODIAN = "a";
/** @type {Record<string, number[]>} a custodian's half, a leader's */
const KINDS = { [CUSTODIAN]: [ROLE.IDENTITY_CUSTODIAN], b: [ROLE.READER, ROLE.ALTERNATE] };

/** @typedef {import("./keys.js").Person} Person */

/** Whose key a half is sealed to: certified for it now, and for a leader's half a rightful holder of the mailbox. @param {any} wire @param {Person} me */
async function colleague(wire, me) {
  const now = Math.floor(Date.now() / 1000);
  const read = await certificate.read(bytes.fromBase64(wire.certificate), bytes.own(me.root), bytes.own(me.org), now);
  if (bytes.hex(read.staffId) !== wire.staff_id || !KINDS[wire.half].includes(read.role)) return null;
  if (wire.half === CUSTODIAN) return read;
  const rightly = await given(wire, me, await certificates(wire.givers, me, []));
  return rightly.has(bytes.hex(read.keyId)) ? read : null;
}

/** Passes on what this person holds and colleagues of the same kind lack. @param {string} api @param {Person} me */
export async function passOn(api, me) {
  const org = bytes.own(me.org);
  for (const wire of await (await call(`${api}identity/halves`)).json()) {
    const its = await colleague(wire, me).catch(() => null);
    if (!its) continue;
    const id = box.identityId(bytes.fromHex(wire.box_id));
    const half = await seal.open(bytes.fromBase64(wire.sealed), me.kem, org, id, EPOCH);
    const sealed = bytes.base64(await seal.seal(half, its.kemPub, org, id, EPOCH));
    await post(`${api}identity/halves`, { box_id: wire.box_id, half: wire.half, staff_id: wire.staff_id, sealed });
  }
}
