/**
 * Hidden data taken out of files before they are sealed. Fetched only when somebody adds a file.
 * What cannot be cleaned is never called clean: an unknown, damaged, locked or very large file is "unknown".
 */

import { cleanPicture } from "./picture.js";
import { ascii } from "./pictures.js";
import { cleanOffice } from "./office.js";
import { cleanGif, cleanMp3, cleanWav } from "./sound.js";
import { cleanStill, isStill } from "./still.js";
import { cleanVideo, isVideo } from "./video.js";

const LARGEST = 64 * 2 ** 20; // octets; pictures and documents are cleaned in memory
const FIRST = 16;

/** @param {Uint8Array} octets @param {() => Promise<any>} pdf the part for PDF, which is large */
async function cleaned(octets, pdf) {
  if (ascii(octets, 0) === "PK\x03\x04") return cleanOffice(octets);
  if (ascii(octets, 0) === "%PDF") return (await pdf()).cleanPdf(octets);
  if (isStill(octets)) return cleanStill(octets);
  if (/^GIF8[79]a$/.test(ascii(octets, 0, 6))) return cleanGif(octets);
  if (ascii(octets, 0) === "RIFF" && ascii(octets, 8) === "WAVE") return cleanWav(octets);
  if (ascii(octets, 0, 3) === "ID3" || (octets[0] === 0xff && (octets[1] & 0xe6) === 0xe2)) return cleanMp3(octets);
  return cleanPicture(octets);
}

/** Text holds nothing but what can be read in it. @param {Uint8Array} octets @param {string} name */
function isPlainText(octets, name) {
  if (!/\.(txt|csv)$/i.test(name) || octets.includes(0)) return false;
  try {
    return Boolean(new TextDecoder("utf-8", { fatal: true }).decode(octets));
  } catch {
    return false;
  }
}

/** The file without hidden data, or as it is when that is not known to be possible. @param {File} file @param {() => Promise<any>} pdf @returns {Promise<{blob: Blob, hidden: "removed" | "none" | "unknown"}>} */
export async function clean(file, pdf) {
  try {
    const head = new Uint8Array(await file.slice(0, FIRST).arrayBuffer());
    if (isVideo(head)) return { blob: await cleanVideo(file), hidden: "removed" };
    if (file.size > LARGEST) return { blob: file, hidden: "unknown" };
    const octets = new Uint8Array(await file.arrayBuffer());
    if (isPlainText(octets, file.name)) return { blob: file, hidden: "none" };
    const made = await cleaned(octets, pdf);
    if (made) return { blob: new Blob([made]), hidden: "removed" };
  } catch (error) {
    if (/** @type {any} */ (error).code === "network") throw error;
    // whatever went wrong, the file is not clean
  }
  return { blob: file, hidden: "unknown" };
}
