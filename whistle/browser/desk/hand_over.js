/** Handing over all of somebody's cases: who can take over is found out in the worker, and so is every key sealed. */

import { all, copy, one, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { ask, page, post, sentence } from "./keeper.js";

export function mount() {
  for (const section of all("[data-leaver]")) {
    one("[data-choose-newcomer]", section)?.addEventListener("click", () => choose(section));
    one("[data-hand-over-form]", section)?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => give(event, section));
  }
}

/** @param {string} list */
const listed = (list) => list.split(",").filter(Boolean);

/** @param {any} section */
async function choose(section) {
  const [form, button] = [one("[data-hand-over-form]", section), one("[data-choose-newcomer]", section)];
  const references = [...listed(section.dataset.cases), ...listed(section.dataset.undeclared)];
  button.disabled = true;
  try {
    const found = await ask("newcomers", { references, api: page().api });
    one("[data-newcomers]", form).replaceChildren(...found.map((/** @type {any} */ each, /** @type {number} */ at) => choice(each, `${section.dataset.leaver}-${at}`, references.length)));
    one("[data-none]", form).hidden = found.length > 0;
    form.hidden = false;
    button.setAttribute("aria-expanded", "true");
    one("input:enabled", form)?.focus();
  } catch (error) {
    form.hidden = false;
    refuse(form, sentence(error));
  }
  button.disabled = false;
}

/** @param {any} each @param {string} id @param {number} of */
function choice(each, id, of) {
  const about = each.validTo ? word("newcomer", { title: each.title, n: each.cases, of }) : word("newcomer-lapsed", { title: each.title, why: word(each.why) });
  const made = copy("candidate", { name: each.name, about });
  const [input, label, said] = ["input", "label", "p"].map((part) => one(part, made));
  Object.assign(input, { id: `newcomer-${id}`, value: each.staffId, disabled: !each.validTo });
  input.dataset.name = each.name;
  label.htmlFor = input.id;
  said.id = `newcomer-about-${id}`;
  input.setAttribute("aria-describedby", said.id);
  return made;
}

/** @param {SubmitEvent} event @param {any} section */
async function give(event, section) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const chosen = one("[data-newcomers] input:checked", form);
  if (!chosen) return refuse(form, word("choose-newcomer"));
  await once(form, async () => {
    const undeclared = one("[data-impartial]", form)?.checked ? listed(section.dataset.undeclared) : [];
    for (const reference of undeclared) await post(`cases/${reference}/declare`, { answer: "impartial" });
    const references = [...listed(section.dataset.cases), ...undeclared];
    const status = one("[data-status]", form);
    const progress = (/** @type {any} */ state) => void (status.textContent = word("handing-over", { at: state.at + 1, of: state.of }));
    const given = { references, leaver: section.dataset.leaver, newcomer: chosen.value, api: page().api };
    const done = await ask("handOver", given, progress).finally(() => status.replaceChildren());
    if (!done.refused.length) return go(word("handed-over", { n: done.moved.length, name: chosen.dataset.name }));
    refused(section, done.refused);
  });
}

/** @param {any} section @param {{reference: string, code: string}[]} list */
function refused(section, list) {
  const lines = list.map(({ reference, code }) => {
    const line = document.createElement("li");
    line.textContent = word("not-handed-over", { reference, why: sentence({ code }) });
    return line;
  });
  one("[data-refused]", section).replaceChildren(...lines);
  one("[data-refused]", section).hidden = false;
}
