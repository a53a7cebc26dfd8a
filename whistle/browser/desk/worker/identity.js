/**
 * A reporter's name, sealed apart: one of the leaders asks, a custodian agrees, and each puts their half of the key to it.
 * A request has a key of its own, sealed to the one who asks and to the custodians; reason and half travel under it.
 */

import { box, bytes, certificate, item, keys, seal, signed } from "../../wbe1/index.js";
import { NetError, call, post } from "../../reporter/worker/net.js";
import { pen, sealed } from "./write.js";

const { KIND, AUTHOR } = item;
const EPOCH = 1;
const [ASKED, ANSWERED] = [1, 2]; // places in the request's sequence

/** @typedef {import("./opened.js").Opened} Opened */
/** @typedef {import("./keys.js").Person} Person */

/** @param {Person} me @param {any} ref @param {number} seq */
const place = (me, ref, seq) => new item.Context({ kind: KIND.NOTE, org: bytes.own(me.org), boxId: ref, epoch: EPOCH, itemId: ref, role: AUTHOR.OFFICER, seq });

/** @param {Person} me @param {any} ref @param {any} key @param {number} seq @param {Record<string, unknown>} content */
async function closed(me, ref, key, seq, content) {
  const ctx = place(me, ref, seq);
  const said = await signed.sign(ctx, bytes.utf8(JSON.stringify({ v: 1, ...content })), signed.FIRST, me.sig);
  const { header, body } = await item.sealItem(key, ctx, said);
  return { header: bytes.base64(header), body: bytes.base64(body) };
}

/** What one person wrote under a request's key; refused unless the root key vouches for them. @param {Person} me @param {any} wire @param {{header: string, body: string, who: string, raw: string[]}} from @param {number} seq */
async function open(me, wire, { header, body, who, raw }, seq) {
  const ref = bytes.fromHex(wire.ref);
  const key = await seal.open(bytes.fromBase64(wire.key), me.kem, bytes.own(me.org), ref, EPOCH);
  const content = await item.openItem(key, place(me, ref, seq), bytes.fromBase64(header), bytes.fromBase64(body));
  for (const each of raw) {
    const read = await certificate.read(bytes.fromBase64(each), bytes.own(me.root), bytes.own(me.org), null);
    if (bytes.hex(read.staffId) !== who) continue;
    const said = await signed.read(place(me, ref, seq), content, read.sigPub).catch(() => null);
    if (said) return { key, said: JSON.parse(bytes.fromUtf8(said.body)) };
  }
  throw new NetError("identity.forged");
}

/** @param {Person} me @param {any} each */
async function custodian(me, each) {
  const read = await certificate.read(bytes.fromBase64(each.certificate), bytes.own(me.root), bytes.own(me.org), Math.floor(Date.now() / 1000));
  if (read.role !== certificate.ROLE.IDENTITY_CUSTODIAN || bytes.hex(read.staffId) !== each.staff_id) throw new NetError("identity.forged");
  return read.kemPub;
}

/** Asks, and tells the reporter in the same sending. @param {Opened} opened @param {{ground: string, reason: string, told: string, mailbox: string}} given whose name, where several people reported */
export async function askName(opened, { ground, reason, told, mailbox: which }) {
  const { me, api, reference } = opened;
  const named = opened.boxes.find((each) => each.kind === "mailbox" && (!which || each.box_id === which) && each.rows.some((/** @type {any} */ row) => row.content?.answers?.who === "named"));
  const wanted = await (await call(`${api}cases/${reference}/identity?box_id=${named?.box_id ?? ""}`)).json();
  const mailbox = opened.boxes.find((each) => each.box_id === wanted.box_id);
  if (!mailbox) throw new NetError("box.wrong");
  const [ref, key] = [bytes.random(16), seal.newBoxKey()];
  const publics = [me.kem.public];
  for (const each of wanted.custodians) publics.push(await custodian(me, each));
  const handed = [];
  for (const each of publics) {
    const octets = await seal.seal(key, each, bytes.own(me.org), ref, EPOCH);
    handed.push({ key_id: bytes.hex(keys.keyId(each)), epoch: EPOCH, sealed: bytes.base64(octets) });
  }
  const letter = await sealed(pen(opened, mailbox), KIND.MESSAGE, { v: 1, type: "unsealing", ground, text: told, files: [], about: [] });
  const why = await closed(me, ref, key, ASKED, { text: reason, ground, box: wanted.box_id });
  return post(`${api}cases/${reference}/identity`, { ref: bytes.hex(ref), box_id: wanted.box_id, ground, items: [letter], reason: why, keys: handed });
}

/** Why somebody asks, as a custodian reads it. @param {{api: string, ref: string}} given @param {Person} me */
export async function whyAsked({ api, ref }, me) {
  const wire = await (await call(`${api}identity/${ref}`)).json();
  const { said } = await open(me, wire, { header: wire.reason_header, body: wire.reason_body, who: wire.asker, raw: wire.certificates }, ASKED);
  if (said.ground !== wire.ground || said.box !== wire.box_id) throw new NetError("identity.forged");
  return { text: String(said.text) };
}

/** Gives the custodian's half to the one who asked, or refuses. @param {{api: string, ref: string, agree: boolean}} given @param {Person} me */
export async function answerName({ api, ref, agree }, me) {
  if (!agree) return post(`${api}identity/${ref}`, { agree });
  const wire = await (await call(`${api}identity/${ref}`)).json();
  const { key } = await open(me, wire, { header: wire.reason_header, body: wire.reason_body, who: wire.asker, raw: wire.certificates }, ASKED);
  const half = await seal.open(bytes.fromBase64(wire.half), me.kem, bytes.own(me.org), box.identityId(bytes.fromHex(wire.box_id)), EPOCH);
  return post(`${api}identity/${ref}`, { agree, half: await closed(me, bytes.fromHex(ref), key, ANSWERED, { half: bytes.base64(half) }) });
}

/** The name: both halves together, and the reporter's own signature under it. @param {Opened} opened @param {{ref: string}} given */
export async function openName(opened, { ref }) {
  const { me, api, reference } = opened;
  const wire = await (await call(`${api}cases/${reference}/identity/${ref}`)).json();
  const mailbox = opened.boxes.find((each) => each.box_id === wire.box_id);
  if (!mailbox) throw new NetError("box.wrong");
  const org = bytes.own(me.org);
  const id = box.identityId(bytes.fromHex(wire.box_id));
  const { said } = await open(me, wire, { header: wire.other_header, body: wire.other_body, who: wire.custodian, raw: wire.custodians }, ANSWERED);
  const own = await seal.open(bytes.fromBase64(wire.half), me.kem, org, id, EPOCH);
  const ctx = new item.Context({ kind: KIND.MESSAGE, org, boxId: id, epoch: EPOCH, itemId: id, role: AUTHOR.REPORTER, seq: 1 });
  const content = await item.openItem(seal.join(own, bytes.fromBase64(said.half)), ctx, bytes.fromBase64(wire.header), bytes.fromBase64(wire.body));
  const { name, contact } = JSON.parse(bytes.fromUtf8((await signed.read(ctx, content, bytes.fromBase64(mailbox.sig_pub))).body));
  return { name: String(name), contact: String(contact) };
}
