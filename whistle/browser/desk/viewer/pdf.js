/** Inside the viewer's frame: a PDF drawn page by page. Scripts, forms, links, attached files and fetching are left out. */

import * as engine from "pdfjs-dist/legacy/build/pdf.mjs";
import * as half from "pdfjs-dist/legacy/build/pdf.worker.mjs";

// A document without an origin may not start a worker: the other half of the engine runs in this frame's own process.
/** @type {any} */ (globalThis).pdfjsWorker = half;

const MOST_PAGES = 500;
const LARGEST_PICTURE = 60e6; // pixels
const WIDEST = 1400;

/** @param {any} page @param {HTMLElement} place */
async function draw(page, place) {
  const natural = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(WIDEST / natural.width, 2) });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.floor(viewport.width), Math.floor(viewport.height)];
  place.append(canvas);
  await page.render({ canvas, viewport, annotationMode: engine.AnnotationMode.ENABLE }).promise;
  const { items } = await page.getTextContent();
  const text = document.createElement("p");
  text.className = "read";
  text.textContent = items.map((/** @type {any} */ each) => (each.str ?? "") + (each.hasEOL ? "\n" : "")).join("");
  canvas.setAttribute("aria-hidden", "true");
  place.append(text);
  page.cleanup();
}

/** @param {any} pdf */
async function dangers(pdf) {
  const found = [];
  const [actions, opening, attached] = await Promise.all([pdf.getJSActions(), pdf.getOpenAction(), pdf.getAttachments()]);
  if (actions || opening?.action) found.push("script");
  if (attached && Object.keys(attached).length) found.push("embedded");
  if (pdf.numPages > MOST_PAGES) found.push("cut");
  return found;
}

async function show(/** @type {{octets: ArrayBuffer}} */ { octets }) {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  try {
    const how = { isEvalSupported: false, enableXfa: false, useSystemFonts: true, disableFontFace: true, useWorkerFetch: false, useWasm: false, disableAutoFetch: true, disableStream: true, maxImageSize: LARGEST_PICTURE, stopAtErrors: false, verbosity: 0 };
    const pdf = await engine.getDocument({ data: new Uint8Array(octets), ...how }).promise;
    const seen = new IntersectionObserver((found) => {
      for (const { isIntersecting, target } of found) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        void pdf.getPage(Number(/** @type {HTMLElement} */ (target).dataset.page)).then((page) => draw(page, /** @type {HTMLElement} */ (target))).catch(() => target.classList.add("broken"));
      }
    }, { rootMargin: "100%" });
    const pages = Array.from({ length: Math.min(pdf.numPages, MOST_PAGES) }, (_, at) => {
      const place = document.createElement("section");
      place.dataset.page = String(at + 1);
      place.setAttribute("aria-label", `${at + 1} / ${pdf.numPages}`);
      return place;
    });
    main.replaceChildren(...pages);
    for (const place of pages) seen.observe(place);
    parent.postMessage({ viewer: "shown", warnings: await dangers(pdf) }, "*");
  } catch (error) {
    parent.postMessage({ viewer: "refused", code: /** @type {any} */ (error).name === "PasswordException" ? "locked" : "damaged" }, "*");
  }
}

addEventListener("message", ({ source, data }) => {
  if (source === parent && data?.octets instanceof ArrayBuffer) void show(data);
});
parent.postMessage({ viewer: "ready" }, "*");
