/**
 * MP4 and MOV (ISO 14496-12) without place, names and times. Nothing moves: what is hidden is overwritten with zeros, its
 * box renamed to `free`, so that sound and picture stay where the file says they are. Only the index is read into memory.
 */

import { ascii } from "./pictures.js";

const LARGEST_INDEX = 32 * 2 ** 20;
const MOST_BOXES = 10_000;
const INSIDE = new Set(["moov", "trak", "mdia", "minf", "edts"]);
const HIDDEN = new Set(["udta", "meta", "uuid"]);
const AT_TOP = new Set(["ftyp", "mdat", "free", "skip", "wide", "moov", "meta", "uuid", "udta", "sidx"]);
const TIMES = new Set(["mvhd", "tkhd", "mdhd"]);
const TRACKS = new Set(["vide", "soun"]); // others may hold the place for every second
const BRANDS = /^(isom|iso[2-9]|mp4[12]|avc1|M4[AV] |qt {2}|3g[pg][0-9a-z]|mmp4|MSNV|dash)$/;

const unknown = () => new Error("clean.unknown");

/** @param {Uint8Array} head */
export const isVideo = (head) => ascii(head, 4) === "ftyp" && BRANDS.test(ascii(head, 8));

/** The boxes of a piece: name, where the head ends, where the box ends. @param {DataView} numbers @param {number} from @param {number} to */
function* boxes(numbers, from, to) {
  for (let at = from; at + 8 <= to; ) {
    const name = String.fromCharCode(...[4, 5, 6, 7].map((n) => numbers.getUint8(at + n)));
    const size = numbers.getUint32(at);
    if (size < 8 || at + size > to) throw unknown();
    yield { name, at, inside: at + 8, end: at + size };
    at += size;
  }
}

/** @param {Uint8Array} octets of one box @param {number} from @param {number} to */
function scrub(octets, from, to) {
  const numbers = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  for (const { name, at, inside, end } of boxes(numbers, from, to)) {
    if (HIDDEN.has(name)) hide(octets, at, end);
    else if (INSIDE.has(name)) scrub(octets, inside, end);
    else if (TIMES.has(name)) octets.fill(0, inside + 4, inside + 4 + (octets[inside] === 1 ? 16 : 8));
    else if (name === "hdlr") {
      // A handler under `minf` is QuickTime's own (`alis`, `url `); its name may tell the device.
      const kind = ascii(octets, inside + 8);
      if (!TRACKS.has(kind) && ascii(octets, inside + 4) !== "dhlr") throw unknown();
      octets.fill(0, inside + 24, end);
    }
  }
}

/** @param {Uint8Array} octets @param {number} at @param {number} end */
function hide(octets, at, end) {
  octets.fill(0, at + 8, end);
  octets.set([0x66, 0x72, 0x65, 0x65], at + 4); // "free"
}

/** @param {Blob} file @returns {Promise<Blob>} */
export async function cleanVideo(file) {
  const parts = [];
  let at = 0;
  for (let n = 0; at < file.size; n++) {
    const { name, size } = await head(file, at);
    if (n > MOST_BOXES || !AT_TOP.has(name)) throw unknown();
    const whole = file.slice(at, at + size);
    if (name === "mdat" || name === "ftyp" || name === "sidx") parts.push(whole);
    else if (size > LARGEST_INDEX) throw unknown();
    else parts.push(await cleanedBox(whole, name));
    at += size;
  }
  return new Blob(parts);
}

/** @param {Blob} whole @param {string} name */
async function cleanedBox(whole, name) {
  const octets = new Uint8Array(await whole.arrayBuffer());
  if (new DataView(octets.buffer).getUint32(0) !== octets.length) throw unknown();
  if (name === "moov") scrub(octets, 0, octets.length);
  else hide(octets, 0, octets.length);
  return octets;
}

/** @param {Blob} file @param {number} at */
async function head(file, at) {
  const octets = new Uint8Array(await file.slice(at, at + 16).arrayBuffer());
  if (octets.length < 8) throw unknown();
  const numbers = new DataView(octets.buffer);
  const short = numbers.getUint32(0);
  if (short === 1 && octets.length < 16) throw unknown();
  const size = short === 1 ? Number(numbers.getBigUint64(8)) : short === 0 ? file.size - at : short;
  if (size < 8 || at + size > file.size) throw unknown();
  return { name: ascii(octets, 4), size };
}
