/** The sign-in form: what is in it goes to the worker; the passphrase goes no further. */

import { visit } from "@hotwired/turbo";
import { one, word } from "../reporter/dom.js";
import { ask, page, post, sentence } from "./keeper.js";
import { opened, place } from "./keys.js";
import * as passkeys from "./passkeys.js";

/** Wires the form if this page has one, and says whether it has. */
export function mount() {
  const form = one("[data-sign-in-form]");
  if (!form) return false;
  form.addEventListener("submit", signIn);
  one("[data-passkey-ways]").hidden = !passkeys.available();
  one("[data-passkey-sign-in]").addEventListener("click", () => withPasskey(form));
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

/** By passkey alone, or in the code's place when user name and passphrase are filled in. @param {any} form */
async function withPasskey(form) {
  const [username, passphrase] = ["#username", "#passphrase"].map((id) => one(id, form));
  const [wrong, go, said] = ["[data-sign-in-error]", "[data-sign-in-go]", "[data-sign-in-status]"].map((part) => one(part, form));
  if (go.disabled) return;
  wrong.hidden = true;
  go.disabled = true;
  try {
    const { challenge } = await post("sign-in/challenge");
    const shown = await passkeys.sign(challenge, page().organisation ?? "");
    const given = { ...place(), ...shown, username: username.value.trim(), passphrase: passphrase.value, code: "" };
    const both = given.username && given.passphrase.trim();
    const progress = (/** @type {any} */ state) => void (said.textContent = word(state.doing));
    opened(both ? await ask("signIn", given, progress) : await ask("signInWithPasskey", given));
    passphrase.value = "";
    visit(one(".w-mark").getAttribute("href"), { action: "replace" });
  } catch (error) {
    refuse(wrong, sentence(error), passphrase);
  }
  go.disabled = false;
}

/** @param {any} wrong @param {string} words @param {any} field */
function refuse(wrong, words, field) {
  wrong.textContent = words;
  wrong.hidden = false;
  field.focus();
}
