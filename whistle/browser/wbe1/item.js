/** Items: everything that is written in a box, text and attachments alike. */

import { concat } from "./bytes.js";
import { ItemHash, Opener, Sealer } from "./stream.js";

export { HEADER_SIZE } from "./cobblestone.js";
export { AUTHOR, Context, KIND } from "./context.js";
export { bodySize, paddedSize, plausibleBody } from "./padding.js";
export { ItemHash, Opener, PART_SIZE, Sealer, openBlob, openInto, openParts, sealBlob } from "./stream.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./context.js").Context} Place */

/** The header (56 octets) and the body of one item; different every time. @param {Bytes} boxKey @param {Place} ctx @param {Bytes} content */
export async function sealItem(boxKey, ctx, content) {
  const sealer = await Sealer.create(boxKey, ctx);
  const body = concat(await sealer.update(content), await sealer.finalize());
  return { header: sealer.header, body };
}

/** The content of an item, or VaultError("item.refused"). @param {Bytes} boxKey @param {Place} ctx @param {Bytes} header @param {Bytes} body */
export async function openItem(boxKey, ctx, header, body) {
  const opener = await Opener.create(boxKey, ctx, header, body.length);
  return concat(await opener.update(body), await opener.finalize());
}

/** The 32 octets by which the log and the next item's `prev` know this item. @param {Place} ctx @param {Bytes} header @param {Bytes} body */
export function itemHash(ctx, header, body) {
  const running = new ItemHash(ctx, header);
  running.update(body);
  return running.digest();
}
