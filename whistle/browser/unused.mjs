// What the design system offers and no reporter's page asks for: left out of their style, which every first visit fetches.
// `tests/reporter/test_looks.py` fails when a page begins to ask for one of these.

export const UNUSED = [
  ".ds-card", ".ds-checkbox--checked", ".ds-field-affix", ".ds-field-affixes", ".ds-floating", ".ds-focus", ".ds-focus--inset",
  ".ds-focus--middle", ".ds-focus--visible", ".ds-focus--visible--inset", ".ds-focus--visible--middle", ".ds-icon",
  ".ds-list--unstyled", ".ds-print-preserve", ".ds-readonly-icon", ".ds-skiplink", "[aria-busy", "[aria-disabled",
  "[aria-readonly", "[cols", "[data-clickdelegatefor", "[data-field=counter", "[data-floating", "[data-icon",
  "[data-overscroll", "[data-position", '[data-size="2xl"', '[data-size="2xs"', "[data-variant=outline", "[data-weight=semibold",
  "[data-width", "[readonly", "[role=switch", "[size", "[type=date", "[type=email", "[type=search", "[type=url",
];

const escaped = (/** @type {string} */ text) => text.replace(/[.[\]"=]/g, "\\$&");
const asks = new RegExp(UNUSED.map((each) => `${escaped(each)}(?![\\w-])`).join("|"));

/** Splits at what stands outside brackets and quotes. @param {string} text @param {string} at */
function split(text, at) {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (const sign of text) {
    if (quote) quote = sign === quote ? "" : quote;
    else if (`"'`.includes(sign)) quote = sign;
    else if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) depth -= 1;
    if (sign === at && depth === 0 && !quote) {
      if (at === "}") parts[parts.length - 1] += sign;
      parts.push("");
    } else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** Whether a selector can only match what no page asks for: what is denied, or one choice among several, decides nothing. @param {string} selector @returns {boolean} */
function never(selector) {
  const nested = /:(not|is|where|has)\(/.exec(selector);
  if (!nested) return asks.test(selector);
  const from = nested.index + nested[0].length;
  const [inside] = split(`(${selector.slice(from)}`, ")");
  const choices = inside.slice(1);
  if (nested[1] !== "not" && split(choices, ",").every(never)) return true;
  return never(selector.slice(0, nested.index) + selector.slice(from + choices.length + 1));
}

/** A style without the rules that can never match. @param {string} css minified @returns {string} */
function used(css) {
  return split(css, "}").map((rule) => {
    const at = rule.indexOf("{");
    if (at < 0) return rule;
    const statements = rule.slice(0, at).split(";");
    const head = statements.pop() ?? "";
    const before = statements.map((each) => `${each};`).join("");
    const body = rule.slice(at + 1, -1);
    if (/^@(layer|media|supports)/.test(head)) {
      const inside = used(body);
      return before + (inside ? `${head}{${inside}}` : "");
    }
    const kept = head.startsWith("@") ? [head] : split(head, ",").filter((each) => !never(each));
    return before + (kept.length ? `${kept.join(",")}{${body}}` : "");
  }).join("");
}

/** A style without the properties that nothing reads. @param {string} css */
function read(css) {
  const names = new Set([...css.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name));
  const shorter = css.replace(/(?<=[{;])(--[\w-]+):[^;{}]*(;|(?=}))/g, (whole, name) => (names.has(name) ? whole : ""))
    .replace(/;(?=})/g, "").replace(/[^{};]+\{\}/g, "");
  return shorter === css ? css : read(shorter);
}

/** The style of the reporter's pages without what they never use. @param {string} css minified @returns {string} */
export const trimmed = (css) => read(used(css));
