// What a case taken out in clear looks like on paper: node tests/desk_tools/paper.mjs, prints JSON.
import { readFileSync } from "node:fs";
import { PDFDocument } from "@cantoo/pdf-lib";
import { paper } from "../../whistle/browser/desk/paper.js";

const font = (name) => new Uint8Array(readFileSync(new URL(`../../node_modules/dejavu-fonts-ttf/ttf/${name}.ttf`, import.meta.url)));
const told = JSON.parse(readFileSync(0, "utf8"));
const octets = await paper(told, { regular: font("DejaVuSans"), bold: font("DejaVuSans-Bold") });
const pdf = await PDFDocument.load(octets);
const pages = pdf.getPages().map((page) => page.extractContents().filter((each) => each.kind === "text" || each.getText).map((each) => each.getText().trimEnd()));
console.log(JSON.stringify({
  pages, size: octets.length, head: String.fromCharCode(...octets.slice(0, 8)), language: pdf.getLanguage(), title: pdf.getTitle(),
  standard: Buffer.from(octets).includes("pdfaid"),
}));
