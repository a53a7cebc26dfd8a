/** The code, shown once: in words and digits, masked on demand; and the receipt. */

import { copy, day, one, save, show, today, word } from "./dom.js";
import { reminder } from "./reminder.js";
import { complete, saveReceipt } from "./receipts.js";
import { ask, forget, language, lists, modules } from "./sealer.js";
import { receiptLine } from "./sending.js";

const DAYS_TO_CONFIRM = 7;

export class CodeCard {
  shown = false;

  /** @param {{indices: number[], receipt: any, itemHash: string, examined: any}} sent */
  constructor({ indices, receipt, itemHash, examined }) {
    this.groups = indices.map((index) => String(index).padStart(4, "0"));
    this.indices = indices;
    this.receipt = receipt;
    this.itemHash = itemHash;
    this.examined = examined;
    /** @type {string[]} */
    this.words = [];
  }

  async open() {
    // Without the list of words the digits stand alone; they are the same code.
    this.words = await ask("codeWords", { indices: this.indices, language, lists }).catch(() => []);
    one("[data-code-words]").replaceChildren(...this.groups.map((digits, at) => copy("code-word", { n: String(at + 1), word: this.words[at] ?? digits, digits: this.words[at] ? digits : "" })));
    this.#receipt();
    const confirmed = new Date(Date.parse(today()) + DAYS_TO_CONFIRM * 86_400_000).toISOString().slice(0, 10);
    one("[data-come-back]").textContent = word("come-back", { date: day(confirmed, language) });
    one("[data-calendar]").addEventListener("click", () => save(new Blob([reminder(confirmed, word("calendar"))], { type: "text/calendar" }), "reminder.ics"));
    one("[data-receipt-save]").addEventListener("click", () => saveReceipt(this.receipt));
    one("[data-square]").addEventListener("click", () => this.square());
    one("[data-copy]").addEventListener("click", () => this.copy());
    one("[data-print]").addEventListener("click", () => window.print());
    one("[data-save]").addEventListener("click", () => save(new Blob([this.text()], { type: "text/plain" }), "note.txt"));
    one("[data-mask]").addEventListener("click", () => this.mask());
    one("[data-kept]").addEventListener("click", () => this.kept());
    this.shown = true;
    show("sent");
    if (!this.examined.proven) void this.#waitForProof();
  }

  /** The proof comes with the log's next signature; until then the page says that it waits. */
  async #waitForProof() {
    const found = await ask("proof", { receipt: this.receipt, itemHash: this.itemHash }).catch(() => null);
    if (found) Object.assign(this, found);
    this.waited = true;
    this.#receipt();
  }

  /** The code as a square for another phone's camera; pressing again takes it away. */
  async square() {
    const button = one("[data-square]");
    const part = one("[data-square-part]");
    const open = part.hidden && !this.masked;
    if (open && !one("path", part)) {
      const drawn = await ask("square", { text: this.groups.join(" "), ...modules }).catch(() => null);
      if (!drawn) return this.#say(word("square-failed"), true);
      const { path, size } = drawn;
      const picture = one("#square-picture").content.firstElementChild.cloneNode(true);
      picture.setAttribute("viewBox", `-4 -4 ${size + 8} ${size + 8}`);
      one("path", picture).setAttribute("d", path);
      one("[data-square-picture]", part).replaceChildren(picture);
    }
    part.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  waited = false;
  masked = false;

  /** The code as it is copied and saved: nothing says what it is for. */
  text() {
    return `${[this.words.join(" "), this.groups.join(" ")].filter(Boolean).join("\n")}\n`;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text());
    } catch {
      return this.#say(word("copy-failed"), true);
    }
    one("[data-copied-words]").hidden = false;
    this.#say(word("copied"));
    one("[data-copy] span").textContent = word("copied");
  }

  mask() {
    const button = one("[data-mask]");
    const masked = !this.masked;
    this.masked = masked;
    if (masked) {
      one("[data-square-part]").hidden = true;
      one("[data-square]").setAttribute("aria-expanded", "false");
    }
    button.setAttribute("aria-pressed", String(masked));
    one("span", button).textContent = word(masked ? "show" : "hide");
    for (const [at, item] of [...one("[data-code-words]").children].entries()) {
      one('[data-slot="word"]', item).textContent = masked ? "•••••" : this.words[at] ?? this.groups[at];
      one('[data-slot="digits"]', item).textContent = masked ? "••••" : this.words[at] ? this.groups[at] : "";
    }
    this.#say(word(masked ? "masked" : "unmasked"));
  }

  /** Nobody has touched the page for a while: the code is hidden, and waits. */
  cover() {
    if (this.masked) return;
    this.mask();
    this.#say(word("masked-away"), true);
  }

  /** The code has been kept: take it off the page, and every key with it. */
  kept() {
    forget();
    this.shown = false;
    this.words = this.groups = [];
    this.indices = [];
    one("[data-code]").remove();
    const said = one("[data-kept-words]");
    said.hidden = false;
    said.focus();
  }

  /** @param {string} said @param {boolean} [failed] what worked can be seen on the button already */
  #say(said, failed = false) {
    const line = one("[data-code-status]");
    line.classList.toggle("ds-sr-only", !failed);
    line.textContent = said;
  }

  #receipt() {
    const { on, index, ours, proven } = this.examined;
    const date = day(on, language, true);
    const lines = [receiptLine(true, Number.isInteger(index) ? word("receipt-number", { n: new Intl.NumberFormat(language).format(index), date }) : word("receipt-entry", { date }))];
    if (ours) lines.push(receiptLine(true, word("receipt-ours")));
    lines.push(proven ? receiptLine(true, word("receipt-signed")) : receiptLine(false, word(this.waited ? "receipt-waits" : "receipt-soon"), "wait"));
    one("[data-receipt-marks]").replaceChildren(...lines);
    one("[data-receipt-hash]").textContent = `${this.receipt.log} · ${index}`;
    one("[data-receipt-save]").hidden = !complete(this.receipt);
  }
}
