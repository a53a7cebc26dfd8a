/** Whether the keys are open, on every page: opening them, closing them, and closing them when nobody is there. */

import { all, one, word } from "../reporter/dom.js";
import { keepDrafts, putBack, takeDrafts } from "./drafts.js";
import { ask, fetchJson, page, sentence, setToken } from "./keeper.js";
import * as passkeys from "./passkeys.js";

const IDLE_MINUTES = 15;
const events = new EventTarget();
let open = false;
let last = Date.now();
let busy = false;

export const isOpen = () => open;

/** Calls `heard` when the keys are opened ("open") or closed ("closed"). @param {string} what @param {() => void} heard @param {AbortSignal} signal */
export const when = (what, heard, signal) => events.addEventListener(what, heard, { signal });

/** What every way of opening keys needs to know of this page. */
export const place = () => ({ api: page().api, organisation: page().organisation, rootKey: page().rootKey });

/** The keys are open now. @param {{csrf: string, drafts: Record<string, string>}} said */
export function opened({ csrf, drafts }) {
  setToken(csrf);
  open = true;
  last = Date.now();
  keepDrafts(drafts);
  show();
  putBack();
  events.dispatchEvent(new Event("open"));
  void settle();
}

/** Opens what colleagues have sealed to this person since the last time; whoever they take over from loses their key then. */
async function settle() {
  const { taken, noise } = await ask("settle", { api: page().api }).catch(() => ({ taken: 0, noise: 0 }));
  if (noise) say(word("keys-noise"));
  else if (taken) say(word("keys-taken", { n: taken }));
}

/** Closes the keys: what was opened leaves the page, what was written is kept sealed. @param {string} [why] a sentence to show */
export async function close(why = word("keys-shut")) {
  if (!open) return;
  open = false;
  const drafts = takeDrafts();
  events.dispatchEvent(new Event("closed"));
  show();
  say(why);
  await ask("lock", { drafts });
}

/** Drops the keys and everything written, at sign-out. */
export async function drop() {
  open = false;
  takeDrafts();
  events.dispatchEvent(new Event("closed"));
  await ask("lock", { drafts: {} });
}

/** @param {string} words */
function say(words) {
  const flash = one("[data-flash]");
  if (flash) Object.assign(flash, { textContent: words, hidden: false });
}

/** Shows on this page whether the keys are open. */
export function show() {
  for (const part of all("[data-keys-state]")) part.hidden = part.dataset.keysState !== (open ? "open" : "closed");
  for (const part of all("[data-keys-open]")) part.hidden = open;
  for (const part of all("[data-keys-close]")) part.hidden = !open;
  for (const part of all("[data-needs-keys]")) part.hidden = !open;
  for (const part of all("[data-when-closed]")) part.hidden = open;
  const panel = one("[data-unlock]");
  if (panel) panel.hidden = open || (!one("[data-case]") && !panel.dataset.asked);
}

/** Shows the panel for the passphrase. */
function askFor() {
  const panel = one("[data-unlock]");
  if (!panel) return;
  panel.dataset.asked = "yes";
  show();
  one("#unlock-passphrase")?.focus();
}

/** @param {SubmitEvent} event */
async function unlock(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const [field, wrong, bar, said] = ["#unlock-passphrase", "[data-unlock-error]", "[data-unlock-progress]", "[data-unlock-status]"].map((what) => one(what, form));
  if (busy) return;
  wrong.hidden = true;
  if (!field.value.trim()) return refuse(wrong, field, word("empty-passphrase"));
  busy = true;
  bar.hidden = false;
  try {
    const progress = (/** @type {any} */ state) => {
      bar.value = state.share;
      said.textContent = word(state.doing);
    };
    const answer = await ask("unlock", { ...place(), passphrase: field.value }, progress);
    field.value = "";
    opened(answer);
    say(word("keys-opened"));
    one("[data-title]")?.focus();
  } catch (error) {
    refuse(wrong, field, sentence(error));
  }
  busy = false;
  bar.hidden = true;
  said.textContent = "";
}

/** Opens the keys with a passkey of this person: one touch. */
async function unlockWithPasskey() {
  const [field, wrong] = ["#unlock-passphrase", "[data-unlock-error]"].map((what) => one(what));
  if (busy) return;
  busy = true;
  wrong.hidden = true;
  try {
    const ways = (await fetchJson("unlock")).passkeys.map((/** @type {any} */ each) => each.credential_id);
    if (!ways.length) throw Object.assign(new Error("passkey.no_keys"), { code: "passkey.no_keys" });
    const { prf, credentialId } = await passkeys.secret(ways, page().organisation ?? "");
    opened(await ask("unlock", { ...place(), prf, credentialId }));
    say(word("keys-opened"));
    one("[data-title]")?.focus();
  } catch (error) {
    refuse(wrong, field, sentence(error));
  }
  busy = false;
}

/** @param {any} wrong @param {any} field @param {string} words */
function refuse(wrong, field, words) {
  wrong.textContent = words;
  wrong.hidden = false;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

/** Wires the page at hand. */
export function mount() {
  show();
  if (!open && one("[data-case]")) one("#unlock-passphrase")?.focus({ preventScroll: true });
  for (const button of all("[data-keys-open]")) button.addEventListener("click", askFor);
  for (const button of all("[data-keys-close]")) button.addEventListener("click", () => close());
  one("[data-unlock-form]")?.addEventListener("submit", unlock);
  const touch = one("[data-unlock-passkey]");
  if (touch) touch.hidden = !passkeys.available();
  touch?.addEventListener("click", unlockWithPasskey);
}

/** Closes the keys when nobody has touched the tab for a while; a machine that slept counts too. */
export function watch() {
  const touched = () => void (last = Date.now());
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) document.addEventListener(kind, touched, { passive: true, capture: true });
  const look = () => {
    if (open && Date.now() - last > IDLE_MINUTES * 60_000) close(word("keys-idle", { n: IDLE_MINUTES }));
  };
  setInterval(look, 15_000);
  document.addEventListener("visibilitychange", look);
}
