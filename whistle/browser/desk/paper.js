/** The paper of an export: a PDF made in the browser, with its fonts inside, so that it reads the same in fifty years. */

import * as fontkit from "@cantoo/fontkit";
import { PDFDocument, rgb } from "@cantoo/pdf-lib";
import { Tags } from "./paper_tags.js";

const [WIDTH, HEIGHT] = [595.28, 841.89]; // A4 in points
const [SIDE, TOP, FOOT] = [62, 64, 68];
const INK = rgb(0.07, 0.11, 0.13);
const QUIET = rgb(0.33, 0.38, 0.41);
const LINE = 1.45;
const TERM = 130; // where the value of a fact begins
/** Signs that are not seen, or turn what stands around them. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
/** Signs that only say how the one before them is drawn. */
const VARIANT = /[\ufe00-\ufe0f\u200d]/;

/** Text of which every sign can be printed; one that the font lacks, or that nobody would see, stands there by its number. @param {string} text @param {Set<number>} known */
export function printable(text, known) {
  const signs = [...text.normalize("NFC").replace(/\r\n?/g, "\n").replace(/\t/g, "    ")];
  return signs.map((sign) => {
    if (sign === "\n" || sign === "\u00a0") return sign === "\n" ? sign : " ";
    if (VARIANT.test(sign)) return "";
    const code = /** @type {number} */ (sign.codePointAt(0));
    return known.has(code) && !HIDDEN.test(sign) ? sign : `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  }).join("");
}

/** A font that measures each word once. @param {any} font */
function measured(font) {
  /** @type {Map<string, number>} */ const widths = new Map();
  const known = new Set(font.getCharacterSet());
  const width = (/** @type {string} */ word, /** @type {number} */ size) => {
    if (!widths.has(word)) widths.set(word, font.widthOfTextAtSize(word, 1));
    return /** @type {number} */ (widths.get(word)) * size;
  };
  return { font, known, width };
}

/** Breaks a paragraph into lines; a word wider than the line is broken where it must be. @param {any} font @param {string} text @param {number} size @param {number} room */
function lines(font, text, size, room) {
  const found = [];
  for (const paragraph of text.split("\n")) {
    let line = "", used = 0;
    const put = (/** @type {string} */ piece, /** @type {number} */ wide) => {
      line += piece;
      used += wide;
    };
    for (const word of paragraph.split(/(?<= )/)) {
      const wide = font.width(word, size);
      if (used + font.width(word.trimEnd(), size) <= room) {
        put(word, wide);
        continue;
      }
      if (line) found.push(line.trimEnd());
      [line, used] = ["", 0];
      if (wide <= room) {
        put(word, wide);
        continue;
      }
      for (const sign of word) {
        const one = font.width(sign, size);
        if (used + one > room) {
          found.push(line);
          [line, used] = ["", 0];
        }
        put(sign, one);
      }
    }
    found.push(line.trimEnd());
  }
  return found;
}

class Sheets {
  /** @type {any} */ page;
  y = 0;

  /** @param {PDFDocument} pdf @param {any} regular @param {any} bold */
  constructor(pdf, regular, bold) {
    Object.assign(this, { pdf, regular, bold, tags: new Tags(pdf) });
    this.turn();
  }
  /** @type {Tags} */ tags = /** @type {any} */ (null);
  /** @type {any} */ pdf;
  /** @type {any} */ regular;
  /** @type {any} */ bold;

  turn() {
    this.page = this.pdf.addPage([WIDTH, HEIGHT]);
    this.y = HEIGHT - TOP;
  }

  /** @param {number} high */
  room(high) {
    if (this.y - high < FOOT) this.turn();
  }

  /** Writes text below what is there; `as` says what it is, or to which element it belongs. @param {string} text @param {{as?: any, font?: any, size?: number, color?: any, indent?: number, before?: number, keep?: number}} how */
  write(text, { as = "P", font = this.regular, size = 10.5, color = INK, indent = 0, before = 0, keep = 0 } = {}) {
    const element = typeof as === "string" ? this.tags.element(as) : as;
    this.y -= before;
    const high = size * LINE;
    this.room(high + keep);
    for (const line of lines(font, printable(text, font.known), size, WIDTH - 2 * SIDE - indent)) {
      this.room(high);
      this.y -= high;
      if (line) this.tags.mark(this.page, element, () => this.page.drawText(line, { x: SIDE + indent, y: this.y + size * 0.3, size, font: font.font, color }));
    }
  }

  /** Terms and what they are, a list. @param {[string, string][]} facts */
  facts(facts) {
    const list = facts.length ? this.tags.element("L") : null;
    for (const each of facts) this.#fact(each, list);
  }

  /** A list of names. @param {string[]} names */
  names(names) {
    const list = names.length ? this.tags.element("L") : null;
    for (const each of names) this.write(`– ${each}`, { as: this.tags.element("LBody", this.tags.element("LI", list)), size: 9.5, indent: 10 });
  }

  /** A term and what it is, side by side. @param {[string, string]} fact @param {any} list */
  #fact([term, value], list) {
    const size = 9.5;
    const terms = lines(this.bold, printable(term, this.bold.known), size, TERM - 10);
    this.room(terms.length * size * LINE);
    const [start, from] = [this.y, this.page];
    const item = this.tags.element("LI", list);
    const label = this.tags.element("Lbl", item);
    for (const [at, line] of terms.entries()) this.tags.mark(from, label, () => from.drawText(line, { x: SIDE, y: start - (at + 1) * size * LINE + size * 0.3, size, font: this.bold.font, color: QUIET }));
    this.write(value, { as: this.tags.element("LBody", item), size, indent: TERM });
    if (this.page === from) this.y = Math.min(this.y, start - terms.length * size * LINE);
  }
}

/** @param {Sheets} sheets @param {import("./worker/story.js").Entry} entry */
function entry(sheets, { heading, facts, texts, files }) {
  sheets.write(heading, { as: "H3", font: sheets.bold, size: 10.5, before: 12, keep: 30 });
  sheets.facts(facts);
  for (const [label, text] of texts) {
    if (label) sheets.write(label, { as: "H4", font: sheets.bold, size: 9.5, color: QUIET, before: 3, keep: 14 });
    sheets.write(text, { before: 2 });
  }
  sheets.names(files);
}

/** The reference, and which page of how many, at the foot of each. @param {Sheets} sheets @param {string} title */
function numbered(sheets, title) {
  const pages = sheets.pdf.getPages();
  const [name] = lines(sheets.regular, printable(title, sheets.regular.known), 8.5, WIDTH - 2 * SIDE - 60);
  for (const [at, page] of pages.entries()) {
    const place = `${at + 1} / ${pages.length}`;
    const x = WIDTH - SIDE - sheets.regular.width(place, 8.5);
    sheets.tags.aside(page, () => {
      page.drawLine({ start: { x: SIDE, y: FOOT - 14 }, end: { x: WIDTH - SIDE, y: FOOT - 14 }, thickness: 0.5, color: rgb(0.8, 0.82, 0.83) });
      page.drawText(name, { x: SIDE, y: FOOT - 28, size: 8.5, font: sheets.regular.font, color: QUIET });
      page.drawText(place, { x, y: FOOT - 28, size: 8.5, font: sheets.regular.font, color: QUIET });
    });
  }
}

/** Returns the case as a PDF. @param {import("./worker/story.js").Story} told @param {{regular: Uint8Array, bold: Uint8Array}} fonts @returns {Promise<Uint8Array>} */
export async function paper(told, fonts) {
  const pdf = await PDFDocument.create();
  pdf.registerFontkit(/** @type {any} */ (fontkit));
  const [regular, bold] = await Promise.all([fonts.regular, fonts.bold].map(async (octets) => measured(await pdf.embedFont(octets, { subset: true }))));
  pdf.setTitle(printable(told.title, regular.known), { showInWindowTitleBar: true });
  pdf.setProducer("Whistle");
  pdf.setCreator("Whistle");
  const sheets = new Sheets(pdf, regular, bold);
  sheets.write(told.title, { as: "H1", font: bold, size: 19 });
  sheets.write(told.lead, { color: QUIET, before: 4 });
  sheets.y -= 8;
  sheets.facts(told.facts);
  for (const { title, entries } of told.parts) {
    sheets.write(title, { as: "H2", font: bold, size: 14, before: 22, keep: 60 });
    for (const each of entries) entry(sheets, each);
  }
  numbered(sheets, told.title);
  sheets.tags.finish(told.language);
  pdf.convertToPDFA({ conformance: "2U" });
  return pdf.save();
}
