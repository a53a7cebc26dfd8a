/** Forms of choices: impartiality, the steps of the workflow, confirming as the second person. Nothing in them is secret. */

import { all, one, word } from "../reporter/dom.js";
import { go } from "./flash.js";
import { ask, page, post, sentence } from "./keeper.js";

const LOCKED = new Set(["conflict", "unsure"]);

export function mount() {
  for (const form of all("[data-declare]")) {
    form.addEventListener("submit", declare);
    form.addEventListener("change", () => {
      const shown = one("[data-answer-shown]");
      if (shown) shown.textContent = chosen(form);
    });
  }
  for (const form of all("[data-step]")) form.addEventListener("submit", step);
  one("[data-decide]")?.addEventListener("submit", decide);
  one("[data-contact-form]")?.addEventListener("submit", contact);
}

/** @param {HTMLFormElement} form */
const chosen = (form) => one("input[name=answer]:checked", form)?.value ?? "";

/** Shows an error in a form; what was chosen stays. @param {ParentNode} form @param {string} words */
export function refuse(form, words) {
  const wrong = one("[data-error]", form);
  wrong.textContent = words;
  wrong.hidden = false;
  wrong.scrollIntoView({ block: "nearest" });
}

/** Sends once, and goes on; an error is shown in the form. @param {any} form @param {() => Promise<void>} work */
export async function once(form, work) {
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  one("[data-error]", form).hidden = true;
  try {
    await work();
  } catch (error) {
    refuse(form, sentence(error));
  }
  delete form.dataset.busy;
}

/** @param {SubmitEvent} event */
async function declare(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const answer = chosen(form);
  if (!answer) return refuse(form, word("choose"));
  await once(form, async () => {
    await post(form.dataset.declare, { answer }).catch((error) => {
      if (error?.code !== "habilitet.last") throw error;
      const reference = form.dataset.declare.split("/")[1];
      return ask("stepBack", { reference, api: page().api, answer });
    });
    if (LOCKED.has(answer)) go(word("withdrawn"), one(".w-mark").getAttribute("href"));
    else go("");
  });
}

/** @param {SubmitEvent} event */
async function step(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const { case: reference, version } = one("[data-case]").dataset;
  const codes = Object.fromEntries(all("[data-code]", form).filter((field) => field.value).map((field) => [field.dataset.code, field.value]));
  if ((one("[data-code=outcome]", form) && !codes.outcome) || (one("[data-code=lesson]", form) && !codes.lesson)) return refuse(form, word("choose-codes"));
  const before = one("[data-case]").dataset.state;
  await once(form, async () => {
    const said = await post(`cases/${reference}/steps/${form.dataset.step}`, { version: Number(version), codes });
    go(word(said.state === before ? "step-proposed" : "step-taken"));
  });
}

/** @param {SubmitEvent} event */
async function decide(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const { case: reference, version } = one("[data-case]").dataset;
  const confirm = /** @type {any} */ (event.submitter)?.value !== "no";
  await once(form, async () => {
    // what hands the case on needs keys to it, sealed here to whoever is to have it
    const alternates = confirm && form.dataset.decide === "transfer" ? await ask("toAlternates", { reference, api: page().api }) : [];
    await post(`cases/${reference}/decide`, { version: Number(version), confirm, alternates });
    go(word(confirm ? "step-taken" : "step-declined"));
  });
}

/** @param {SubmitEvent} event */
async function contact(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  await once(form, async () => {
    await post(`cases/${one("[data-case]").dataset.case}/contact`, { staff_id: one("select", form).value });
    go(word("contact-named"));
  });
}
