/** One's own account: passkeys, passphrase, sign-ins, the words of one's keys, the word on secrecy. */

import { all, one, word } from "../reporter/dom.js";
import * as flash from "./flash.js";
import { firstOther, on, once, refuse, spell, urlsOf } from "./forms.js";
import { ask, page, post, setToken } from "./keeper.js";
import { isOpen, when } from "./keys.js";
import * as passkeys from "./passkeys.js";

/** @type {AbortController | undefined} */ let last;

export function mount() {
  last?.abort();
  const declaring = one("[data-secrecy]");
  on(declaring, async () => {
    setToken((await post("secrecy", { version: Number(declaring.dataset.secrecy) })).csrf);
    flash.go(word("saved"), one(".w-mark").getAttribute("href"));
  });
  const part = one("[data-own]") ?? one("[data-own-words]")?.closest("main");
  if (!part || one("[data-enrol]")) return;
  last = new AbortController();
  const urls = urlsOf(one("[data-own]"));
  const show = () => void words(urls);
  if (isOpen()) show();
  when("open", show, last.signal);
  when("closed", () => { for (const list of all("[data-own-words]")) list.replaceChildren(); }, last.signal);
  wire(part, urls);
}

/** @param {{nb: string, en: string}} urls */
async function words(urls) {
  const said = await ask("ownWords", { language: page().language, urls });
  for (const list of all("[data-own-words]")) spell(list, said);
}

/** @param {any} part @param {{nb: string, en: string}} urls */
function wire(part, urls) {
  const making = one("[data-passkey-form]");
  if (making && !passkeys.available()) making.hidden = true;
  on(making, add);
  on(one("[data-passphrase-form]"), (form) => change(form, urls));
  for (const button of all("[data-passkey-remove]")) {
    button.addEventListener("click", () => once(making, async () => {
      setToken((await post(`passkeys/${button.dataset.passkeyRemove}/remove`)).csrf);
      flash.go(word("saved"));
    }));
  }
  one("[data-end-others]")?.addEventListener("click", () => once(making, async () => {
    await post("sessions/end-others");
    flash.go(word("saved"));
  }));
}

/** @param {any} form */
async function add(form) {
  const [label, phrase] = [one("#passkey-label").value.trim(), one("#passkey-phrase")];
  if (!phrase.value.trim()) return refuse(form, word("empty-passphrase"));
  const said = one("[data-status]", form);
  const made = await passkeys.make(await post("passkeys/options"), page().organisation ?? "");
  // Some authenticators say at once that they can give a secret, and give it only when they are asked to sign.
  const prf = made.prf ?? (made.enabled ? (await passkeys.secret([btoa(String.fromCharCode(...made.id))], page().organisation ?? "")).prf : null);
  const progress = (/** @type {any} */ now) => void (said.textContent = word(now.doing));
  const wrapped = prf ? await ask("wrapForPasskey", { api: page().api, passphrase: phrase.value, prf }, progress) : null;
  setToken((await post("passkeys", { passkey: made.passkey, label, wrapped })).csrf);
  phrase.value = "";
  flash.go(word(wrapped ? "passkey.saved" : "passkey.no_prf"));
}

let picked = "";

/** @param {any} form @param {{nb: string, en: string}} urls */
async function change(form, urls) {
  const [old, typed, shown] = [one("#old-phrase"), one("#typed", form), one("[data-new-phrase]")];
  if (!old.value.trim()) return refuse(form, word("empty-passphrase"));
  if (shown.hidden) {
    picked = await ask("newPassphrase", { language: page().language, urls });
    spell(one("[data-passphrase]", shown), picked.split(" "));
    shown.hidden = one("[data-change]").hidden = false;
    one("[data-pick]").hidden = true;
    return typed.focus();
  }
  const other = firstOther(typed.value, picked);
  if (other) return refuse(form, word("typed-wrong", { n: other }));
  const progress = (/** @type {any} */ now) => void (one("[data-status]", form).textContent = word(now.doing));
  const said = await ask("changePassphrase", { api: page().api, passphrase: old.value, next: picked }, progress);
  picked = old.value = typed.value = "";
  setToken(said.csrf);
  flash.go(word("saved"));
}
