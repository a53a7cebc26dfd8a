/** PDF without author, history and the data inside its pictures. Written anew, so nothing of earlier versions is left. */

import { PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream, PDFRef, PDFStream } from "@cantoo/pdf-lib";
import { cleanJpeg } from "./pictures.js";

const name = (/** @type {string} */ text) => PDFName.of(text);
const HIDDEN = ["Metadata", "PieceInfo", "LastModified", "SpiderInfo", "CreationDate", "ModDate", "M", "NM"].map(name);
const WRITTEN_BY = name("T"); // of a comment: who wrote it; of a form field: its name, which stays
const UNKNOWN = new Set(["/JPXDecode", "/JBIG2Decode"]);

/** @param {Uint8Array} octets @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function cleanPdf(octets) {
  const pdf = await PDFDocument.load(octets, { updateMetadata: false, throwOnInvalidObject: true });
  const { context, catalog } = pdf;
  const names = catalog.get(name("Names"));
  const tables = names instanceof PDFRef ? context.lookup(names) : names;
  // A file inside the file has hidden data of its own.
  if (tables instanceof PDFDict && tables.has(name("EmbeddedFiles"))) throw new Error("clean.unknown");
  context.trailerInfo.Info = undefined;
  context.trailerInfo.ID = undefined;
  const found = new Set();
  reach(context, context.trailerInfo.Root, found);
  for (const [ref] of context.enumerateIndirectObjects()) if (!found.has(ref.toString())) context.delete(ref);
  return /** @type {any} */ (await pdf.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false }));
}

/** Cleans what can be reached from `start`, and notes it. @param {any} context @param {any} start @param {Set<string>} found */
function reach(context, start, found) {
  const waiting = [start];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (one instanceof PDFRef) {
      if (found.has(one.toString())) continue;
      found.add(one.toString());
      const stream = context.lookup(one);
      if (stream instanceof PDFStream) context.assign(one, cleanStream(stream));
      waiting.push(context.lookup(one));
    } else if (one instanceof PDFArray) waiting.push(...one.asArray());
    else if (one instanceof PDFDict) waiting.push(...cleanDict(one).values());
    else if (one instanceof PDFStream) waiting.push(...cleanDict(one.dict).values());
  }
}

/** @param {PDFDict} dict */
function cleanDict(dict) {
  for (const key of HIDDEN) dict.delete(key);
  const comment = dict.get(name("Subtype")) !== name("Widget") && dict.has(name("Rect"));
  if (comment) dict.delete(WRITTEN_BY);
  return dict;
}

/** @param {PDFStream} stream */
function cleanStream(stream) {
  const filter = stream.dict.get(name("Filter"));
  const last = String(filter instanceof PDFArray ? filter.asArray().at(-1) : filter);
  if (UNKNOWN.has(last)) throw new Error("clean.unknown");
  if (last !== "/DCTDecode" || !(stream instanceof PDFRawStream)) return stream;
  if (filter instanceof PDFArray && filter.size() > 1) throw new Error("clean.unknown");
  return PDFRawStream.of(stream.dict, cleanJpeg(stream.getContents()));
}
