/** A case in clear, as one file made here: a page of text that runs nothing, the originals, and the hash of each. */

import { strToU8, zip } from "fflate";
import { bytes } from "../../wbe1/index.js";
import { post } from "../../reporter/worker/net.js";
import { named } from "./search.js";

/** @typedef {import("./opened.js").Opened} Opened */
/** @typedef {Record<string, string>} Words headings in the person's language */

/** @param {unknown} text */
const safe = (text) => String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A name that is safe in a folder on any machine: letters, digits, and a number before it. @param {string} name @param {number} n */
function fileName(name, n) {
  const plain = name.replace(/^.*[/\\]/, "").normalize("NFC").replace(/[^\p{L}\p{N}._ -]/gu, "_").replace(/^[. ]+|[. ]+$/g, "").slice(0, 80);
  return `${String(n).padStart(2, "0")}-${plain || "file"}`;
}

/** @param {any} each @param {Words} words */
function message(each, words) {
  const who = each.by === "reporter" || each.by === "server" ? words.reporter : each.name || words.you;
  const files = each.files.map((/** @type {any} */ file) => `<li>${safe(file.name)}</li>`).join("");
  return `<article><h3>${safe(who)}, ${safe(each.at ?? each.on)}</h3><pre>${safe(each.text || each.event)}</pre>${files && `<ul>${files}</ul>`}</article>`;
}

/** @param {any} each */
function record(each) {
  const rows = Object.entries({ ...each.codes, ...each.texts }).filter(([name, value]) => !["v", "type", "record", "number", "version", "codes", "files"].includes(name) && value !== null && value !== "");
  const cells = rows.map(([name, value]) => `<tr><th scope="row">${safe(name)}</th><td><pre>${safe(Array.isArray(value) ? value.join(", ") : value)}</pre></td></tr>`).join("");
  return `<article><h3>${safe(each.kind)} ${safe(each.number)} (${safe(each.by)}, ${safe(each.on)})</h3><table>${cells}</table></article>`;
}

/** @param {Opened} opened @param {any} view @param {Words} words @param {string[]} names */
function document(opened, view, words, names) {
  const part = (/** @type {string} */ title, /** @type {string[]} */ lines) => (lines.length ? `<section><h2>${safe(title)}</h2>${lines.join("")}</section>` : "");
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return `<!doctype html><html lang="${safe(words.language)}"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer">
<title>${safe(opened.reference)}</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:70ch;margin:2rem auto;padding:0 1rem}pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}article{margin-block:1rem}h3{font-size:1rem;margin:0}th{text-align:start;vertical-align:top;padding-inline-end:1rem;font-weight:600}</style>
<h1>${safe(opened.reference)} ${safe(named(opened).title)}</h1><p>${safe(words.made)}</p>
${part(words.messages, view.messages.map((/** @type {any} */ each) => message(each, words)))}${part(words.records, view.records.map(record))}${part(words.notes, view.notes.map((/** @type {any} */ each) => message(each, words)))}${part(words.files, names.map((name) => `<p>${safe(name)}</p>`))}</html>`;
}

/** Makes the file after the taking-out is logged; what it holds goes to the page and nowhere else. @param {Opened} opened @param {Words} words @param {(state: any) => void} progress */
export async function exported(opened, words, progress) {
  const url = `${opened.api}cases/${opened.reference}/export/`;
  await post(`${url}release`, {});
  const view = opened.view();
  /** @type {Record<string, Uint8Array>} */ const parts = {};
  const names = [];
  for (const [at, file] of view.files.entries()) {
    progress({ doing: "file", name: file.name });
    const name = `originals/${fileName(file.name, at + 1)}`;
    parts[name] = new Uint8Array(await (await opened.file(file.file, file.sha256)).arrayBuffer());
    names.push(name);
  }
  parts["case.html"] = strToU8(document(opened, view, words, names));
  const sums = [];
  for (const [name, octets] of Object.entries(parts)) sums.push(`${bytes.hex(await bytes.digest(octets))}  ${name}\n`);
  parts.SHA256SUMS = strToU8(sums.join(""));
  const folder = await new Promise((done, fail) => {
    zip(/** @type {any} */ (parts), { level: 0, consume: true }, (error, octets) => (error ? fail(error) : done(octets)));
  });
  const digest = bytes.hex(await bytes.digest(folder));
  await post(`${url}made`, { digest });
  return { blob: new Blob([folder], { type: "application/zip" }), name: `${opened.reference}.zip`, digest };
}
