/** A picture as pixels: decoded, drawn anew, and nothing else of the file is shown. */

const MOST_PIXELS = 100e6; // a few kB can claim to be more than a machine's memory
const LONGEST_SIDE = 4096;

/** @param {Uint8Array} octets @param {string} type @returns {{width: number, height: number} | null} what the file says it is, before anything is decoded */
export function dimensions(octets, type) {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  try {
    if (type === "image/png") return { width: view.getUint32(16), height: view.getUint32(20) };
    if (type === "image/gif") return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (type === "image/bmp") return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
    if (type === "image/jpeg") return jpeg(view);
    if (type === "image/webp") return webp(view);
    if (type === "image/avif") return avif(octets, view);
  } catch {
    // cut off before it says
  }
  return null;
}

/** @param {DataView} view */
function jpeg(view) {
  for (let at = 2; at < view.byteLength - 9; ) {
    const marker = view.getUint16(at);
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += marker === 0xffff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** @param {DataView} view */
function webp(view) {
  const kind = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)));
  if (kind === "VP8X") return { width: 1 + (view.getUint32(24, true) & 0xffffff), height: 1 + (view.getUint32(26, true) >>> 8 & 0xffffff) };
  if (kind === "VP8L") return { width: 1 + (view.getUint32(21, true) & 0x3fff), height: 1 + (view.getUint32(21, true) >>> 14 & 0x3fff) };
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/** @param {Uint8Array} octets @param {DataView} view */
function avif(octets, view) {
  for (let at = 4; at < Math.min(octets.length - 16, 65_536); at++) {
    if (view.getUint32(at) === 0x69737065) return { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
  }
  return null;
}

/** The picture on a canvas. Errors carry the code "too-large" or "damaged". @param {Uint8Array<ArrayBuffer>} octets @param {string} type */
export async function drawn(octets, type) {
  const said = dimensions(octets, type);
  if (!said) throw Object.assign(new Error("damaged"), { code: "damaged" });
  const { width, height } = said;
  if (width * height > MOST_PIXELS || Math.max(width, height) > 65_535) throw Object.assign(new Error("too-large"), { code: "too-large" });
  const share = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const smaller = share < 1 ? { resizeWidth: Math.max(1, Math.round(width * share)), resizeHeight: Math.max(1, Math.round(height * share)), resizeQuality: /** @type {const} */ ("high") } : {};
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([octets], { type }), smaller);
  } catch {
    throw Object.assign(new Error("damaged"), { code: "damaged" });
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}
