/**
 * Inside the viewer's frame: a document of no origin, without network, storage, forms or windows, whose policy lets it draw
 * and nothing else. It gets octets from the page around it and shows them; it has nothing to tell but what it showed.
 */

import { isLocked, shownOffice } from "./office.js";
import { drawn } from "./picture.js";
import { sniff } from "./sniff.js";
import { shownText } from "./text.js";

/** @typedef {{parts: Node[], warnings: string[]}} Shown */

/** @param {Uint8Array<ArrayBuffer>} octets @param {string} name @returns {Promise<Shown>} */
async function shown(octets, name) {
  const { what, type } = sniff(octets);
  if (what === "picture") {
    const canvas = await drawn(octets, type);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", name);
    return { parts: [canvas], warnings: type === "image/gif" ? ["first-picture"] : [] };
  }
  if (what === "media") {
    const player = document.createElement(type.startsWith("audio/") ? "audio" : "video");
    player.controls = true;
    player.src = URL.createObjectURL(new Blob([octets], { type }));
    return { parts: [player], warnings: [] };
  }
  if (what === "zip") return shownOffice(octets);
  if (what === "text") return shownText(octets);
  throw Object.assign(new Error(what), { code: what === "old-office" && isLocked(octets) ? "locked" : what });
}

async function show(/** @type {{octets: ArrayBuffer, name: string}} */ { octets, name }) {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  try {
    const { parts, warnings } = await shown(new Uint8Array(octets), name);
    main.replaceChildren(...parts);
    parent.postMessage({ viewer: "shown", warnings }, "*");
  } catch (error) {
    parent.postMessage({ viewer: "refused", code: String(/** @type {any} */ (error).code ?? "damaged") }, "*");
  }
}

addEventListener("message", ({ source, data }) => {
  if (source === parent && data?.octets instanceof ArrayBuffer) void show(data);
});
parent.postMessage({ viewer: "ready" }, "*");
