/** A sealed file on its way up: parts of 1 MiB, each sent again until the server has it. */

import { bytes, item } from "../../wbe1/index.js";
import { NetError, call, passing, pause, post } from "./net.js";

const LONGEST_PAUSE = 15_000;

/**
 * @typedef {object} Way
 * @property {(state: {done: number, size: number, broken: boolean}) => void} progress
 * @property {AbortSignal} signal
 * @property {() => Promise<void>} [mayGoOn] waited for before each part: a pause
 */

/** Does `work` until it succeeds or fails for good. @template T @param {() => Promise<T>} work @param {() => void} broken @param {AbortSignal} signal @returns {Promise<T>} */
async function stubborn(work, broken, signal) {
  for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    try {
      return await work();
    } catch (error) {
      if (!passing(error) || /** @type {NetError} */ (error).code === "upload.no_room") throw error;
      broken();
      await pause(wait, signal);
    }
  }
}

/** Sends one part; the answer is the next offset. @param {string} url @param {Uint8Array} part @param {number} offset @param {AbortSignal} signal */
async function put(url, part, offset, signal) {
  const headers = { "Content-Type": "application/octet-stream", "X-Part-SHA256": bytes.hex(await bytes.digest(part)) };
  const body = /** @type {BodyInit} */ (part);
  try {
    return (await (await call(`${url}?offset=${offset}`, { method: "PUT", headers, body, signal })).json()).offset;
  } catch (error) {
    // The part had arrived; only the answer was lost.
    if (error instanceof NetError && error.details.offset === offset + part.length) return error.details.offset;
    if (error instanceof NetError && error.code === "upload.damaged") throw new NetError("network");
    throw error;
  }
}

/**
 * Seals `file` into the box and uploads it. @param {string} api @param {Uint8Array} boxKey @param {any} place @param {Blob} file @param {Way} way
 */
export async function upload(api, boxKey, place, file, { progress, signal, mayGoOn }) {
  const sealing = await item.sealBlob(bytes.own(boxKey), new item.Context(place), file);
  const state = { done: 0, size: sealing.size, broken: false };
  const tell = (/** @type {Partial<typeof state>} */ change) => progress(Object.assign(state, change));
  const broken = () => tell({ broken: true });
  tell({});
  const { upload: id } = await stubborn(() => post(`${api}uploads`, { size: sealing.size }, signal), broken, signal);
  let offset = 0;
  for await (const part of sealing.parts) {
    await mayGoOn?.();
    signal.throwIfAborted();
    offset = await stubborn(() => put(`${api}uploads/${id}`, part, offset, signal), broken, signal);
    tell({ done: offset, broken: false });
  }
  return { upload: id, header: sealing.header, sha256: await sealing.sha256(), itemHash: await sealing.itemHash() };
}
