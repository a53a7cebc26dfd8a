/** The form of one entry: what is chosen in it, and what must still be written. */

import { all, one } from "../reporter/dom.js";

/** @param {any} label */
export const firstText = (label) => (label?.firstChild?.textContent ?? "").trim();

/** What a choice is called. @param {any} field @param {string} code */
export function labelOf(field, code) {
  if (field.localName === "select") return [...field.options].find((option) => option.value === code)?.textContent ?? code;
  return one(`input[value="${CSS.escape(code)}"] + label`, field)?.textContent ?? code;
}

/** The choices made, by field. @param {any} form @returns {Record<string, string | string[]>} */
export function codes(form) {
  const given = all("[data-code]", form).map((field) => [field.dataset.code, "items" in field.dataset ? field.value.split(",").filter(Boolean) : field.localName === "select" ? field.value : all("input:checked", field).map((box) => box.value)]);
  return Object.fromEntries(given.filter(([, value]) => value.length));
}

/** Asks for the texts that what was chosen makes necessary. @param {any} form */
export function asks(form) {
  const chosen = Object.entries(codes(form)).flatMap(([name, value]) => [value].flat().map((code) => `${name}=${code}`));
  for (const field of all("[data-asked]", form)) {
    field.required = field.dataset.asked.split(" ").some((/** @type {string} */ each) => chosen.includes(each));
    one(`label[for="${field.id}"] [data-open]`, form).hidden = field.required;
  }
}

/** What must be filled in and is not. @param {any} form */
export function missing(form) {
  const empty = all("[required]", form).filter((field) => !field.value.trim());
  const none = all("[data-many]", form).filter((field) => !one("input:checked", field));
  return [...empty.map((field) => firstText(one(`label[for="${field.id}"]`, form))), ...none.map((field) => one("legend", field).textContent)];
}
