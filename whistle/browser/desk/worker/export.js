/** A case in clear, as one file made here: a page and a paper that say the same, the originals, and the hash of each. */

import { strToU8, zip } from "fflate";
import { bytes } from "../../wbe1/index.js";
import { NetError, call, post } from "../../reporter/worker/net.js";
import { named } from "./search.js";
import { story } from "./story.js";

/** @typedef {import("./opened.js").Opened} Opened */
/** @typedef {import("./story.js").Words} Words */

/** @param {unknown} text */
const safe = (text) => String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A name that is safe in a folder on any machine: letters, digits, and a number before it. @param {string} name @param {number} n */
function fileName(name, n) {
  const plain = name.replace(/^.*[/\\]/, "").normalize("NFC").replace(/[^\p{L}\p{N}._ -]/gu, "_").replace(/^[. ]+|[. ]+$/g, "").slice(0, 80);
  return `${String(n).padStart(2, "0")}-${plain || "file"}`;
}

/** @param {[string, string][]} rows */
const table = (rows) => (rows.length ? `<table>${rows.map(([name, value]) => `<tr><th scope="row">${safe(name)}</th><td><pre>${safe(value)}</pre></td></tr>`).join("")}</table>` : "");

/** @param {import("./story.js").Entry} entry */
function article({ heading, facts, texts, files }) {
  const told = texts.map(([label, text]) => `${label && `<p><b>${safe(label)}</b></p>`}<pre>${safe(text)}</pre>`).join("");
  const list = files.map((name) => `<li>${safe(name)}</li>`).join("");
  return `<article><h3>${safe(heading)}</h3>${table(facts)}${told}${list && `<ul>${list}</ul>`}</article>`;
}

/** @param {import("./story.js").Story} told */
function document({ title, lead, facts, parts, language }) {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  const sections = parts.map((part) => `<section><h2>${safe(part.title)}</h2>${part.entries.map(article).join("")}</section>`).join("");
  return `<!doctype html><html lang="${safe(language)}"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer">
<title>${safe(title)}</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:70ch;margin:2rem auto;padding:0 1rem}pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}article{margin-block:1rem}h3{font-size:1rem;margin:0}th{text-align:start;vertical-align:top;padding-inline-end:1rem;font-weight:600}p{margin-block:.5rem 0}</style>
<h1>${safe(title)}</h1><p>${safe(lead)}</p>${table(facts)}
${sections}</html>`;
}

/** What makes the paper, fetched only here. @param {{script: string, regular: string, bold: string}} from @returns {Promise<(told: import("./story.js").Story) => Promise<Uint8Array>>} */
async function printer({ script, regular, bold }) {
  const fetched = async (/** @type {string} */ url) => new Uint8Array(await (await call(url)).arrayBuffer());
  try {
    const [{ paper }, ...fonts] = await Promise.all([import(script), fetched(regular), fetched(bold)]);
    return (told) => paper(told, { regular: fonts[0], bold: fonts[1] });
  } catch {
    throw new NetError("network");
  }
}

/** Makes the file after the taking-out is logged; what it holds goes to the page and nowhere else. @param {Opened} opened @param {Words} words @param {any} from where the paper's script and fonts are @param {(state: any) => void} progress */
export async function exported(opened, words, from, progress) {
  const url = `${opened.api}cases/${opened.reference}/export/`;
  const print = await printer(from);
  const [view, called] = [opened.view(), named(opened).title];
  await print(story(opened.reference, called, view, words, [])); // what cannot be printed is noticed before the one taking-out is spent
  await post(`${url}release`, {});
  /** @type {Record<string, Uint8Array>} */ const parts = {};
  const originals = [];
  for (const [at, file] of view.files.filter((/** @type {any} */ each) => !each.removed).entries()) {
    progress({ doing: "file", name: file.name });
    const path = `originals/${fileName(file.name, at + 1)}`;
    parts[path] = new Uint8Array(await (await opened.file(file.file, file.sha256)).arrayBuffer());
    originals.push({ path, name: file.name, size: file.size, sha256: file.sha256 });
  }
  const told = story(opened.reference, called, view, words, originals);
  parts["case.html"] = strToU8(document(told));
  parts["case.pdf"] = await print(told);
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
