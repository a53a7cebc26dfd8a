/** How long an item is made, so that its length says little. */

import { CHUNK_SIZE, TAG_SIZE } from "./cobblestone.js";

export const LENGTH_SIZE = 8;
export const SMALLEST_FRAME = 4_096;

/** `length` rounded up so that its low bits are zero (Padmé, PURBs 2019, section 4). @param {number} length */
export function padme(length) {
  if (length < 2) return length;
  const exponent = length.toString(2).length - 1; // exact, where Math.log2 rounds
  const kept = exponent.toString(2).length;
  const step = 2 ** Math.max(exponent - kept, 0);
  return Math.ceil(length / step) * step;
}

/** The size of the frame around `length` octets of content. @param {number} length */
export const paddedSize = (length) => Math.max(SMALLEST_FRAME, padme(length + LENGTH_SIZE));

/** The size of the sealed body around `length` octets of content. @param {number} length */
export function bodySize(length) {
  const frame = paddedSize(length);
  return frame + TAG_SIZE * (Math.floor(frame / CHUNK_SIZE) + 1);
}

/** The size of the frame in a body of `size` octets; null when no item has such a body. @param {number} size */
export function frameSize(size) {
  const rest = size % (CHUNK_SIZE + TAG_SIZE);
  const frame = ((size - rest) / (CHUNK_SIZE + TAG_SIZE)) * CHUNK_SIZE + rest - TAG_SIZE;
  return rest < TAG_SIZE || frame < SMALLEST_FRAME || padme(frame) !== frame ? null : frame;
}

/** Whether some item has a body of `size` octets. @param {number} size */
export const plausibleBody = (size) => frameSize(size) !== null;

/** The least content that gives a frame of `frame` octets. @param {number} frame */
export function smallestContent(frame) {
  if (frame <= SMALLEST_FRAME) return 0;
  let low = Math.floor(frame * 0.875) - LENGTH_SIZE;
  let high = frame - LENGTH_SIZE;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (paddedSize(middle) < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}
