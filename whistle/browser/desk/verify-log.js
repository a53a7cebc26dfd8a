/** The check of the log in the auditor's browser: fetches what an export has, computes everything again, and shows how far it is. */

import { all, one, word } from "../reporter/dom.js";
import { csrf } from "./keeper.js";
import { Tree, WIDTH, equal, hex, leafHash, parseCheckpoint, parseKey, parsePolicy, signedBy, unpack, witnessed } from "./log-tree.js";

const LOOK = 4; // bundles fetched at once
const MOST = 50; // faults shown; all are counted

/** @param {string} path */
async function get(path) {
  const answer = await fetch(path, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw Object.assign(new Error(path), { code: answer.status === 404 ? "file" : "away" });
  return new Uint8Array(await answer.arrayBuffer());
}
const text = async (/** @type {string} */ path) => new TextDecoder().decode(await get(path));

/** One check under way. */
class Check {
  /** @param {HTMLElement} part */
  constructor(part) {
    this.part = part;
    this.given = part.dataset;
    this.found = 0;
    /** @type {Set<string>} */ this.wrong = new Set();
    /** @type {Set<string>} */ this.nonces = new Set();
    /** @type {any} */ this.registry = null;
    this.plan = null;
    this.second = "";
    this.day = "";
    this.tree = new Tree();
  }

  /** @param {string} step @param {string} kind @param {Record<string, unknown>} [values] */
  fault(step, kind, values = {}) {
    this.wrong.add(step);
    if (++this.found > MOST) return;
    const line = document.createElement("li");
    line.textContent = word(`log-fault-${kind}`, values);
    one("[data-log-faults]", this.part).append(line);
  }

  /** @param {string} name @param {"wait" | "busy" | "done"} state @param {string} [said] @param {string} [time] */
  step(name, state, said, time) {
    const item = one(`[data-step="${name}"]`, this.part);
    const failed = state === "done" && this.wrong.has(name);
    item.className = `w-check${state === "wait" ? " wait" : failed ? " failed" : ""}`;
    const icons = one("[data-log-icons]", this.part).content.children;
    item.firstElementChild.replaceWith(icons[state === "wait" ? 0 : state === "busy" ? 1 : failed ? 3 : 2].cloneNode(true));
    if (said) one("[data-step-text]", item).textContent = said;
    if (time !== undefined) one("[data-step-time]", item).textContent = time;
  }

  /** @param {number} done @param {number} size */
  progress(done, size) {
    const bar = one("[data-log-bar]", this.part);
    bar.max = size || 1;
    bar.value = done;
    const number = new Intl.NumberFormat(document.documentElement.lang);
    one("[data-log-count]", this.part).textContent = word("log-of", { n: number.format(done), all: number.format(size) });
    const ready = size ? (8 * done) / size : 8;
    for (const leaf of all("[data-leaf]", this.part)) {
      const n = Number(leaf.dataset.leaf);
      leaf.setAttribute("class", n + 1 <= ready ? "n on" : n < ready ? "n half" : "n");
      one(`[data-edge="${n}"]`, this.part).setAttribute("class", n + 1 <= ready ? "e on" : "e");
    }
    for (const fork of all("[data-fork]", this.part)) {
      const [first, more] = fork.dataset.fork.split("-").map(Number);
      const root = more === 7;
      const whole = first + more + 1 <= ready && (!root || done === size);
      fork.setAttribute("class", whole ? "n on" : first < ready ? "n half" : "n");
    }
  }

  async run() {
    const began = performance.now();
    one("[data-log-title]", this.part).textContent = word("log-running");
    one("[data-log-faults]", this.part).replaceChildren();
    for (const item of all("[data-step]", this.part)) this.step(item.dataset.step, "wait", undefined, "");
    const [note, policy] = await Promise.all([text(`${this.given.files}checkpoint`), text(/** @type {string} */ (this.given.policy))]);
    const checkpoint = (this.checkpoint = parseCheckpoint(note));
    await this.signatures(checkpoint, parsePolicy(policy));
    for (const name of ["tree", "time", "rule"]) this.step(name, "busy");
    await this.entries(checkpoint.size);
    if (!equal(await this.tree.rootAt(checkpoint.size), checkpoint.root)) this.fault("tree", "root");
    for (const name of ["tree", "time", "rule"]) this.step(name, "done", undefined, name === "tree" ? seconds(began) : "");
    one("[data-log-title]", this.part).textContent = this.found ? word("log-faults", { n: this.found }) : word("log-fine");
    await this.report(checkpoint);
  }

  /** @param {import("./log-tree.js").Checkpoint} checkpoint @param {ReturnType<typeof parsePolicy>} policy */
  async signatures(checkpoint, policy) {
    const began = performance.now();
    const shown = parseKey(one("[data-log-vkey]", this.part).textContent);
    const named = policy.logs.some((key) => key.name === shown.name && key.id === shown.id);
    const others = await Promise.all(policy.logs.filter((key) => key.name === shown.name).map((key) => signedBy(checkpoint, key)));
    const held = (await signedBy(checkpoint, shown)) && !others.includes(false); // Ed25519, and ML-DSA-44 where there is one
    if (checkpoint.origin !== shown.name || !named || !held) this.fault("signature", "signature");
    this.step("signature", "done", undefined, seconds(began));
    const { names, enough } = await witnessed(checkpoint, policy);
    if (!enough) this.fault("witness", "witness", { names: names.join(", ") || "–" });
    this.step("witness", policy.witnesses.size ? "done" : "wait", names.length ? names.join(", ") : word("log-no-witness"), seconds(began));
  }

  /** @param {number} size */
  async entries(size) {
    const bundles = Math.ceil(size / WIDTH);
    for (let first = 0; first < bundles; first += LOOK) {
      const numbers = Array.from({ length: Math.min(LOOK, bundles - first) }, (_, at) => first + at);
      const files = await Promise.all(numbers.map((number) => this.files(number)));
      for (const [at, number] of numbers.entries()) await this.bundle(number, size, files[at]);
    }
  }

  /** @param {number} number */
  files(number) {
    const tile = `${this.given.files}tile/`;
    return Promise.all([get(`${tile}entries/${number}`), get(`${tile}0/${number}`)]).catch((error) => {
      if (error.code !== "file") throw error;
      return null;
    });
  }

  /** @param {number} number @param {number} size @param {Uint8Array[] | null} files */
  async bundle(number, size, files) {
    const first = number * WIDTH;
    const width = Math.min(WIDTH, size - first);
    let entries;
    try {
      entries = unpack(/** @type {any} */ (files)[0], width);
    } catch {
      this.fault("tree", "file", { n: first });
      return this.tree.push([]);
    }
    const leaves = await Promise.all(entries.map(leafHash));
    for (const [at, leaf] of leaves.entries()) {
      if (!equal(leaf, /** @type {any} */ (files)[1].subarray(32 * at, 32 * at + 32))) this.fault("tree", "entry", { n: first + at });
    }
    await this.tree.push(leaves);
    for (const [at, entry] of entries.entries()) await this.entry(first + at, entry);
    this.progress(first + width, size);
  }

  /** @param {number} index @param {Uint8Array} octets */
  async entry(index, octets) {
    let entry;
    try {
      entry = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets));
      if (this.nonces.has(entry.n) || !/^[0-9a-f]{32}$/.test(entry.n)) throw new Error("nonce");
    } catch {
      return this.fault("time", "form", { n: index });
    }
    this.nonces.add(entry.n);
    this.order(index, String(entry.at));
    if (entry.act === "registry.adopted") this.registry = await this.document("registry", entry.d.hash, index);
    if (entry.act === "plan.adopted") {
      await this.document("plan", entry.d.hash, index);
      this.plan = entry.d.hash;
    }
    const rule = this.registry?.events?.[entry.act];
    const measured = rule && JSON.stringify(rule.measures) === JSON.stringify(entry.m);
    if (!measured || entry.pv !== this.plan || ![this.given.log, "both"].includes(rule.log)) this.fault("rule", "rule", { n: index });
  }

  /** Seconds against seconds, dates in Oslo against dates. @param {number} index @param {string} at */
  order(index, at) {
    const exact = at.length === 20;
    const day = exact ? new Date(at).toLocaleDateString("sv-SE", { timeZone: "Europe/Oslo" }) : at;
    if (day < this.day || (exact && at < this.second)) this.fault("time", "time", { n: index });
    if (day > this.day) this.day = day;
    if (exact && at > this.second) this.second = at;
  }

  /** @param {string} kind @param {string} digest @param {number} index */
  async document(kind, digest, index) {
    const path = /** @type {string} */ (this.given.documents).replace("registry/x", `${kind}/${digest}`);
    const octets = await get(path).catch(() => new Uint8Array());
    const found = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {any} */ (octets))));
    if (found !== digest) this.fault("rule", "document", { n: index });
    return found === digest ? JSON.parse(new TextDecoder().decode(octets)) : null;
  }

  /** Tells the log what was found. @param {import("./log-tree.js").Checkpoint} checkpoint */
  async report(checkpoint) {
    const body = new URLSearchParams({ root: hex(checkpoint.root), faults: String(this.found) });
    await fetch(/** @type {string} */ (this.given.verified), { method: "POST", body, headers: { "X-CSRFToken": csrf() }, credentials: "same-origin" }).catch(() => {});
  }

  /** Says whether this log begins with a checkpoint kept since last time. @param {string} note */
  async compare(note) {
    const key = parseKey(one("[data-log-vkey]", this.part).textContent);
    let older;
    try {
      older = parseCheckpoint(note);
      if (older.origin !== key.name || !(await signedBy(older, key))) throw new Error("strange");
    } catch {
      return word("log-older-strange");
    }
    const size = this.checkpoint?.size ?? 0;
    if (older.size > size) return word("log-older-more", { n: older.size });
    const same = equal(await this.tree.rootAt(older.size), older.root);
    return word(same ? "log-older-same" : "log-older-other", { n: older.size });
  }
}

const seconds = (/** @type {number} */ began) => `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format((performance.now() - began) / 1000)} s`;

/** @type {Check | undefined} */ let last;

/** @param {HTMLElement} part */
async function checkLog(part) {
  const button = one("[data-log-start]", part);
  button.disabled = true;
  const check = new Check(part);
  try {
    await check.run();
    last = check;
  } catch (error) {
    const old = /** @type {Error} */ (error).name === "NotSupportedError";
    one("[data-log-title]", part).textContent = word(old ? "log-old-browser" : "log-away");
  }
  button.disabled = false;
}

export function mount() {
  const part = one("[data-log-check]");
  if (!part || part.dataset.ready) return; // the page may be told twice that it is there
  part.dataset.ready = "yes";
  last = undefined;
  one("[data-log-start]", part).addEventListener("click", () => checkLog(part));
  one("[data-log-older]", part).addEventListener("change", async (/** @type {any} */ { target }) => {
    const file = target.files[0];
    if (!file) return;
    if (!last) await checkLog(part);
    one("[data-log-older-said]", part).textContent = last ? await last.compare(await file.text()) : word("log-away");
    target.value = "";
  });
}
