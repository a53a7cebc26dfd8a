/** Pictures without what a camera or a program hid in them. The picture itself is not touched: no pixel is encoded again. */

/** @typedef {Uint8Array<ArrayBuffer>} Octets */

const damaged = () => new Error("clean.damaged");

/** @param {Uint8Array} octets @param {number} at @param {number} [end] */
export const ascii = (octets, at, end = at + 4) => String.fromCharCode(...octets.subarray(at, end));

/** @param {Uint8Array} octets */
const view = (octets) => new DataView(octets.buffer, octets.byteOffset, octets.byteLength);

/** @param {Uint8Array[]} parts @returns {Octets} */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// JPEG (ITU-T T.81). What a decoder needs is kept; of the application segments only the two it needs for colours.
const [SOI, EOI, SOS, APP0, APP1, APP14, APP15, COM] = [0xd8, 0xd9, 0xda, 0xe0, 0xe1, 0xee, 0xef, 0xfe];
const ORIENTATION = 0x0112;

/** @param {Uint8Array} octets @returns {Octets} */
export function cleanJpeg(octets) {
  const numbers = view(octets);
  /** @type {Uint8Array[]} */
  const parts = [Uint8Array.of(0xff, SOI)];
  let at = 2;
  while (at < octets.length) {
    if (octets[at] !== 0xff) throw damaged();
    const marker = octets[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) break; // what comes after the end belongs to no picture
    const end = at + 2 + numbers.getUint16(at + 2);
    if (end > octets.length) throw damaged();
    const after = marker === SOS ? endOfScan(octets, end) : end;
    parts.push(...keptOfJpeg(marker, octets.subarray(at, after)));
    at = after;
  }
  return joined([...parts, Uint8Array.of(0xff, EOI)]);
}

/** @param {number} marker @param {Uint8Array} segment @returns {Uint8Array<any>[]} */
function keptOfJpeg(marker, segment) {
  if (marker === APP0) return ascii(segment, 4, 8) === "JFIF" ? [withoutThumbnail(segment)] : [];
  if (marker === APP1) return orientationOnly(segment);
  if (marker === APP14) return ascii(segment, 4, 9) === "Adobe" ? [joined([Uint8Array.of(0xff, APP14, 0, 14), segment.subarray(4, 16)])] : [];
  return marker === COM || (marker > APP1 && marker <= APP15) ? [] : [segment];
}

/** @param {Uint8Array} octets @param {number} at the first octet of coded data */
function endOfScan(octets, at) {
  for (; at < octets.length - 1; at++) {
    const next = octets[at + 1];
    if (octets[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return octets.length;
}

/** @param {Uint8Array} segment */
function withoutThumbnail(segment) {
  const made = segment.slice(0, 18);
  made.set([0, 16], 2);
  made.set([0, 0], 16);
  return made;
}

/** A picture that lies on its side must go on being turned: that one number is kept, in an Exif block of its own. @param {Uint8Array} segment */
function orientationOnly(segment) {
  const turned = ascii(segment, 4, 8) === "Exif" ? orientation(segment.subarray(10)) : 1;
  if (turned < 2 || turned > 8) return [];
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0];
  return [Uint8Array.of(0xff, APP1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff)];
}

/** @param {Uint8Array} tiff */
function orientation(tiff) {
  try {
    const [numbers, little] = [view(tiff), tiff[0] === 0x49];
    const first = numbers.getUint32(4, little);
    for (let n = 0; n < numbers.getUint16(first, little); n++) {
      const at = first + 2 + 12 * n;
      if (numbers.getUint16(at, little) === ORIENTATION) return numbers.getUint16(at + 8, little);
    }
  } catch {
    // an Exif block that cannot be read turns nothing
  }
  return 1;
}

// PNG (W3C, third edition): the chunks that change how the picture looks, animation included.
const PNG_KEPT = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "cICP", "acTL", "fcTL", "fdAT"]);

/** @param {Uint8Array} octets @returns {Octets} */
export function cleanPng(octets) {
  const numbers = view(octets);
  const parts = [octets.subarray(0, 8)];
  for (let at = 8; at + 12 <= octets.length; ) {
    const [name, end] = [ascii(octets, at + 4), at + 12 + numbers.getUint32(at)];
    if (end > octets.length) throw damaged();
    if (PNG_KEPT.has(name)) parts.push(octets.subarray(at, end));
    if (name === "IEND") return joined(parts);
    at = end;
  }
  throw damaged();
}

// WebP (RFC 9649): the same; VP8X says which optional chunks there are.
const WEBP_KEPT = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"]);
const WEBP_HIDDEN_FLAGS = 0x20 | 0x08 | 0x04; // colour profile, Exif, XMP

/** @param {Uint8Array} octets @returns {Octets} */
export function cleanWebp(octets) {
  const parts = [octets.slice(0, 12)];
  const whole = Math.min(octets.length, 8 + view(octets).getUint32(4, true));
  for (let at = 12; at + 8 <= whole; ) {
    const size = view(octets).getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > whole) throw damaged();
    const chunk = octets.slice(at, end);
    const name = ascii(chunk, 0);
    if (name === "VP8X") chunk[8] &= ~WEBP_HIDDEN_FLAGS;
    if (WEBP_KEPT.has(name)) parts.push(chunk);
    at = end;
  }
  const made = joined(parts);
  view(made).setUint32(4, made.length - 8, true);
  return made;
}
