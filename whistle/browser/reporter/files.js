/** Files chosen to go along: each is sealed and uploaded at once, one after another. */

import { copy, one, size, word } from "./dom.js";
import { ask, language, modules } from "./sealer.js";
import { Voice } from "./voice.js";

const MOST = 20; // in one sending

export class Files {
  /** @type {any[]} */ entries = [];
  #busy = false;

  /** @param {ParentNode} root @param {() => any} limits @param {() => Promise<unknown>} ready before a file can be sealed */
  constructor(root, limits, ready) {
    this.root = root;
    this.limits = limits;
    this.ready = ready;
    this.#opens("[data-files-add]", "[data-files-input]");
    this.#opens("[data-files-camera]", "[data-files-photo]");
    one("[data-files-camera]", root).hidden = !matchMedia("(pointer: coarse)").matches;
    one("[data-files-pause]", root).addEventListener("click", () => this.pause(!this.paused));
    this.#drops(one("[data-files]", root));
    new Voice(one("[data-voice]", root), (file) => this.add([file]));
  }

  /** @param {string} button @param {string} field */
  #opens(button, field) {
    const input = one(field, this.root);
    one(button, this.root).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.add([...input.files]);
      input.value = "";
    });
  }

  /** Files may be dropped here. One that misses must not open in the page's place, and take what was written with it. @param {any} part */
  #drops(part) {
    for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
    part.addEventListener("dragover", () => part.classList.add("over"));
    part.addEventListener("dragleave", () => part.classList.remove("over"));
    part.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      part.classList.remove("over");
      this.add([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** Whether every upload is held. */
  get paused() {
    return this.pending.length > 0 && this.pending.every((entry) => entry.paused);
  }

  /** Holds all uploads, or lets them go on. @param {boolean} wanted */
  pause(wanted) {
    for (const entry of this.pending) this.hold(entry, wanted);
  }

  /** Holds one upload, so that the next need not wait for it, or lets it go on. @param {any} entry @param {boolean} wanted */
  hold(entry, wanted) {
    if (entry.paused === wanted) return;
    entry.paused = wanted;
    if (wanted) entry.aside?.();
    void ask("pause", { id: entry.id, paused: wanted });
    this.show();
    void this.#work();
  }

  /** @param {File[]} chosen @param {boolean} [keep] what is hidden in them */
  add(chosen, keep = false) {
    const wrong = one("[data-files-error]", this.root);
    const most = this.limits().file;
    const problem = (/** @type {File} */ file) =>
      file.size === 0 ? word("files-empty", { name: file.name })
      : file.size > most ? word("files-too-large", { name: file.name, size: size(most, language) })
      : this.entries.length >= MOST ? word("files-too-many", { n: MOST }) : "";
    const problems = [];
    for (const file of chosen) {
      const said = problem(file);
      if (said) problems.push(said);
      else this.entries.push({ id: crypto.randomUUID(), file, state: "waiting", done: 0, size: file.size, keep, hidden: "", paused: false, row: null });
    }
    wrong.hidden = problems.length === 0;
    wrong.textContent = [...new Set(problems)].join(" ");
    this.show();
    void this.#work();
  }

  /** Ids of what is sealed and uploaded, in order. @returns {string[]} */
  get sent() {
    return this.entries.filter((entry) => entry.state === "done").map((entry) => entry.id);
  }

  /** Whether something is still on its way. */
  get pending() {
    return this.entries.filter((entry) => !["done", "failed", "full"].includes(entry.state));
  }

  /** Names of files that do not go along: there was no room for them. @returns {string[]} */
  get full() {
    return this.entries.filter(({ state }) => state === "full").map(({ file }) => file.name);
  }

  /** Names of those that do. @returns {string[]} */
  get along() {
    return this.entries.filter(({ state }) => state !== "full").map(({ file }) => file.name);
  }

  /** Which file is on its way, of how many, and how much of all is done. */
  get progress() {
    const whole = this.entries.reduce((sum, entry) => sum + entry.file.size, 0);
    const done = this.entries.reduce((sum, entry) => sum + (entry.state === "done" ? entry.file.size : entry.done), 0);
    return { n: this.entries.length - this.pending.length + 1, of: this.entries.length, share: Math.floor((100 * done) / whole) };
  }

  clear() {
    this.entries = [];
    this.show();
  }

  /** What is up has been sent; what found no room stays, and says so. */
  settle() {
    this.entries = this.entries.filter(({ state }) => state === "full");
    this.show();
  }

  /** Waits until nothing is on its way any more; what was held goes on. @param {(progress: any) => void} tell */
  async allUp(tell) {
    this.pause(false);
    while (this.pending.length) {
      tell(this.progress);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    for (let entry; (entry = this.entries.find((each) => each.state === "waiting" && !each.paused)); ) {
      const aside = new Promise((resolve) => (entry.aside = resolve));
      await Promise.race([this.#send(entry), aside]);
    }
    this.#busy = false;
    this.show();
  }

  /** @param {any} entry */
  async #send(entry) {
    entry.state = "sealing";
    const started = entry.id;
    this.show();
    try {
      await this.ready();
      const { id, file, keep } = entry;
      const added = await ask("addFile", { id, file, keep, ...modules }, ({ done, size: whole, broken }) => {
        if (entry.id !== started) return;
        Object.assign(entry, { done: Math.min(done / whole, 1) * entry.file.size, state: broken ? "again" : "sealing" });
        this.show();
      });
      if (entry.id === started) Object.assign(entry, { state: "done", hidden: added.hidden });
    } catch (error) {
      const { code } = /** @type {any} */ (error);
      if (entry.id === started && code !== "stopped") entry.state = code === "upload.no_room" ? "full" : "failed";
    }
    this.show();
  }

  /** @param {any} entry */
  remove(entry) {
    const at = this.entries.indexOf(entry);
    this.entries.splice(at, 1);
    void ask("dropFile", { id: entry.id });
    this.show();
    (one("[data-file-remove]", this.entries[Math.min(at, this.entries.length - 1)]?.row ?? document.createElement("i")) ?? one("[data-files-add]", this.root)).focus();
  }

  /** The other choice about hidden data: the file is taken back and sealed again. @param {any} entry */
  choose(entry) {
    void ask("dropFile", { id: entry.id });
    Object.assign(entry, { id: crypto.randomUUID(), keep: !entry.keep, hidden: "", state: "waiting", paused: false, done: 0 });
    this.show();
    void this.#work();
  }

  /** Names of files that go along with what is hidden in them, though nobody chose that. */
  get uncleaned() {
    return this.entries.filter(({ hidden }) => hidden === "unknown").map(({ file }) => file.name);
  }

  show() {
    const list = one("[data-files-items]", this.root);
    list.hidden = this.entries.length === 0;
    for (const entry of this.entries) this.#row(entry);
    const rows = this.entries.map((entry) => entry.row);
    if (rows.length !== list.children.length || rows.some((row, at) => row !== list.children[at])) list.replaceChildren(...rows);
    this.#progress();
  }

  /** @param {any} entry */
  #row(entry) {
    entry.row ??= this.#newRow(entry);
    const { row, state, file, done, keep, hidden } = entry;
    const share = state === "done" ? 100 : (done / file.size) * 95;
    one(".v", row).setAttribute("stroke-dashoffset", String(100 - share));
    one(".d", row).toggleAttribute("hidden", state !== "done");
    const said = keep ? "kept" : hidden || "cleaning";
    one('[data-slot="hidden"]', row).textContent = word(`hidden-${said}`);
    one("[data-hidden]", row).dataset.hidden = said;
    const button = one("[data-file-hidden]", row);
    button.hidden = hidden === "unknown" || hidden === "none"; // there is no choice to make
    one('[data-slot="choose"]', row).textContent = word(keep ? "hidden-remove" : "hidden-keep");
    const values = { size: size(file.size, language), done: size(done, language) };
    one('[data-slot="words"]', row).textContent = word(`file-${entry.paused && state === "sealing" ? "paused" : state}`, values);
    one("[data-file-pause]", row).hidden = !this.pending.includes(entry);
    one('[data-slot="hold"]', row).textContent = word(entry.paused ? "file-go-on" : "file-hold");
    one('[data-slot="act"]', row).textContent = word(state === "sealing" || state === "again" ? "file-cancel" : "file-remove");
  }

  /** @param {any} entry */
  #newRow(entry) {
    const row = copy("file-item", { name: entry.file.name, whom: ` ${entry.file.name}`, of: ` ${entry.file.name}`, which: ` ${entry.file.name}` });
    one("[data-file-pause]", row).addEventListener("click", () => this.hold(entry, !entry.paused));
    one("[data-file-hidden]", row).addEventListener("click", () => this.choose(entry));
    one("[data-file-remove]", row).addEventListener("click", () => this.remove(entry));
    return row;
  }

  #progress() {
    const part = one("[data-files-progress]", this.root);
    part.hidden = this.pending.length === 0;
    if (part.hidden) return;
    one("[data-files-pause]", this.root).textContent = word(this.paused ? "files-go-on" : "files-pause");
    const { n, of, share } = this.progress;
    one('[data-slot="words"]', part).textContent = word("files-progress", { n, of });
    one('[data-slot="share"]', part).textContent = `${share}\u00a0%`;
    one("progress", part).value = share;
  }
}
