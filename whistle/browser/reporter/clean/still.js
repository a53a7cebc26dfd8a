/**
 * HEIC and AVIF (ISO 23008-12) without what the phone wrote beside the picture. As with MP4, nothing moves: the octets of
 * hidden items are overwritten with zeros where they lie, so every other offset in the file stays true.
 */

import { ascii } from "./pictures.js";

const BRANDS = /^(heic|heix|heim|heis|mif1|mif2|avif|miaf)$/;
const AT_TOP = new Set(["ftyp", "meta", "mdat", "free", "skip", "uuid"]); // `moov` would be a film: not known here
const HIDDEN = new Set(["uuid", "udta", "free", "skip"]);
const HIDDEN_PROPERTIES = new Set(["udes", "uuid", "altt", "crtt", "mdft", "free", "skip"]); // words and times of the picture
const PICTURE_ITEMS = new Set(["hvc1", "hvc2", "av01", "grid", "iden", "iovl", "tmap", "jpeg"]);
const PROFILES = new Set(["prof", "rICC"]); // colours as a device made them, with its name inside

const FREE = [0x66, 0x72, 0x65, 0x65]; // the name of what means nothing

const unknown = () => new Error("clean.unknown");

/** @param {Uint8Array} head */
export const isStill = (head) => ascii(head, 4) === "ftyp" && BRANDS.test(ascii(head, 8));

/** A file being changed in place. */
class Still {
  /** @param {Uint8Array} octets */
  constructor(octets) {
    this.octets = octets;
    this.numbers = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  /** @param {number} from @param {number} to */
  *boxes(from, to) {
    for (let at = from; at + 8 <= to; ) {
      const short = this.numbers.getUint32(at);
      const long = short === 1;
      const size = long ? Number(this.numbers.getBigUint64(at + 8)) : short === 0 ? to - at : short;
      const inside = at + (long ? 16 : 8);
      if (size < inside - at || at + size > to) throw unknown();
      yield { name: ascii(this.octets, at + 4), at, inside, end: at + size };
      at += size;
    }
  }

  /** A number of 0, 2, 4 or 8 octets. @param {number} at @param {number} width */
  number(at, width) {
    if (width === 0) return 0;
    if (width === 2) return this.numbers.getUint16(at);
    return width === 8 ? Number(this.numbers.getBigUint64(at)) : this.numbers.getUint32(at);
  }

  /** @param {number} from @param {number} to */
  blank(from, to) {
    if (from < 0 || to > this.octets.length || to < from) throw unknown();
    this.octets.fill(0, from, to);
  }

  /** Overwrites a box and gives it the name of one that means nothing. @param {{at: number, inside: number, end: number}} box */
  hide({ at, inside, end }) {
    this.blank(inside, end);
    this.octets.set(FREE, at + 4);
  }
}

/** @param {Uint8Array} octets @returns {Uint8Array} the same octets, changed */
export function cleanStill(octets) {
  const still = new Still(octets);
  let metas = 0;
  for (const box of still.boxes(0, octets.length)) {
    if (!AT_TOP.has(box.name)) throw unknown();
    if (HIDDEN.has(box.name)) still.hide(box);
    if (box.name === "meta") cleanMeta(still, box, metas++);
  }
  if (metas !== 1) throw unknown();
  return octets;
}

/** @param {Still} still @param {{inside: number, end: number}} meta @param {number} before how many there were before it */
function cleanMeta(still, meta, before) {
  if (before) throw unknown();
  const parts = new Map([...still.boxes(meta.inside + 4, meta.end)].map((box) => [box.name, box]));
  for (const [name, box] of parts) {
    if (HIDDEN.has(name)) still.hide(box);
    if (name === "hdlr") still.blank(box.inside + 24, box.end); // the name of what wrote it
  }
  const [items, places] = [parts.get("iinf"), parts.get("iloc")];
  if (!items || !places) throw unknown();
  blankItems(still, hiddenItems(still, items), places, parts.get("idat"));
  const properties = parts.get("iprp");
  for (const container of properties ? still.boxes(properties.inside, properties.end) : []) {
    if (container.name === "ipco") cleanProperties(still, container);
  }
}

/** Numbers of the items that are no picture, which lose their kind; every item loses its name. @param {Still} still @param {{inside: number, end: number}} list */
function hiddenItems(still, { inside, end }) {
  const hidden = new Set();
  const first = inside + (still.octets[inside] === 0 ? 6 : 8);
  for (const entry of still.boxes(first, end)) {
    const version = still.octets[entry.inside];
    if (entry.name !== "infe" || version < 2) throw unknown();
    const wide = version === 2 ? 2 : 4;
    const type = entry.inside + 4 + wide + 2;
    if (!PICTURE_ITEMS.has(ascii(still.octets, type))) {
      hidden.add(still.number(entry.inside + 4, wide));
      still.octets.set(FREE, type); // an empty Exif item would make the file a broken one
    }
    still.blank(type + 4, entry.end);
  }
  return hidden;
}

/** Overwrites the octets of items (ISO 14496-12, 8.11.3). @param {Still} still @param {Set<number>} hidden @param {{inside: number}} places @param {{inside: number} | undefined} idat */
function blankItems(still, hidden, { inside }, idat) {
  const { octets, numbers } = still;
  const version = octets[inside];
  if (version > 2) throw unknown();
  const [offsetWide, lengthWide] = [octets[inside + 4] >> 4, octets[inside + 4] & 15];
  const [baseWide, indexWide] = [octets[inside + 5] >> 4, version ? octets[inside + 5] & 15 : 0];
  const idWide = version < 2 ? 2 : 4;
  const count = still.number(inside + 6, idWide);
  let at = inside + 6 + idWide;
  for (let n = 0; n < count; n++) {
    const id = still.number(at, idWide);
    at += idWide;
    const method = version ? numbers.getUint16(at) & 15 : 0;
    at += version ? 4 : 2; // construction method, data reference
    const base = still.number(at, baseWide);
    const extents = numbers.getUint16(at + baseWide);
    at += baseWide + 2;
    for (let e = 0; e < extents; e++) {
      const offset = still.number(at + indexWide, offsetWide);
      const length = still.number(at + indexWide + offsetWide, lengthWide);
      at += indexWide + offsetWide + lengthWide;
      if (!hidden.has(id)) continue;
      if (method > 1 || length === 0) throw unknown();
      const start = base + offset + (method ? (idat?.inside ?? NaN) : 0);
      still.blank(start, start + length);
    }
  }
}

/** @param {Still} still @param {{inside: number, end: number}} container */
function cleanProperties(still, container) {
  for (const box of still.boxes(container.inside, container.end)) {
    const profile = box.name === "colr" && PROFILES.has(ascii(still.octets, box.inside));
    if (profile || HIDDEN_PROPERTIES.has(box.name)) still.hide(box);
  }
}
