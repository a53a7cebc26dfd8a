/** Writing to the reporter and for colleagues: text and files go to the worker, which seals them. */

import { all, copy, one, size, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { open } from "./case.js";
import { sent } from "./drafts.js";
import { go } from "./flash.js";
import { ask, page } from "./keeper.js";
import { addressee } from "./ties.js";

const LARGEST = 200 * 2 ** 20;
/** @type {WeakMap<Element, File[]>} */
const attached = new WeakMap();

/** @param {any} root */
export function mountForms(root) {
  const compose = one("[data-compose]", root);
  const note = one("[data-note]", root);
  for (const form of [compose, note].filter(Boolean)) mountFiles(form);
  compose?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => write(event, root));
  note?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => saveNote(event, root));
  for (const button of all("[data-suggest]", root)) button.addEventListener("click", () => suggest(button.closest("form"), button.dataset.suggest));
  one("[data-suggest-now]", root)?.addEventListener("click", () => suggest(compose, page().language ?? "nb", true));
}

/** Puts the suggested text into the field; what somebody wrote themselves is not overwritten unasked. @param {any} form @param {string} language @param {boolean} [onlyEmpty] */
function suggest(form, language, onlyEmpty = false) {
  const field = one("textarea", form);
  const texts = all("[data-suggestion]", one("#words").content).map((each) => each.textContent);
  if (onlyEmpty && field.value.trim()) return;
  const fresh = one("#words").content.querySelector(`[data-suggestion="${mode(form)}-${language}"]`)?.textContent ?? "";
  if (!field.value.trim() || texts.includes(field.value)) field.value = fresh;
  else field.setRangeText(`${field.value.endsWith("\n") ? "" : "\n\n"}${fresh}`, field.value.length, field.value.length, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.lang = language;
  field.focus();
}

/** @param {any} form */
const mode = (form) => one("input[type=radio][data-mode]:checked, input[type=hidden][data-mode]", form).value;

/** @param {any} form */
export function mountFiles(form) {
  attached.set(form, []);
  const input = one("[data-attach]", form);
  input.addEventListener("change", () => {
    for (const file of input.files) {
      if (file.size > LARGEST) refuse(form, word("file-too-large", { name: file.name, size: size(LARGEST, page().language ?? "nb") }));
      else attached.get(form)?.push(file);
    }
    input.value = "";
    list(form);
  });
}

/** @param {any} form */
function list(form) {
  const files = attached.get(form) ?? [];
  const rows = files.map((file) => {
    const row = copy("attached", { name: file.name, about: size(file.size, page().language ?? "nb") });
    one("[data-remove]", row).addEventListener("click", () => {
      files.splice(files.indexOf(file), 1);
      list(form);
    });
    return row;
  });
  one("[data-attached]", form).replaceChildren(...rows);
}

/** @param {any} form @param {any} state */
function tell(form, state) {
  const language = page().language ?? "nb";
  const said = one("[data-status-text]", form);
  if (state.broken) said.textContent = word("connection-broke");
  else if (state.doing === "file") said.textContent = word("sealing-file", { name: state.name, done: size(state.done, language), size: size(state.size, language) });
  else said.textContent = word("sealing");
  const share = state.doing === "file" ? (100 * state.done) / state.size : 80;
  one(".w-ring .v", form)?.setAttribute("stroke-dashoffset", String(100 - share));
}

/** Sends with the worker's task, and shows the page anew; an error leaves everything as it was written. @param {any} form @param {any} root @param {string} task @param {any} given @param {string} done */
export async function deliver(form, root, task, given, done) {
  const fields = all("[data-draft]", form);
  const before = one("[data-status-text]", form).textContent;
  await once(form, async () => {
    const button = one("[data-send]", form);
    button.disabled = true;
    try {
      tell(form, { doing: "text" });
      await ask(task, { reference: root.dataset.case, text: fields[0]?.value.trim() ?? "", files: attached.get(form) ?? [], ...given }, (state) => tell(form, state));
      for (const field of fields) sent(field);
      go(word(done));
    } catch (error) {
      if (/** @type {any} */ (error).code === "item.order") await open(root);
      throw error;
    } finally {
      button.disabled = false;
      one("[data-status-text]", form).textContent = before;
      one(".w-ring .v", form)?.setAttribute("stroke-dashoffset", "100");
    }
  });
}

/** @param {SubmitEvent} event @param {any} root */
async function write(event, root) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  if (!one("textarea", form).value.trim() && !attached.get(form)?.length) return refuse(form, word("empty-message"));
  const mailbox = addressee(form);
  if (mailbox === null) return refuse(form, word("choose-reporter"));
  await deliver(form, root, "write", { mode: mode(form), mailbox }, `sent-${mode(form)}`);
}

/** @param {SubmitEvent} event @param {any} root */
async function saveNote(event, root) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  if (!one("textarea", form).value.trim()) return refuse(form, word("empty-note"));
  await deliver(form, root, "note", {}, "sent-note");
}
