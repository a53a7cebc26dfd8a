/** The page on which an officer writes down what came another way, and prints the card with the reporter's code. */

import { all, copy, one, size, today, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { ask, page } from "./keeper.js";
import * as keys from "./keys.js";

/** @type {AbortController | undefined} */ let leaving;
/** @type {Map<string, File>} */ const files = new Map();
/** @type {Set<string>} files that are sealed and sent */ const sent = new Set();
let count = 0;
let where = "";

export function mount() {
  leaving?.abort();
  files.clear();
  sent.clear();
  const form = one("[data-elsewhere]");
  if (!form) return;
  leaving = new AbortController();
  const { signal } = leaving;
  one("#came-on", form).max = today();
  one("#came-on", form).value ||= today();
  keys.when("open", () => begin(form, signal), signal);
  keys.when("closed", () => clear(form), signal);
  form.addEventListener("change", () => choose(form, signal));
  one("[data-attach]", form).addEventListener("change", () => attach(form));
  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => send(event, form));
  one("[data-card-print]").addEventListener("click", () => window.print());
  one("[data-card-done]").addEventListener("click", done);
  if (keys.isOpen()) begin(form, signal);
}

/** @param {any} form */
function clear(form) {
  form.reset();
  files.clear();
  one("[data-attached]", form).replaceChildren();
  one("[data-readers]", form).replaceChildren();
  one("[data-card-code]").replaceChildren();
  one("[data-card]").hidden = true;
}

/** @param {any} form @param {AbortSignal} signal */
async function begin(form, signal) {
  try {
    const { people, subjects } = await ask("elsewhereBegin", keys.place());
    if (signal.aborted) return;
    one("[data-readers]", form).replaceChildren(...people.map(reader));
    const from = one("#came-from", form);
    from.replaceChildren(from.options[0], ...people.map((/** @type {any} */ each) => new Option(`${each.name}, ${each.title}`, each.staffId)));
    for (const box of all("input[name=about]", form)) box.closest(".w-choice").hidden = !subjects.includes(box.value);
    await choose(form, signal);
  } catch (error) {
    if (!signal.aborted) refuse(form, word(/** @type {any} */ (error).code === "card.forged" ? "keys-forged" : "server"));
  }
}

/** @param {any} each */
function reader({ staffId, name, title }) {
  const made = copy("reader", { name, title });
  const [box, label] = [one("input", made), one("label", made)];
  box.value = staffId;
  box.id = `reader-${staffId}`;
  label.htmlFor = box.id;
  return made;
}

/** @param {any} form */
const chosen = (form) => ({
  about: all("input[name=about]:checked", form).map((box) => box.value),
  channel: one("input[name=channel]:checked", form)?.value ?? "",
  leader: one("#came-from", form).value,
});

/** Whoever was unticked, and the leader who handed it in, who must not take it over. @param {any} form */
function unticked(form) {
  const { channel, leader } = chosen(form);
  return [...all("[data-readers] input", form).filter((box) => !box.checked).map((box) => box.value), ...(channel === "leader" && leader ? [leader] : [])];
}

/** Shows who gets a key now, by the same rule as the reporter's form. @param {any} form @param {AbortSignal} signal */
async function choose(form, signal) {
  const { about, channel } = chosen(form);
  one("[data-from]", form).hidden = channel !== "leader";
  if (!all("[data-readers] input", form).length) return;
  const { readers, excluded, alternate } = await ask("elsewhereReaders", { about, unticked: unticked(form) });
  if (signal.aborted) return;
  const why = new Map(excluded.map((/** @type {any} */ each) => [each.staffId, each.why]));
  for (const box of all("[data-readers] input", form)) {
    const reason = why.get(box.value);
    const said = one('[data-slot="why"]', box.closest(".w-choice"));
    said.textContent = readers.includes(box.value) ? "" : word(`why-${reason ?? "not_needed"}`);
  }
  one("[data-alternate]", form).hidden = !alternate;
}

/** @param {any} form */
function attach(form) {
  const input = one("[data-attach]", form);
  for (const file of input.files) {
    const id = `f${++count}`;
    const row = copy("attached", { name: file.name, about: size(file.size, page().language ?? "nb") });
    one("[data-remove]", row).addEventListener("click", () => {
      files.delete(id);
      void ask("elsewhereDrop", { id });
      row.remove();
    });
    one("[data-attached]", form).append(row);
    files.set(id, file);
  }
  input.value = "";
}

/** @param {SubmitEvent} event @param {any} form */
async function send(event, form) {
  event.preventDefault();
  const { about, channel, leader } = chosen(form);
  const [text, wayBack] = [one("#came-text", form).value.trim(), one("input[name=way]:checked", form)?.value];
  if (!channel) return refuse(form, word("choose-channel"));
  if (!text) return refuse(form, word("empty-report"));
  if (!wayBack) return refuse(form, word("choose-way"));
  const button = one("[type=submit]", form);
  button.disabled = true;
  await once(form, async () => {
    for (const [id, file] of files) {
      one("[data-status-text]", form).textContent = word("sealing-file-now", { name: file.name });
      await ask("elsewhereFile", { id, file });
      files.delete(id);
      sent.add(id);
    }
    const { wordsNb, wordsEn } = form.dataset;
    const given = { text, about, unticked: unticked(form), files: [...sent], channel, receivedOn: one("#came-on", form).value, wayBack: wayBack === "yes", leader: channel === "leader" ? leader : "", language: page().language ?? "nb", lists: { nb: wordsNb, en: wordsEn } };
    one("[data-status-text]", form).textContent = word("sealing");
    const said = await ask("elsewhereSend", given);
    sent.clear();
    form.reset();
    registered(form, said);
  });
  one("[data-status-text]", form).textContent = "";
  button.disabled = false;
}

/** @param {any} form @param {any} said */
function registered(form, { reference, visible, digits, words }) {
  where = visible ? form.dataset.case.replace("REFERENCE", reference) : form.dataset.home;
  if (!digits.length) return go(word("registered-without"), where);
  form.hidden = true;
  const rows = digits.map((/** @type {string} */ each, /** @type {number} */ at) => copy("code-word", { n: String(at + 1), word: words[at] ?? each, digits: words[at] ? each : "" }));
  one("[data-card-code]").replaceChildren(...rows);
  one("[data-card]").hidden = false;
  one("#card-title").focus();
}

/** The card has been handed over: the code leaves the page. */
function done() {
  one("[data-card-code]").replaceChildren();
  go(word("registered-with"), where);
}
