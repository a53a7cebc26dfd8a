/** Which kind of picture it is, by its first octets: a name can say anything. */

import { ascii, cleanJpeg, cleanPng, cleanWebp } from "./pictures.js";

/** The picture without hidden data; null when it is no picture we know. @param {Uint8Array} octets */
export function cleanPicture(octets) {
  if (octets[0] === 0xff && octets[1] === 0xd8 && octets[2] === 0xff) return cleanJpeg(octets);
  if (ascii(octets, 0, 8) === "\x89PNG\r\n\x1a\n") return cleanPng(octets);
  if (ascii(octets, 0) === "RIFF" && ascii(octets, 8) === "WEBP") return cleanWebp(octets);
  return null;
}
