/** Cases that belong together, a case that goes on in another, and which of several reporters one writes to. */

import { all, copy, one, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { post } from "./keeper.js";

const REFERENCE = /^[A-Z0-9]{2}-[A-Z0-9]{2}-[A-Z0-9]{2}$/;

/** @param {any} root */
export function mountTies(root) {
  one("[data-tie]", root)?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => send(event, root, "relations", (form) => ({ other: named("#tie-other", form), why: one("#tie-why", form).value }), "tied"));
  one("[data-merge]", root)?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => send(event, root, "merge", (form) => ({ into: named("#merge-into", form), version: Number(root.dataset.version) }), "step-proposed"));
}

/** @param {string} field @param {any} form */
const named = (field, form) => one(field, form).value.trim().toUpperCase();

/** @param {SubmitEvent} event @param {any} root @param {string} path @param {(form: any) => any} asked @param {string} done */
async function send(event, root, path, asked, done) {
  event.preventDefault();
  const form = event.currentTarget;
  const given = asked(form);
  if (!REFERENCE.test(given.other ?? given.into)) return refuse(/** @type {any} */ (form), word("choose-reference"));
  await once(form, async () => {
    await post(`cases/${root.dataset.case}/${path}`, given);
    go(word(done));
  });
}

/** With several mailboxes whatever is sent says whose it is. @param {any} root @param {string[]} mailboxes */
export function which(root, mailboxes) {
  for (const [form, part] of all("[data-to]", root).entries()) {
    part.hidden = mailboxes.length < 2;
    const choices = mailboxes.map((boxId, at) => {
      const made = copy("to-reporter", { name: word("reporter-n", { n: at + 1 }) });
      const [box, label] = [one("input", made), one("label", made)];
      Object.assign(box, { value: boxId, id: form ? `to-${form}-${at + 1}` : `to-${at + 1}` });
      label.htmlFor = box.id;
      return made;
    });
    one("[data-to-list]", part).replaceChildren(...(part.hidden ? [] : choices));
  }
}

/** Whose mailbox a form goes to: empty where there is one only, null while nobody was chosen. @param {any} form @returns {string | null} */
export function addressee(form) {
  const part = one("[data-to]", form);
  return part && !part.hidden ? one("input:checked", part)?.value ?? null : "";
}
