/** What is typed and ticked in the forms of a page, by the forms' names: taken down, and put back where it stood. */

import { all } from "./dom.js";

const FIELDS = 'textarea, input:not([type="file"])';

/** @param {any} field */
const part = (field) => (["checkbox", "radio"].includes(field.type) ? "checked" : "value");

/** @param {any} field */
const untouched = (field) => field[part(field)] === field[part(field) === "checked" ? "defaultChecked" : "defaultValue"];

/** Forms in which something stands. @param {ParentNode} root @returns {Record<string, (string | boolean)[]>} */
export function typed(root) {
  const forms = all("form[data-form]", root).map((form) => [form.dataset.form, all(FIELDS, form)]);
  return Object.fromEntries(forms.filter(([, fields]) => !fields.every(untouched)).map(([name, fields]) => [name, fields.map((/** @type {any} */ field) => field[part(field)])]));
}

/** Puts back what was typed in forms that are still there. @param {ParentNode} root @param {Record<string, (string | boolean)[]>} forms */
export function putBack(root, forms) {
  for (const form of all("form[data-form]", root)) {
    const before = forms[form.dataset.form];
    if (!before) continue;
    for (const [at, field] of all(FIELDS, form).entries()) {
      if (at < before.length && field[part(field)] !== before[at]) field[part(field)] = before[at];
    }
    const around = form.closest("details");
    if (around) around.open = true;
    form.dispatchEvent(new Event("change"));
  }
}
