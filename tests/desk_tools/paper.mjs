// What a case taken out in clear looks like on paper: node tests/desk_tools/paper.mjs, prints JSON.
import { readFileSync } from "node:fs";
import { PDFDocument } from "@cantoo/pdf-lib";
import { paper } from "../../whistle/browser/desk/paper.js";

for (const drawing of ["DOMMatrix", "ImageData", "Path2D"]) globalThis[drawing] ??= class {}; // wanted at import; nothing is drawn here
const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");

const font = (name) => new Uint8Array(readFileSync(new URL(`../../node_modules/dejavu-fonts-ttf/ttf/${name}.ttf`, import.meta.url)));
const told = JSON.parse(readFileSync(0, "utf8"));
const octets = await paper(told, { regular: font("DejaVuSans"), bold: font("DejaVuSans-Bold") });
const pdf = await PDFDocument.load(octets);
const pages = pdf.getPages().map((page) => page.extractContents().filter((each) => each.kind === "text" || each.getText).map((each) => each.getText().trimEnd()));
// as a reading machine gets it, told by a reader that is not the writer: each piece of the text with what it is, in order
const read = await getDocument({ data: octets.slice(), verbosity: 0 }).promise;
const aloud = [];
const unmarked = [];
for (let at = 1; at <= read.numPages; at += 1) {
  const page = await read.getPage(at);
  const said = new Map();
  let inside = [];
  for (const each of (await page.getTextContent({ includeMarkedContent: true })).items) {
    if (each.type?.startsWith("begin")) inside.push(each.id ?? each.tag);
    else if (each.type === "endMarkedContent") inside.pop();
    else if (inside.length) said.set(inside.at(-1), (said.get(inside.at(-1)) ?? "") + each.str);
    else if (each.str?.trim()) unmarked.push(each.str);
  }
  const walk = (node, roles) => {
    if (node.type === "content") aloud.push([roles.filter((role) => role !== "Root" && role !== "Document").join(" "), (said.get(node.id) ?? "").trim()]);
    for (const each of node.children ?? []) walk(each, node.role ? [...roles, node.role] : roles);
  };
  walk(await page.getStructTree(), []);
}
console.log(JSON.stringify({
  aloud, unmarked, marked: (await read.getMarkInfo())?.Marked ?? false,
  pages, size: octets.length, head: String.fromCharCode(...octets.slice(0, 8)), language: pdf.getLanguage(), title: pdf.getTitle(),
  standard: Buffer.from(octets).includes("pdfaid"),
}));
