/** The page: finding, filling and showing what is already in its HTML.  No sentence is written in script. */

/** @param {string} selector @param {ParentNode} [root] @returns {any} */
export const one = (selector, root = document) => root.querySelector(selector);
/** @param {string} selector @param {ParentNode} [root] @returns {any[]} */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** The sentence `key` of the page, with {braces} filled in. @param {string} key @param {Record<string, unknown>} [values] @returns {string} */
export function word(key, values = {}) {
  const found = one("#words").content.querySelector(`[data-word="${key}"]`);
  if (!found) throw new Error(`no word: ${key}`);
  return found.textContent.trim().replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => String(values[name] ?? ""));
}

/** `key`-none, -one or -many, whichever fits. @param {string} key @param {number} n */
export const counted = (key, n) => word(`${key}-${n === 1 ? "one" : n === 0 && hasWord(`${key}-none`) ? "none" : "many"}`, { n });

/** @param {string} key */
export const hasWord = (key) => one("#words").content.querySelector(`[data-word="${key}"]`) !== null;

/** "A, B and C". @param {string[]} names */
export const listed = (names) => [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(` ${hasWord("and") ? word("and") : "·"} `);

/** A copy of a template, its slots filled: text, or nodes. @param {string} id @param {Record<string, string | Node>} [slots] @returns {any} */
export function copy(id, slots = {}) {
  const made = one(`#${id}`).content.firstElementChild.cloneNode(true);
  for (const [name, value] of Object.entries(slots)) one(`[data-slot="${name}"]`, made).replaceChildren(value);
  return made;
}

/** Shows one view of the page and hides the others; reading starts at its heading. @param {string} name */
export function show(name) {
  for (const view of all("[data-view]")) view.hidden = view.dataset.view !== name;
  // Changing language or reading on loads another page: not while something would be lost by it.
  for (const part of all("[data-languages]")) part.hidden = !["front", "enter"].includes(name);
  for (const part of all("[data-foot]")) part.hidden = !["front", "enter", "box", "sent"].includes(name);
  one("[data-foot] > div").classList.toggle("wide", name === "front");
  focusHeading(one(`[data-view="${name}"]`));
}

/** @param {ParentNode} part */
export function focusHeading(part) {
  window.scrollTo(0, 0);
  one("h1[tabindex]", part)?.focus({ preventScroll: true });
}

/** The browser's name for a language: few browsers count in nynorsk, whose months and numbers are those of bokmål. @param {string} language */
export const locale = (language) => ({ nn: "nb", en: "en-GB" })[language] ?? language;

/** A size in words. @param {number} octets @param {string} language */
export function size(octets, language) {
  const [value, unit] = octets < 1e6 ? [octets && Math.max(octets / 1e3, 0.1), "kB"] : [octets / 1e6, "MB"];
  return `${new Intl.NumberFormat(locale(language), { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)}\u00a0${unit}`;
}

/** A date in words. @param {string} iso YYYY-MM-DD @param {string} language @param {boolean} [year] */
export const day = (iso, language, year = false) =>
  new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "long", timeZone: "UTC", ...(year && { year: "numeric" }) }).format(new Date(`${iso}T00:00:00Z`));

/** Whole days from one date to another. @param {string} from @param {string} to */
export const days = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** Today in Oslo, YYYY-MM-DD. */
export const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Oslo" }).format(new Date());

/** Saves octets or text as a file. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The first letters of a name. @param {string} name */
export const initials = (name) => {
  const parts = name.split(/\s+/).filter(Boolean);
  return [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => part?.[0] ?? "").join("").toUpperCase();
};
