/** A file of the mailbox on its way down: opened as it arrives, and nowhere but where its reader saves it. */

import { bytes, item } from "../../wbe1/index.js";
import { NetError } from "./net.js";

/** @typedef {(state: {share: number}) => void} Progress */

/** A line that breaks is not a file that is damaged. @param {ReadableStream<Uint8Array>} stream @param {number} size @param {Progress} progress */
function watched(stream, size, progress) {
  const reader = stream.getReader();
  let arrived = 0;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read().catch(() => { throw new NetError("network"); });
      if (done) return controller.close();
      arrived += value.length;
      progress({ share: arrived / size });
      controller.enqueue(value);
    },
    cancel: (why) => reader.cancel(why),
  });
}

/**
 * Opens the file of a row. With `into` it goes straight to the disk, and nothing is left there unless it is whole; a Blob
 * otherwise, which the browser keeps until it is saved. Raises `blob.missing` when it is not the file that was sent.
 * @param {any} row of the mailbox @param {ReadableStream<Uint8Array>} stream @param {{sha256: string, into?: any}} wanted @param {Progress} progress
 * @returns {Promise<Blob | null>}
 */
export async function opened(row, stream, { sha256, into }, progress) {
  const sealed = /** @type {const} */ ([row.key, row.ctx, bytes.fromBase64(row.header), row.size, watched(stream, row.size, progress)]);
  if (into) return saved(into, (write) => item.openInto(...sealed, write), sha256);
  const { blob, sha256: found } = await item.openBlob(...sealed);
  if (bytes.hex(found) !== sha256) throw new NetError("blob.missing");
  return blob;
}

/** A disk that takes no more says nothing about the file. @returns {never} */
function unsaved() {
  throw new NetError("file.unsaved");
}

/** @param {any} into a file that the person chose @param {(write: (part: Uint8Array) => Promise<unknown>) => Promise<Uint8Array>} open @param {string} sha256 */
async function saved(into, open, sha256) {
  const file = await into.createWritable().catch(unsaved);
  try {
    const found = await open((part) => file.write(part).catch(unsaved));
    if (bytes.hex(found) !== sha256) throw new NetError("blob.missing");
    await file.close().catch(unsaved);
  } catch (error) {
    await file.abort().catch(() => {});
    if ((await into.getFile()).size === 0) await into.remove?.().catch(() => {}); // the empty one that choosing made
    throw error;
  }
  return null;
}
