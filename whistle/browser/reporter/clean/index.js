/**
 * Hidden data taken out of files before they are sealed. Fetched only when somebody adds a file.
 * What cannot be cleaned is never called clean: an unknown, damaged, locked or very large file is "unknown".
 */

import { cleanPicture } from "./picture.js";
import { ascii } from "./pictures.js";
import { cleanOffice } from "./office.js";
import { cleanVideo, isVideo } from "./video.js";

const LARGEST = 64 * 2 ** 20; // octets; pictures and documents are cleaned in memory
const FIRST = 16;

/** @param {Uint8Array} octets @param {() => Promise<any>} pdf the part for PDF, which is large */
async function cleaned(octets, pdf) {
  if (ascii(octets, 0) === "PK\x03\x04") return cleanOffice(octets);
  if (ascii(octets, 0) === "%PDF") return (await pdf()).cleanPdf(octets);
  return cleanPicture(octets);
}

/** The file without hidden data, or as it is when that is not known to be possible. @param {Blob} file @param {() => Promise<any>} pdf @returns {Promise<{blob: Blob, hidden: "removed" | "unknown"}>} */
export async function clean(file, pdf) {
  try {
    const head = new Uint8Array(await file.slice(0, FIRST).arrayBuffer());
    if (isVideo(head)) return { blob: await cleanVideo(file), hidden: "removed" };
    const made = file.size <= LARGEST ? await cleaned(new Uint8Array(await file.arrayBuffer()), pdf) : null;
    if (made) return { blob: new Blob([made]), hidden: "removed" };
  } catch (error) {
    if (/** @type {any} */ (error).code === "network") throw error;
    // whatever went wrong, the file is not clean
  }
  return { blob: file, hidden: "unknown" };
}
