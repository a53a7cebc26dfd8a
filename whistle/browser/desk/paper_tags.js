/** What each piece of a paper is (a heading, a paragraph, a list), so that it can be read aloud: ISO 32000-1, 14.7 and 14.8. */

import { PDFName, PDFOperator, PDFString } from "@cantoo/pdf-lib";

const name = PDFName.of;

/** @typedef {{as: string, ref: any, kids: any[], parent: Element | null, pages: Set<any>}} Element */

export class Tags {
  /** @type {Element[]} */ all = [];
  /** @type {Map<any, any[]>} the element of each marked piece, by page */ pieces = new Map();

  /** @param {import("@cantoo/pdf-lib").PDFDocument} pdf */
  constructor(pdf) {
    this.context = pdf.context;
    this.pdf = pdf;
    this.root = this.context.nextRef();
    this.document = this.element("Document", null);
  }

  /** A piece of the structure; `as` is one of the standard's types. @param {string} as @param {Element | null} parent @returns {Element} */
  element(as, parent = this.document) {
    const made = { as, ref: this.context.nextRef(), kids: [], parent, pages: new Set() };
    if (parent) parent.kids.push(made.ref);
    this.all.push(made);
    return made;
  }

  /** Draws what belongs to an element. @param {any} page @param {Element} element @param {() => void} draw */
  mark(page, element, draw) {
    const mine = this.pieces.get(page) ?? [];
    this.pieces.set(page, mine);
    const id = mine.push(element.ref) - 1;
    page.pushOperators(PDFOperator.of(/** @type {any} */ ("BDC"), [name(element.as), `<</MCID ${id}>>`]));
    draw();
    page.pushOperators(PDFOperator.of(/** @type {any} */ ("EMC")));
    element.kids.push(this.context.obj({ Type: "MCR", Pg: page.ref, MCID: id }));
  }

  /** Draws what is no part of the text: a line, a page's number. @param {any} page @param {() => void} draw */
  aside(page, draw) {
    page.pushOperators(PDFOperator.of(/** @type {any} */ ("BMC"), [name("Artifact")]));
    draw();
    page.pushOperators(PDFOperator.of(/** @type {any} */ ("EMC")));
  }

  /** Writes the structure into the document. @param {string} language */
  finish(language) {
    const { context, pdf } = this;
    const numbers = [];
    for (const [at, page] of pdf.getPages().entries()) {
      page.node.set(name("StructParents"), context.obj(at));
      page.node.set(name("Tabs"), name("S"));
      numbers.push(at, context.register(context.obj(this.pieces.get(page) ?? [])));
    }
    for (const { as, ref, kids, parent } of this.all) context.assign(ref, context.obj({ Type: "StructElem", S: as, P: parent?.ref ?? this.root, K: kids }));
    const parents = context.register(context.obj({ Nums: numbers }));
    context.assign(this.root, context.obj({ Type: "StructTreeRoot", K: [this.document.ref], ParentTree: parents, ParentTreeNextKey: pdf.getPageCount() }));
    pdf.catalog.set(name("StructTreeRoot"), this.root);
    pdf.catalog.set(name("MarkInfo"), context.obj({ Marked: true }));
    pdf.catalog.set(name("Lang"), PDFString.of(language));
  }
}
