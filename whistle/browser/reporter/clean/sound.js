/** Sound and moving pictures of older kinds without their labels: MP3, WAV, GIF. What is heard and seen is not touched. */

import { ascii, joined } from "./pictures.js";

const unknown = () => new Error("clean.unknown");

/** @param {Uint8Array} octets */
const view = (octets) => new DataView(octets.buffer, octets.byteOffset, octets.byteLength);

/** MP3: only what begins like a frame is sound. The labels stand before (ID3v2) and after it (APE, Lyrics3, ID3v1). @param {Uint8Array} octets */
export function cleanMp3(octets) {
  let from = 0;
  while (ascii(octets, from, from + 3) === "ID3") {
    const size = [6, 7, 8, 9].reduce((sum, n) => sum * 128 + (octets[from + n] & 127), 0);
    from += 10 + size + (octets[from + 5] & 0x10 ? 10 : 0);
  }
  const frames = [];
  for (let at = from; at + 4 <= octets.length; ) {
    const size = frameSize(octets, at);
    if (size === 0) {
      if (frames.length === 0 || !isLabel(octets, at)) throw unknown();
      break;
    }
    const frame = octets.subarray(at, at + size);
    if (frames.length || !isIndex(frame)) frames.push(frame); // an index frame names the program that wrote the file
    at += size;
  }
  if (frames.length === 0) throw unknown();
  return joined(frames);
}

const RATES = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]; // kbit/s, MPEG 1 layer III
const LOW_RATES = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]; // the same for MPEG 2 and 2.5
const SAMPLES = [44100, 48000, 32000];

/** Octets of the frame that begins here; 0 when none does (ISO 11172-3, 2.4.1.3). @param {Uint8Array} octets @param {number} at */
function frameSize(octets, at) {
  const [sync, second, third] = octets.subarray(at, at + 3);
  const version = (second >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  if (sync !== 0xff || (second & 0xe0) !== 0xe0 || version === 1 || ((second >> 1) & 3) !== 1) return 0;
  const rate = (version === 3 ? RATES : LOW_RATES)[third >> 4];
  const samples = SAMPLES[(third >> 2) & 3];
  if (!rate || !samples) return 0;
  const divisor = version === 3 ? 1 : version === 2 ? 2 : 4;
  return Math.floor(((version === 3 ? 144_000 : 72_000) * rate) / (samples / divisor)) + ((third >> 1) & 1);
}

/** @param {Uint8Array} octets @param {number} at */
function isLabel(octets, at) {
  const rest = octets.subarray(at);
  return /^(TAG|APETAGEX|LYRICSBEGIN|\0)/.test(ascii(rest, 0, Math.min(rest.length, 11)));
}

/** @param {Uint8Array} frame */
function isIndex(frame) {
  return [13, 21, 36].some((at) => /^(Xing|Info|VBRI)$/.test(ascii(frame, at)));
}

const WAV_KEPT = new Set(["fmt ", "fact", "data"]);

/** WAV: how it is coded, and the sound. @param {Uint8Array} octets */
export function cleanWav(octets) {
  /** @type {Uint8Array[]} */ const parts = [octets.slice(0, 12)];
  const names = new Set();
  for (let at = 12; at + 8 <= octets.length; ) {
    const [name, size] = [ascii(octets, at), view(octets).getUint32(at + 4, true)];
    if (at + 8 + size > octets.length) throw unknown();
    const end = Math.min(at + 8 + size + (size % 2), octets.length);
    if (WAV_KEPT.has(name)) parts.push(octets.subarray(at, end));
    names.add(name);
    at = end;
  }
  if (!names.has("fmt ") || !names.has("data")) throw unknown();
  const made = joined(parts);
  view(made).setUint32(4, made.length - 8, true);
  return made;
}

const [IMAGE, EXTENSION, END] = [0x2c, 0x21, 0x3b];
const CONTROL = 0xf9; // how long a picture is shown, and what is see-through
const APPLICATION = 0xff;

/** GIF (version 89a): pictures, their timing and the loop; no comments, no data of programs. @param {Uint8Array<any>} octets */
export function cleanGif(octets) {
  const first = 13 + colours(octets[10]);
  const parts = [octets.subarray(0, first)];
  for (let at = first; at < octets.length; ) {
    if (octets[at] === END) return joined([...parts, Uint8Array.of(END)]);
    const image = octets[at] === IMAGE;
    if (!image && octets[at] !== EXTENSION) throw unknown();
    const end = endOfBlocks(octets, image ? at + 11 + colours(octets[at + 9]) : at + 2);
    const loop = octets[at + 1] === APPLICATION && /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(ascii(octets, at + 3, at + 14));
    if (image || octets[at + 1] === CONTROL || (loop && end === at + 19)) parts.push(octets.subarray(at, end));
    at = end;
  }
  throw unknown();
}

/** Octets of a table of colours. @param {number} flags */
const colours = (flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** @param {Uint8Array} octets @param {number} at the first block's length */
function endOfBlocks(octets, at) {
  while (octets[at]) at += octets[at] + 1;
  if (octets[at] !== 0) throw unknown();
  return at + 1;
}
