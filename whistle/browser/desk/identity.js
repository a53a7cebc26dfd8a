/** Asking for a reporter's name on the case page, answering on the custodians' page, and showing it to the one who asked. */

import { all, one, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { ask, page } from "./keeper.js";
import * as keys from "./keys.js";
import { addressee } from "./ties.js";

/** @type {AbortController | undefined} */ let leaving;

export function mount() {
  leaving?.abort();
  leaving = new AbortController();
  one("[data-ask-name]")?.addEventListener("submit", askFor);
  for (const button of all("[data-open-name]")) button.addEventListener("click", () => openName(button));
  for (const part of all("[data-name-request]")) mountRequest(part);
  if (one("[data-name-request]")) {
    keys.when("open", readReasons, leaving.signal);
    keys.when("closed", () => all("[data-reason]").forEach((part) => part.replaceChildren()), leaving.signal);
    if (keys.isOpen()) void readReasons();
  }
  keys.when("closed", () => all("[data-name-shown]").forEach((part) => part.replaceChildren()), leaving.signal);
}

/** @param {SubmitEvent} event */
async function askFor(event) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const ground = one("input[name=ground]:checked", form)?.value ?? "";
  const [reason, told] = ["reason", "told"].map((name) => one(`[data-${name}-text]`, form).value.trim());
  if (!ground || !reason || !told) return refuse(form, word("name-incomplete"));
  const mailbox = addressee(form);
  if (mailbox === null) return refuse(form, word("choose-reporter"));
  await once(form, async () => {
    await ask("askName", { reference: one("[data-case]").dataset.case, ground, reason, told, mailbox });
    go(word("name-asked"));
  });
}

/** @param {any} button */
async function openName(button) {
  const part = button.closest("[data-name]");
  await once(part, async () => {
    const { name, contact } = await ask("openName", { reference: one("[data-case]").dataset.case, ref: button.dataset.openName });
    const lines = [name || word("name-empty"), contact].filter(Boolean).map((said) => {
      const line = document.createElement("p");
      line.textContent = said;
      line.dir = "auto";
      return line;
    });
    one("[data-name-shown]", part).replaceChildren(...lines);
  });
}

/** @param {any} part */
function mountRequest(part) {
  const form = one("form", part);
  form?.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const agree = /** @type {any} */ (event.submitter)?.value === "yes";
    await once(form, async () => {
      const said = await ask("answerName", { api: page().api, ref: part.dataset.nameRequest, agree });
      go(word(!agree ? "name-refused" : said.opened ? "name-opened" : "name-waits"));
    });
  });
}

async function readReasons() {
  for (const part of all("[data-name-request]")) {
    const here = one("[data-reason]", part);
    try {
      const { text } = await ask("whyAsked", { api: page().api, ref: part.dataset.nameRequest });
      here.textContent = text;
      for (const form of all("form", part)) form.hidden = false;
    } catch {
      here.textContent = word("name-unreadable");
    }
  }
}
