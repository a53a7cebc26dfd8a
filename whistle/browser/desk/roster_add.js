/** The form that puts somebody in the chart who has no account: their place decides who is under whom. */

import { all, one, word } from "../reporter/dom.js";
import { refuse } from "./choices.js";

/** @typedef {{name: string, title: string, above: string, groups: string[]}} Given */

/** A group's code, from the name that somebody gave it. @param {string} typed */
export const codeOf = (typed) => typed.trim().toLowerCase().replaceAll(/[\s,]+/g, "_");

/** Wires the form for a group that nobody is in yet. @param {any} root @param {(code: string) => void} add */
export function mountGroup(root, add) {
  one("[data-group-form]", root)?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = one("#new-group", root);
    const code = codeOf(field.value);
    if (code) add(code);
    field.value = "";
    field.focus();
  });
}

/** Wires the form, if the page has it; `add` puts the person in the chart and returns their card. @param {any} root @param {(given: Given) => HTMLElement} add */
export function mountAdd(root, add) {
  const [opener, form] = [one("[data-add-person]", root), one("[data-add-form]", root)];
  if (!opener) return;
  const show = (/** @type {boolean} */ open) => {
    form.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    one("[data-error]", form).hidden = true;
    if (open) one("#add-name", form).focus();
  };
  opener.addEventListener("click", () => {
    const names = all("[data-chart-person]", root).map((made) => new Option(one("[data-slot=name]", made).textContent, made.dataset.chartPerson));
    one("#add-above", form).replaceChildren(new Option(word("nobody"), ""), ...names);
    show(form.hidden);
  });
  one("[data-add-cancel]", form).addEventListener("click", () => {
    show(false);
    opener.focus();
  });
  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const value = (/** @type {string} */ field) => one(`#add-${field}`, form).value.trim();
    if (!value("name")) {
      one("#add-name", form).focus();
      return refuse(form, word("add-nameless"));
    }
    const made = add({ name: value("name"), title: value("title"), above: value("above"), groups: all("[data-add-groups] input:checked", form).map((box) => box.value) });
    form.reset();
    show(false);
    made.tabIndex = -1;
    made.focus();
    one("[data-added]", root).textContent = word("added", { name: one("[data-slot=name]", made).textContent });
  });
}
