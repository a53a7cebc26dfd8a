/** The organisation's own words on the reporter's pages: proposed here, and approved by somebody else. Nothing in them is secret. */

import { all, one, word } from "../reporter/dom.js";
import { once } from "./choices.js";
import { go } from "./flash.js";
import { post } from "./keeper.js";

export function mount() {
  one("[data-texts]")?.addEventListener("submit", propose);
  one("[data-approve-texts]")?.addEventListener("submit", approve);
}

/** The fields as a document: a name with dots is a path. @param {any} form */
function document_(form) {
  /** @type {any} */ const made = {};
  for (const field of all("[data-text]", form)) {
    const path = field.dataset.text.split(".");
    const last = path.pop();
    let at = made;
    for (const part of path) at = at[part] ??= {};
    at[last] = field.value;
  }
  return made;
}

/** @param {SubmitEvent} event */
async function propose(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  for (const field of all("[data-text]", form)) field.toggleAttribute("aria-invalid", field.required && !field.value.trim());
  const wrong = one("[data-text][aria-invalid]", form);
  await once(form, async () => {
    if (wrong) {
      wrong.closest("details")?.setAttribute("open", "");
      wrong.focus();
      throw Object.assign(new Error("texts.lacks"), { code: "texts-lacks" });
    }
    await post("texts", { document: document_(form) });
    go(word("texts-proposed"));
  });
}

/** @param {SubmitEvent} event */
async function approve(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  await once(form, async () => {
    await post(`texts/${form.dataset.approveTexts}/approve`);
    go(word("texts-approved"));
  });
}
