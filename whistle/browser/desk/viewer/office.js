/** Office files and archives: what they say, taken out as text. Nothing of them is laid out, fetched or run. */

import { strFromU8, unzipSync } from "fflate";
import { part } from "./text.js";

const LARGEST_PART = 40e6;
const LARGEST = 80e6; // octets unpacked in all
const MOST_ENTRIES = 5000;
const [ROWS, COLUMNS] = [2000, 60];

/** @typedef {{name: string, size: number}} Listed */
/** @typedef {{parts: Node[], warnings: string[]}} Shown */

/** @param {string} code */
const failure = (code) => Object.assign(new Error(code), { code });

/** Unpacks the parts that hold text, within limits; the rest is only listed. @param {Uint8Array<ArrayBuffer>} octets */
function unpacked(octets) {
  /** @type {Listed[]} */ const listed = [];
  let sum = 0;
  const wanted = (/** @type {{name: string, originalSize: number}} */ { name, originalSize }) => {
    if (listed.push({ name, size: originalSize }) > MOST_ENTRIES) throw failure("too-large");
    const text = /\.(xml|rels)$/i.test(name) || name === "mimetype";
    if (!text || originalSize > LARGEST_PART || sum + originalSize > LARGEST) return false;
    sum += originalSize;
    return true;
  };
  try {
    return { files: unzipSync(octets, { filter: wanted }), listed };
  } catch (error) {
    if (/** @type {any} */ (error).code === "too-large") throw error;
    // what cannot be unpacked can perhaps still be listed
    const names = /** @type {Listed[]} */ ([]);
    try {
      unzipSync(octets, { filter: ({ name, originalSize }) => (names.push({ name, size: originalSize }), false) });
    } catch {
      throw failure("damaged");
    }
    return { files: {}, listed: names };
  }
}

/** XML as a tree; a document type could define entities that grow without end, and office files have none. @param {Uint8Array | undefined} octets */
function tree(octets) {
  const text = octets ? strFromU8(octets) : "";
  if (!text || /<!DOCTYPE|<!ENTITY/i.test(text)) return null;
  const made = new DOMParser().parseFromString(text, "application/xml");
  return made.querySelector("parsererror") ? null : made;
}

/** @param {Document | Element | null} root @param {string} name the local name @returns {Element[]} */
const every = (root, name) => (root ? [...root.getElementsByTagNameNS("*", name)] : []);

/** @param {Element} element @param {string} name */
const attribute = (element, name) => [...element.attributes].find((each) => each.localName === name)?.value ?? "";

/** What makes an office file more than text. @param {Record<string, Uint8Array>} files @param {Listed[]} listed */
function dangers(files, listed) {
  const found = new Set();
  const names = listed.map(({ name }) => name.toLowerCase());
  if (names.some((name) => /vbaproject\.bin|^basic\/|^scripts\/|macrosheets\//.test(name))) found.add("macro");
  if (names.some((name) => /\/(embeddings|activex)\//.test(`/${name}`))) found.add("embedded");
  for (const [name, octets] of Object.entries(files)) {
    const text = strFromU8(octets);
    if (name.endsWith(".rels") && /TargetMode="External"/i.test(text) && every(tree(octets), "Relationship").some((each) => attribute(each, "TargetMode") === "External" && !/hyperlink$/i.test(attribute(each, "Type")))) found.add("external");
    if (/DDEAUTO|<(\w+:)?(instrText|f)[^>]*>[^<]*\bDDE\b|=cmd\|/i.test(text)) found.add("external");
  }
  return [...found];
}

/** @param {Element} paragraph */
function wordText(paragraph) {
  const kinds = { t: (/** @type {Element} */ each) => each.textContent ?? "", delText: (/** @type {Element} */ each) => `[− ${each.textContent} −]`, tab: () => "\t", br: () => "\n", instrText: () => "" };
  return [...paragraph.getElementsByTagNameNS("*", "*")].map((each) => kinds[/** @type {"t"} */ (each.localName)]?.(each) ?? "").join("");
}

/** @param {Record<string, Uint8Array>} files @param {RegExp} names */
const inOrder = (files, names) => Object.keys(files).filter((name) => names.test(name)).sort((one, other) => one.localeCompare(other, "en", { numeric: true }));

/** @param {Record<string, Uint8Array>} files */
function word(files) {
  const names = ["word/document.xml", ...inOrder(files, /^word\/(footnotes|endnotes|comments|header\d*|footer\d*)\.xml$/)];
  return names.flatMap((name) => {
    const lines = every(tree(files[name]), "p").map((each) => part("p", wordText(each))).filter((each) => each.textContent?.trim());
    return name === names[0] || !lines.length ? lines : [part("h2", name.replace(/^word\/|\.xml$/g, "")), ...lines];
  });
}

/** @param {Record<string, Uint8Array>} files */
function slides(files) {
  return inOrder(files, /^ppt\/(slides|notesSlides)\/[^/]+\.xml$/).flatMap((name) => {
    const lines = every(tree(files[name]), "p").map((each) => part("p", every(each, "t").map((run) => run.textContent).join("")));
    return [part("h2", name.replace(/^ppt\/|\.xml$/g, "")), ...lines.filter((each) => each.textContent?.trim())];
  });
}

/** @param {string[][]} rows */
function table(rows) {
  const made = document.createElement("table");
  for (const cells of rows) {
    const row = made.insertRow();
    for (const cell of cells) row.append(part("td", cell));
  }
  return made;
}

/** @param {Record<string, Uint8Array>} files */
function sheets(files) {
  const shared = every(tree(files["xl/sharedStrings.xml"]), "si").map((each) => every(each, "t").map((run) => run.textContent).join(""));
  const titles = every(tree(files["xl/workbook.xml"]), "sheet").map((each) => attribute(each, "name") + (attribute(each, "state") ? ` (${attribute(each, "state")})` : ""));
  return inOrder(files, /^xl\/worksheets\/[^/]+\.xml$/).flatMap((name, at) => {
    const rows = every(tree(files[name]), "row").slice(0, ROWS).map((row) => every(row, "c").slice(0, COLUMNS).map((cell) => valueOf(cell, shared)));
    return [part("h2", titles[at] ?? name), table(rows)];
  });
}

/** @param {Element} cell @param {string[]} shared */
function valueOf(cell, shared) {
  const [value, formula] = [every(cell, "v")[0]?.textContent ?? "", every(cell, "f")[0]?.textContent ?? ""];
  if (attribute(cell, "t") === "s") return shared[Number(value)] ?? "";
  if (attribute(cell, "t") === "inlineStr") return every(cell, "t").map((run) => run.textContent).join("");
  return value || (formula && `=${formula}`);
}

/** @param {Record<string, Uint8Array>} files */
function open(files) {
  const body = every(tree(files["content.xml"]), "body")[0];
  return every(body, "*").flatMap((each) => {
    if (["p", "h"].includes(each.localName) && !each.closest("table-cell") && !inTable(each)) return each.textContent?.trim() ? [part("p", each.textContent)] : [];
    if (each.localName !== "table" || inTable(each.parentElement)) return [];
    return [part("h2", attribute(each, "name")), table(every(each, "table-row").slice(0, ROWS).map((row) => every(row, "table-cell").slice(0, COLUMNS).map((cell) => cell.textContent ?? "")))];
  });
}

/** @param {Element | null} element @returns {boolean} */
const inTable = (element) => element !== null && (element.localName === "table" || inTable(element.parentElement));

/** @param {Listed[]} listed */
const contents = (listed) => [table(listed.map(({ name, size }) => [name, `${size.toLocaleString("nb")} B`]))];

/** @param {Uint8Array<ArrayBuffer>} octets @returns {Shown} */
export function shownOffice(octets) {
  const { files, listed } = unpacked(octets);
  const names = new Set(listed.map(({ name }) => name));
  const warnings = dangers(files, listed);
  const reader = names.has("word/document.xml") ? word : names.has("xl/workbook.xml") ? sheets : names.has("ppt/presentation.xml") ? slides : names.has("content.xml") && names.has("mimetype") ? open : null;
  if (!reader) return { parts: contents(listed), warnings: [...warnings, "archive"] };
  const parts = reader(files);
  return { parts, warnings: [...warnings, parts.length ? "as-text" : "empty"] };
}

/** Whether an old office file is locked with a password. @param {Uint8Array} octets */
export const isLocked = (octets) => new TextDecoder("utf-16le").decode(octets.subarray(0, octets.length & ~1)).includes("EncryptedPackage");
