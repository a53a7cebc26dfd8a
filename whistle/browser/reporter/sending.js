/** Sending, and what to say when it does not work. */

import { CodeCard } from "./code_card.js";
import { all, listed, one, show, size, word } from "./dom.js";
import { ask, language } from "./sealer.js";

const READERS_CHANGED = ["report.readers", "card.forged"];
/** @type {Record<string, string>} */
const FAILED = { network: "network", file: "file", here: "here", "upload.no_room": "full", "report.no_room": "crowd", "report.work": "crowd" };

export class Sending {
  /** @type {CodeCard | undefined} */ card;
  #busy = false;

  /** @param {import("./form.js").Form} form */
  constructor(form) {
    this.form = form;
    one("[data-again]").addEventListener("click", () => this.send());
    one("[data-back-to-form]").addEventListener("click", () => {
      show("form");
      form.go(form.steps.length - 1);
    });
  }

  get codeIsShown() {
    return this.card?.shown ?? false;
  }

  /** Seals and sends; pressing twice sends once. */
  async send() {
    if (this.#busy) return;
    this.#busy = true;
    this.#begin();
    try {
      await this.form.begin();
      this.#mark("code");
      await this.#filesAreUp();
      const { chosen, about, holders } = this.form.readers;
      const { values, name, who, urgent } = this.form.answers;
      const { readers, recovery } = chosen;
      const written = { text: this.form.story.value, about, readers, recovery, files: this.form.files.sent, answers: values, holders, name: who === "named" ? name : null, urgent };
      const sent = await ask("send", written, ({ mark, told }) => this.#progress(mark, told));
      this.#mark("delivered");
      this.form.done = true;
      this.form.draft.end();
      this.form.story.value = "";
      const { full } = this.form.files;
      this.form.files.clear();
      this.card = new CodeCard(sent);
      one("[data-left-out]").hidden = full.length === 0;
      one("[data-left-out] p").textContent = word("files-full", { names: listed(full) });
      await this.card.open();
    } catch (error) {
      this.#failed(/** @type {any} */ (error));
    } finally {
      this.#busy = false;
    }
  }

  #begin() {
    for (const mark of all("[data-mark]")) this.#icon(mark, false);
    one('[data-slot="files"]').textContent = word(this.form.files.entries.length ? "sending-files-done" : "sending-no-files");
    one('[data-slot="deliver"]').textContent = word("sending-deliver");
    show("sending");
  }

  /** Waits for files on their way; gives up when the connection is gone. */
  async #filesAreUp() {
    const { files } = this.form;
    const words = one('[data-slot="files"]');
    files.pause(false);
    while (files.pending.length) {
      words.textContent = word("sending-files", files.progress);
      if (files.pending.some((entry) => entry.state === "again")) throw Object.assign(new Error("network"), { code: "network" });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (files.entries.some((entry) => entry.state === "failed")) throw Object.assign(new Error("file"), { code: "file" });
    words.textContent = word(files.entries.length ? "sending-files-done" : "sending-no-files");
    this.#mark("files");
  }

  /** @param {string} mark @param {string} [told] why it takes long */
  #progress(mark, told) {
    if (mark) this.#mark(mark);
    if (told) one('[data-slot="deliver"]').textContent = word(`sending-${told}`);
  }

  /** @param {string} name */
  #mark(name) {
    this.#icon(one(`[data-mark="${name}"]`), true);
  }

  /** @param {any} line @param {boolean} done */
  #icon(line, done) {
    line.classList.toggle("wait", !done);
    one("svg", line).replaceWith(one(done ? "#mark-done" : "#mark-todo").content.cloneNode(true));
  }

  /** @param {any} error */
  #failed({ code }) {
    const why = READERS_CHANGED.includes(code) ? "readers" : FAILED[code] ?? "server";
    one("[data-failed-why]").textContent = word(why === "full" ? "file-full" : `failed-${why}`);
    one("[data-far]").replaceChildren(...this.#far());
    show("failed");
  }

  #far() {
    const { entries, sent } = this.form.files;
    const sealed = !one('[data-mark="text"]').classList.contains("wait");
    const lines = [[sealed, word(sealed ? "far-text" : "far-text-not")]];
    if (entries.length) lines.push([sent.length === entries.length, word("far-files", { n: sent.length, of: entries.length })]);
    for (const { state, file, done } of entries) {
      if (state === "again") lines.push([false, word("far-file-stopped", { name: file.name, done: size(done, language), size: size(file.size, language) })]);
    }
    lines.push([false, word("far-not-delivered")]);
    return lines.map(([done, said]) => receiptLine(Boolean(done), String(said)));
  }
}

/** One line with its mark. @param {boolean} done @param {string} said @param {string} [otherwise] the mark when not done */
export function receiptLine(done, said, otherwise = "todo") {
  const line = one("#receipt-mark").content.firstElementChild.cloneNode(true);
  line.classList.toggle("wait", !done);
  one('[data-slot="mark"]', line).replaceWith(one(`#mark-${done ? "done" : otherwise}`).content.cloneNode(true));
  one('[data-slot="words"]', line).textContent = said;
  return line;
}
