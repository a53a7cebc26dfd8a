/**
 * A draft on the device, only when asked for: ciphertext in IndexedDB, its key in the tab's session, both gone at exit, when the
 * report is sent, and after 24 hours. Without the key, what is left in the database is noise, and the next visit deletes it.
 */

import { all, one } from "./dom.js";

const NAME = "d"; // says nothing in a list of what a browser keeps
const LONGEST = 24 * 3_600_000; // milliseconds
const LATER = 800; // milliseconds after the last letter

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @returns {Promise<IDBDatabase>} */
function database() {
  const asked = indexedDB.open(NAME);
  asked.onupgradeneeded = () => asked.result.createObjectStore(NAME);
  return done(asked);
}

/** Works with the one place there is. @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} work */
async function stored(mode, work) {
  const its = await database();
  try {
    return await done(work(its.transaction(NAME, mode).objectStore(NAME)));
  } finally {
    its.close();
  }
}

/** @param {Uint8Array} octets */
const key = (octets) => crypto.subtle.importKey("raw", /** @type {BufferSource} */ (octets), "AES-GCM", false, ["encrypt", "decrypt"]);

/** The key of this tab, if a draft is kept and is not too old. */
function held() {
  const said = sessionStorage.getItem(NAME);
  if (!said) return null;
  const { at, k } = JSON.parse(said);
  return Date.now() - at < LONGEST ? { at, k: Uint8Array.from(k) } : null;
}

/** Takes the draft away, key first. */
export function forgetDraft() {
  try {
    sessionStorage.removeItem(NAME);
    indexedDB.deleteDatabase(NAME);
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}

/** The draft of this tab, opened; null when there is none. What another visit left behind is deleted. @returns {Promise<any>} */
export async function findDraft() {
  try {
    const mine = held();
    if (!mine) throw new Error("none");
    const sealed = await stored("readonly", (store) => store.get(NAME));
    const iv = sealed.slice(0, 12);
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(mine.k), sealed.slice(12));
    return JSON.parse(new TextDecoder().decode(opened));
  } catch {
    forgetDraft();
    return null;
  }
}

/** @param {unknown} content */
async function keepDraft(content) {
  const mine = held() ?? { at: Date.now(), k: crypto.getRandomValues(new Uint8Array(32)) };
  sessionStorage.setItem(NAME, JSON.stringify({ at: mine.at, k: [...mine.k] }));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const octets = new TextEncoder().encode(JSON.stringify(content));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(mine.k), octets));
  const whole = new Uint8Array(iv.length + sealed.length);
  whole.set(iv);
  whole.set(sealed, iv.length);
  await stored("readwrite", (store) => store.put(whole, NAME));
}

export class Draft {
  /** @type {number | undefined} */ timer;

  /** @param {any} form @param {{unticked: Set<string>}} readers */
  constructor(form, readers) {
    this.form = form;
    this.readers = readers;
    this.box = one("#keep-draft", form);
    form.addEventListener("input", () => this.#soon());
    form.addEventListener("click", () => this.#soon());
    this.box.addEventListener("change", () => this.box.checked || forgetDraft());
  }

  /** Every field by its id; files and the box itself are left out. */
  get #fields() {
    return all("input[id], textarea[id]", this.form).filter((field) => field !== this.box && field.type !== "file");
  }

  #soon() {
    clearTimeout(this.timer);
    if (this.box.checked) this.timer = setTimeout(() => void this.#keep(), LATER);
  }

  async #keep() {
    const fields = this.#fields.map((field) => [field.id, ["checkbox", "radio"].includes(field.type) ? field.checked : field.value]);
    try {
      if (this.box.checked) await keepDraft({ fields, unticked: [...this.readers.unticked] });
    } catch {
      this.box.checked = false;
      one("[data-draft-failed]", this.form).hidden = false;
    }
  }

  /** Puts a draft back into the form. @param {any} content */
  putBack({ fields, unticked }) {
    const known = new Map(fields);
    for (const field of this.#fields) {
      const value = known.get(field.id);
      if (typeof value === "boolean") field.checked = value;
      else if (typeof value === "string") field.value = value;
    }
    for (const id of unticked) this.readers.unticked.add(id);
    this.box.checked = true;
  }

  /** The report is sent, or the person has left. */
  end() {
    clearTimeout(this.timer);
    this.box.checked = false;
    forgetDraft();
  }
}
