/** Setting many cases aside at once: chosen in the list, proposed by one person, confirmed by another. */

import { all, counted, one, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { post } from "./keeper.js";

/** @param {boolean} open */
function show(open) {
  for (const part of all("[data-picking]")) part.hidden = !open;
  one("[data-bulk]").hidden = !open;
  one("[data-pick-open]").setAttribute("aria-expanded", String(open));
}

const picked = () => all("[data-pick]:checked");

export function mount() {
  const form = one("[data-bulk]");
  if (!form) return;
  const tell = () => void (one("[data-picked]", form).textContent = counted("picked", picked().length));
  one("[data-pick-open]").addEventListener("click", () => {
    show(form.hidden);
    tell();
  });
  one("[data-pick-close]").addEventListener("click", () => show(false));
  for (const box of all("[data-pick]")) box.addEventListener("change", tell);
  one("[data-pick-all]", form).addEventListener("click", () => {
    const boxes = all("[data-pick]");
    const fresh = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = fresh;
    tell();
  });
  form.addEventListener("submit", send);
}

/** Why some were not done, each reason once. @param {{ reference: string, message: string }[]} failed */
function reasons(failed) {
  const why = new Map();
  for (const { reference, message } of failed) why.set(message, [...(why.get(message) ?? []), reference]);
  return [...why].map(([message, references]) => `${references.join(", ")}: ${message}`).join(" ");
}

/** @param {SubmitEvent} event */
async function send(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const rows = picked();
  const impartial = one("[data-impartial]", form).checked;
  if (!rows.length) return refuse(form, word("pick-some"));
  if (!impartial && rows.some((box) => box.dataset.declared !== "yes")) return refuse(form, word("say-impartial"));
  const confirm = /** @type {any} */ (event.submitter)?.value === "confirm";
  await once(form, async () => {
    const references = rows.map((box) => box.value);
    const said = await post(confirm ? "set-aside/decide" : "set-aside", { references, impartial, ...(confirm && { confirm: true }) });
    const failed = said.filter((/** @type {any} */ each) => each.code);
    go(word(failed.length ? "bulk-some" : "bulk-done", { n: said.length - failed.length, list: reasons(failed) }));
  });
}
