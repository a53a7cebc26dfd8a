/** Office documents (Office Open XML, OpenDocument) without author, company, editing history and the data inside their pictures. */

import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { cleanPicture } from "./picture.js";

const LARGEST = 500 * 2 ** 20; // octets when unpacked
const WITHOUT_DATE = new Date(1980, 0, 1); // the first day a ZIP archive knows
// Text of these parts would say who and when; the part itself must stay for the document to open.
const DROPPED = /^(docProps\/(?!core\.xml$|app\.xml$)|customXml\/|word\/people\.xml$|xl\/persons\/|xl\/printerSettings\/|(word|ppt)\/printerSettings|Thumbnails\/|thumbnail|META-INF\/(?!manifest\.xml$)|layout-cache$|Configurations2\/)/i;
const PICTURE = /\.(jpe?g|png|webp)$/i;
const UNKNOWN = /(^|\/)(embeddings|externalLinks|activeX)\/(?!.*\.rels$)|vbaProject\.bin$|\.(tiff?|heic|emf|wmf|pdf|bin|mp4|m4a|mov|svg|gif)$/i;

const CORE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>';
const APP = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>';
const META = '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>';
/** @type {Record<string, string>} */
const REPLACED = { "docprops/core.xml": CORE, "docprops/app.xml": APP, "meta.xml": META };

/** What is taken out of the text of a part: [pattern, replacement]. @type {[RegExp, string][]} */
const SCRUBS = [
  [/\s(?:w|w14|w15|w16\w*):(?:rsid\w*|paraId|textId|docId|durableId)="[^"]*"/g, ""],
  [/<w:rsids>[\s\S]*?<\/w:rsids>/g, ""],
  [/<(w14|w15):docId\b[^>]*\/>/g, ""],
  [/(\sw(?:15)?:(?:author|initials|userId|providerId))="[^"]*"/g, '$1=""'],
  [/\sw(?:16du)?:(?:date|dateUtc)="[^"]*"/g, ""],
  [/<w:attachedTemplate\b[^>]*\/>/g, ""],
  [/<Relationship\b(?=[^>]*(?:attachedTemplate|printerSettings|custom-properties|thumbnail|\/people|\/person|customXml))[^>]*\/>/g, ""],
  [/<Override\b(?=[^>]*PartName="\/(?:docProps\/custom|customXml\/|word\/people|xl\/persons\/|xl\/printerSettings))[^>]*\/>/g, ""],
  [/<mc:AlternateContent\b(?:(?!<\/mc:AlternateContent>)[\s\S])*<x15ac:absPath\b[\s\S]*?<\/mc:AlternateContent>/g, ""],
  [/<(?:\w+:)?absPath\b[^>]*\/>/g, ""],
  [/<author>[^<]*<\/author>/g, "<author></author>"],
  [/<pageSetup\b[^>]*\sr:id="[^"]*"[^>]*\/>/g, ""],
  [/(<fileSharing\b[^>]*\suserName)="[^"]*"/g, '$1=""'],
  [/(<p:cmAuthor\b[^>]*\sname)="[^"]*"(\s+initials)="[^"]*"/g, '$1=""$2=""'],
  [/(<p188:author\b[^>]*\sname)="[^"]*"/g, '$1=""'],
  [/<(dc:creator|dc:date|meta:creator-initials|meta:date-string|loext:sender-initials)>[^<]*<\/\1>/g, "<$1></$1>"],
  [/<text:tracked-changes\b[^>]*\/>/g, ""],
];

/** @param {Uint8Array} octets @returns {Uint8Array<ArrayBuffer>} */
export function cleanOffice(octets) {
  let whole = 0;
  const filter = ({ originalSize = 0 }) => {
    whole += originalSize;
    if (whole > LARGEST) throw new Error("clean.unknown");
    return true;
  };
  const parts = unzipSync(octets, { filter });
  const office = "[Content_Types].xml" in parts || "mimetype" in parts;
  if (!office || Object.keys(parts).some((path) => UNKNOWN.test(path) && !DROPPED.test(path))) throw new Error("clean.unknown");
  /** @type {Record<string, any>} */
  const kept = {};
  // OpenDocument wants `mimetype` first, and not packed.
  if (parts.mimetype) kept.mimetype = [parts.mimetype, { level: 0 }];
  for (const [path, content] of Object.entries(parts)) {
    if (path !== "mimetype" && !path.endsWith("/") && !DROPPED.test(path)) kept[path] = cleanPart(path, content);
  }
  return /** @type {any} */ (zipSync(kept, { mtime: WITHOUT_DATE, level: 6 }));
}

/** @param {string} path @param {Uint8Array} content */
function cleanPart(path, content) {
  const other = REPLACED[path.toLowerCase()];
  if (other) return strToU8(other);
  if (PICTURE.test(path)) {
    const clean = cleanPicture(content);
    if (!clean) throw new Error("clean.unknown");
    return clean;
  }
  if (!/\.(xml|rels|vml)$/i.test(path)) return content;
  if (content[0] === 0xff || content[0] === 0xfe) throw new Error("clean.unknown"); // UTF-16: the patterns would miss everything
  return strToU8(SCRUBS.reduce((text, [pattern, to]) => text.replace(pattern, to), strFromU8(content)));
}
