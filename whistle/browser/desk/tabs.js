/** The parts of a case, one at a time; the one at hand is remembered while the document lives. */

import { all, one } from "../reporter/dom.js";

/** @type {Map<string, string>} */
const chosen = new Map();

/** @param {any} root @param {string} name @param {boolean} [focus] */
export function show(root, name, focus = false) {
  for (const tab of all("[data-tab]", root)) {
    const current = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(current));
    tab.tabIndex = current ? 0 : -1;
    one(`#panel-${tab.dataset.tab}`, root).hidden = !current;
    if (current) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2; // a phone shows some of them
    if (current && focus) tab.focus();
  }
  chosen.set(root.dataset.case, name);
}

/** @param {any} root */
export function mount(root) {
  const names = all("[data-tab]", root).map((tab) => tab.dataset.tab);
  for (const tab of all("[data-tab]", root)) {
    tab.addEventListener("click", () => show(root, tab.dataset.tab));
    tab.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const at = names.indexOf(tab.dataset.tab);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[/** @type {"Home"} */ (event.key)];
      if (to === undefined) return;
      event.preventDefault();
      show(root, names[(to + names.length) % names.length], true);
    });
  }
  for (const button of all("[data-go]", root)) {
    button.addEventListener("click", () => {
      show(root, button.dataset.go);
      const field = button.dataset.focus && one(`#${button.dataset.focus}`, root);
      const part = field?.closest("[data-kind]");
      if (part && !one("[data-records] li", part)) one("[data-record-box]", part).open = true; // nothing is there: it is to be written
      field?.focus();
      field?.scrollIntoView({ block: "center" });
    });
  }
  const fold = root.querySelector("[data-fold]"); // on a phone the steps are folded, so that the content comes first
  fold?.addEventListener("click", () => fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") !== "true")));
  show(root, chosen.get(root.dataset.case) ?? names[0]);
}
