/** The sign-in form: what is in it goes to the worker; the passphrase goes no further. */

import { visit } from "@hotwired/turbo";
import { one, word } from "../reporter/dom.js";
import { ask, sentence } from "./keeper.js";
import { opened, place } from "./keys.js";

/** Wires the form if this page has one, and says whether it has. */
export function mount() {
  const form = one("[data-sign-in-form]");
  if (!form) return false;
  form.addEventListener("submit", signIn);
  one("#username").focus();
  return true;
}

/** @param {SubmitEvent} event */
async function signIn(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const [username, passphrase, code] = ["#username", "#passphrase", "#code"].map((id) => one(id, form));
  const [wrong, work, go] = ["[data-sign-in-error]", "[data-sign-in-work]", "[data-sign-in-go]"].map((part) => one(part, form));
  if (go.disabled) return;
  wrong.hidden = true;
  const empty = [username, passphrase, code].find((field) => !field.value.trim());
  if (empty) return refuse(wrong, word("empty-sign-in"), empty);
  const given = { ...place(), username: username.value.trim(), passphrase: passphrase.value, code: code.value.replace(/\s/g, "") };
  go.disabled = true;
  work.hidden = false;
  try {
    const said = await ask("signIn", given, (state) => {
      one("[data-sign-in-progress]", form).value = state.share;
      one("[data-sign-in-status]", form).textContent = word(state.doing);
    });
    passphrase.value = "";
    code.value = "";
    opened(said);
    visit(one(".w-mark").getAttribute("href"), { action: "replace" });
  } catch (error) {
    // The passphrase goes: the other two stay, so that one wrong sign is soon mended.
    passphrase.value = "";
    refuse(wrong, sentence(error), passphrase);
  }
  go.disabled = false;
  work.hidden = true;
}

/** @param {any} wrong @param {string} words @param {any} field */
function refuse(wrong, words, field) {
  wrong.textContent = words;
  wrong.hidden = false;
  field.focus();
}
