/** Writing as a colleague: files and text sealed and signed here, chained to what was seen, and sent. */

import { box, bytes, item, seal, signed } from "../../wbe1/index.js";
import { NetError, call, passing, post } from "../../reporter/worker/net.js";
import { upload } from "../../reporter/worker/upload.js";
import { sealedTo } from "./give.js";

const { KIND, AUTHOR } = item;
const FIRST_EPOCH = 1;

/** @typedef {import("./opened.js").Opened} Opened */
/** @typedef {{org: Uint8Array, boxId: Uint8Array, boxKey: Uint8Array, epoch: number, sig: any, seq: number, prev: Uint8Array, api: string}} Pen */

/** @param {Opened} opened @param {any} into a box of the case @returns {Pen} */
export function pen(opened, into) {
  const { org, sig } = opened.me;
  return { org, sig, api: opened.api, boxId: bytes.fromHex(into.box_id), boxKey: into.keys.get(into.epoch), epoch: into.epoch, ...opened.next(into) };
}

/** The wire's form of a new item; the pen moves on. @param {Pen} with_ @param {number} kind @param {Uint8Array} itemId @param {any} sealed */
function wire(with_, kind, itemId, { header, hash, body = null, uploaded = null }) {
  const made = { item_id: bytes.hex(itemId), kind, epoch: with_.epoch, role: AUTHOR.OFFICER, seq: with_.seq, header: bytes.base64(header), body: body && bytes.base64(body), upload: uploaded };
  with_.seq += 1;
  with_.prev = hash;
  return made;
}

/** @param {Pen} with_ @param {number} kind @param {Uint8Array} itemId */
const place = ({ org, boxId, epoch, seq }, kind, itemId) => ({ kind, org: bytes.own(org), boxId: bytes.own(boxId), epoch, itemId: bytes.own(itemId), role: AUTHOR.OFFICER, seq });

/** Signs and seals one text. @param {Pen} with_ @param {number} kind @param {unknown} content */
export async function sealed(with_, kind, content) {
  const itemId = bytes.random(16);
  const ctx = new item.Context(place(with_, kind, itemId));
  const said = await signed.sign(ctx, bytes.utf8(JSON.stringify(content)), bytes.own(with_.prev), with_.sig);
  const { header, body } = await item.sealItem(bytes.own(with_.boxKey), ctx, said);
  return wire(with_, kind, itemId, { header, body, hash: item.itemHash(ctx, header, body) });
}

/** Seals and uploads the files; returns their items, and the ids of their descriptions. @param {Pen} with_ @param {File[]} files @param {(state: any) => void} progress */
export async function attached(with_, files, progress) {
  const items = [];
  const described = [];
  for (const file of files) {
    const itemId = bytes.random(16);
    const way = { signal: new AbortController().signal, progress: (/** @type {any} */ state) => progress({ doing: "file", name: file.name, ...state }) };
    const sent = await upload(with_.api, with_.boxKey, place(with_, KIND.ATTACHMENT, itemId), file, way);
    items.push(wire(with_, KIND.ATTACHMENT, itemId, { header: sent.header, hash: sent.itemHash, uploaded: sent.upload }));
    const type = file.type || "application/octet-stream";
    items.push(await sealed(with_, KIND.DESCRIPTION, { v: 1, file: bytes.hex(itemId), name: file.name, type, size: file.size, sha256: bytes.hex(sent.sha256) }));
    described.push(items[items.length - 1].item_id);
  }
  return { items, described };
}

/** Sends items; a lost answer is looked up before it counts as a failure. @param {Opened} opened @param {string} path @param {any} body */
export async function send(opened, path, body) {
  const url = `${opened.api}cases/${opened.reference}/`;
  try {
    await post(url + path, body);
  } catch (error) {
    if (!passing(error)) throw error;
    const said = await (await call(`${url}sealed`)).json();
    const last = body.items[body.items.length - 1].item_id;
    const arrived = said.boxes.some((/** @type {any} */ each) => each.items.some((/** @type {any} */ one) => one.item_id === last));
    if (!arrived) throw error;
  }
}

/** Writes to the reporter: `mode` is acknowledge, answer, feedback or extend. @param {Opened} opened @param {any} given @param {(state: any) => void} progress */
export async function write(opened, { mode, text, files, mailbox: which }, progress) {
  const boxes = opened.boxes.filter((each) => each.kind === "mailbox");
  const mailbox = which || boxes.length > 1 ? boxes.find((each) => each.box_id === which) : boxes[0]; // never a guess whose it is
  if (!mailbox) throw new NetError("box.wrong");
  const with_ = pen(opened, mailbox);
  const { items, described } = await attached(with_, files, progress);
  progress({ doing: "text" });
  const type = { acknowledge: "acknowledgement", feedback: "feedback", extend: "extension" }[/** @type {"acknowledge"} */ (mode)] ?? "answer";
  items.push(await sealed(with_, KIND.MESSAGE, { v: 1, type, text, files: described, about: [] }));
  await send(opened, mode, { items, mailbox: mailbox.box_id });
}

/** Writes a note for colleagues; the first one makes the room. @param {Opened} opened @param {any} given @param {(state: any) => void} progress */
export async function note(opened, { text, files }, progress) {
  const room = opened.box("room");
  const made = room ? null : await newRoom(opened);
  const with_ = room ? pen(opened, room) : /** @type {any} */ (made).pen;
  const { items, described } = await attached(with_, files, progress);
  progress({ doing: "text" });
  items.push(await sealed(with_, KIND.NOTE, { v: 1, text, files: described }));
  if (made) await send(opened, "room", { box: made.box, seals: made.seals, items });
  else await send(opened, "notes", { items });
}

/** A room sealed to exactly the colleagues who hold a key to the mailbox, and to the same recovery key. @param {Opened} opened */
export async function newRoom(opened) {
  const { me, certified } = opened;
  const [nonce, boxKey] = [bytes.random(16), seal.newBoxKey()];
  const org = bytes.own(me.org);
  const boxId = box.makerBoxId(org, me.sig.public, nonce);
  const seals = [];
  for (const holder of opened.box("mailbox").holders) {
    if (holder.holder === "reporter") continue;
    const its = certified.find((each) => bytes.hex(each.keyId) === holder.key_id);
    if (!holder.verified || !its?.inForce) throw new NetError("report.readers");
    seals.push(...(await sealedTo(me, bytes.hex(boxId), [[FIRST_EPOCH, boxKey]], its)));
  }
  const wireBox = { box_id: bytes.hex(boxId), nonce: bytes.base64(nonce), sig_pub: bytes.base64(me.sig.public) };
  return { box: wireBox, seals, pen: { org, boxId, boxKey, epoch: FIRST_EPOCH, sig: me.sig, seq: 1, prev: signed.FIRST, api: opened.api } };
}
