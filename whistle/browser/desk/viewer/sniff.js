/** What a file is by its own octets. Its name and what it says of itself decide nothing. */

/** @typedef {"picture" | "media" | "pdf" | "zip" | "old-office" | "text" | "unknown"} What */

/** @param {Uint8Array} octets @param {string} text @param {number} [at] */
const begins = (octets, text, at = 0) => [...text].every((letter, n) => octets[at + n] === letter.charCodeAt(0));
const BRANDS = { avif: "image/avif", avis: "image/avif", "M4A ": "audio/mp4", "M4B ": "audio/mp4" };

/** @param {Uint8Array} octets @returns {string | null} the type of a picture a browser can decode to pixels */
function picture(octets) {
  if (begins(octets, "\x89PNG\r\n\x1a\n")) return "image/png";
  if (octets[0] === 0xff && octets[1] === 0xd8 && octets[2] === 0xff) return "image/jpeg";
  if (begins(octets, "GIF87a") || begins(octets, "GIF89a")) return "image/gif";
  if (begins(octets, "RIFF") && begins(octets, "WEBP", 8)) return "image/webp";
  if (begins(octets, "BM") && octets[14] >= 12 && octets[15] === 0) return "image/bmp";
  if (begins(octets, "ftyp", 4) && brand(octets) === "image/avif") return "image/avif";
  return null;
}

/** @param {Uint8Array} octets */
const brand = (octets) => BRANDS[/** @type {"avif"} */ (String.fromCharCode(...octets.slice(8, 12)))] ?? "video/mp4";

/** @param {Uint8Array} octets @returns {string | null} */
function media(octets) {
  if (begins(octets, "ID3") || (octets[0] === 0xff && (octets[1] & 0xe6) === 0xe2)) return "audio/mpeg";
  if (begins(octets, "RIFF") && begins(octets, "WAVE", 8)) return "audio/wav";
  if (begins(octets, "fLaC")) return "audio/flac";
  if (begins(octets, "OggS")) return "video/ogg";
  if (begins(octets, "\x1a\x45\xdf\xa3")) return "video/webm";
  if (begins(octets, "ftyp", 4)) return brand(octets);
  return null;
}

/** Whether octets read as text: a byte order mark, or no zero octet and few control characters. @param {Uint8Array} octets */
function isText(octets) {
  if ((octets[0] === 0xff && octets[1] === 0xfe) || (octets[0] === 0xfe && octets[1] === 0xff)) return true;
  const head = octets.subarray(0, 65_536);
  const odd = head.reduce((n, each) => n + (each < 32 && ![9, 10, 12, 13, 27].includes(each) ? 1 : 0), 0);
  return !head.includes(0) && odd * 100 <= head.length;
}

/** @param {Uint8Array} octets @returns {{what: What, type: string}} */
export function sniff(octets) {
  const head = new TextDecoder("latin1").decode(octets.subarray(0, 1024));
  const drawn = picture(octets);
  if (drawn) return { what: "picture", type: drawn };
  if (head.includes("%PDF-")) return { what: "pdf", type: "application/pdf" };
  const played = media(octets);
  if (played) return { what: "media", type: played };
  if (begins(octets, "PK\x03\x04") || begins(octets, "PK\x05\x06")) return { what: "zip", type: "application/zip" };
  if (begins(octets, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return { what: "old-office", type: "application/x-ole" };
  return octets.length === 0 || isText(octets) ? { what: "text", type: "text/plain" } : { what: "unknown", type: "application/octet-stream" };
}
