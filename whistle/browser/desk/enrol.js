/** Making one's keys: the link's secret stands after the # and is sent once; the passphrase is never sent. */

import { all, one, word } from "../reporter/dom.js";
import { firstOther, on, refuse, spell, urlsOf } from "./forms.js";
import { ask, page, post } from "./keeper.js";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** 160 random bits as an authenticator app takes them. */
const newSecret = () => Array.from(crypto.getRandomValues(new Uint8Array(32)), (octet) => BASE32[octet % 32]).join("");

/** @param {string} name */
function step(name) {
  for (const part of all("[data-enrol-step]")) part.hidden = part.dataset.enrolStep !== name;
  const shown = one(`[data-enrol-step="${name}"]`);
  one("h1", shown)?.focus();
  return shown;
}

export function mount() {
  const part = one("[data-enrol]");
  if (!part) return;
  for (const link of all("[data-keep-hash]")) link.hash = location.hash;
  begin(part, location.hash.slice(1));
}

/** @param {any} part @param {string} token */
async function begin(part, token) {
  const invited = await post("enrol/open", { token }).catch(() => null);
  if (!invited) return void step("lost");
  const state = { part, token, invited, passphrase: "", secret: newSecret(), urls: urlsOf(part), language: page().language ?? "nb" };
  if (invited.code_only) return old(state);
  state.passphrase = await ask("newPassphrase", { language: state.language, urls: state.urls });
  const shown = step("words");
  one("[data-enrol-name]").textContent = invited.name;
  spell(one("[data-passphrase]", shown), state.passphrase.split(" "));
  on(one("[data-enrol-typed]"), async (form) => {
    const other = firstOther(one("#typed").value, state.passphrase);
    if (other) return refuse(form, word("typed-wrong", { n: other }));
    one("[data-passphrase]", shown).replaceChildren();
    one("#typed").value = "";
    await code(state);
  });
}

/** @param {any} state */
function old(state) {
  step("old");
  one("[data-enrol-of]").hidden = true;
  on(one("[data-enrol-old]"), async (form) => {
    state.passphrase = one("#old").value;
    if (!state.passphrase.trim()) return refuse(form, word("empty-passphrase"));
    await code(state);
  });
}

/** @param {any} state */
async function code(state) {
  const { organisation, username } = state.invited;
  const label = encodeURIComponent(`${organisation}:${username}`);
  const text = `otpauth://totp/${label}?secret=${state.secret}&issuer=${encodeURIComponent(organisation)}`;
  const { path, size } = await ask("square", { text });
  const svg = one("[data-square]");
  svg.setAttribute("viewBox", `-2 -2 ${size + 4} ${size + 4}`);
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("d", path);
  svg.replaceChildren(drawn);
  one("[data-secret]").textContent = state.secret.replace(/(.{4})/g, "$1 ").trim();
  step("code");
  on(one("[data-enrol-code]"), () => finish(state));
}

/** @param {any} state */
async function finish(state) {
  const [bar, said] = [one("[data-enrol-progress]"), one("[data-enrol-working]")];
  const { token, passphrase, secret, urls, language, invited } = state;
  const given = { api: page().api, organisation: page().organisation, token, passphrase, secret, urls, language, code: one("#code").value.replace(/\s/g, "") };
  bar.hidden = false;
  try {
    const progress = (/** @type {any} */ now) => {
      bar.value = now.share;
      said.textContent = word(now.doing);
    };
    const words = invited.code_only
      ? await ask("renewCode", { ...given, salt: invited.salt }, progress)
      : await ask("makeKeys", { ...given, staffId: invited.staff_id }, progress);
    history.replaceState(null, "", location.pathname + location.search);
    state.passphrase = state.secret = "";
    one("[data-secret]").textContent = "";
    one("[data-square]").replaceChildren();
    if (words) spell(one("[data-own-words]", step("made")), words);
    else step("renewed");
  } finally {
    bar.hidden = true;
    said.textContent = "";
  }
}
