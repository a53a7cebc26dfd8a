/** Giving a colleague a key: who can get one, and whether their certificate holds, is found out in the worker. */

import { copy, day, one, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { ask, page, post, sentence } from "./keeper.js";

/** @param {any} root */
export function mountShare(root) {
  const form = one("[data-share]", root);
  if (!form) return;
  const opener = one("[data-share-open]", root);
  opener.addEventListener("click", async () => {
    opener.disabled = true;
    try {
      const found = await ask("candidates", { reference: root.dataset.case });
      one("[data-candidates]", form).replaceChildren(...found.map(choice));
      form.hidden = found.length === 0;
      one("[data-none=candidates]", root).hidden = found.length > 0;
      one("input:enabled", form)?.focus();
    } catch (error) {
      form.hidden = false;
      refuse(form, sentence(error));
    }
    opener.disabled = false;
  });
  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => give(event, root));
}

/** @param {any} each @param {number} at */
function choice(each, at) {
  const to = each.validTo && day(new Date(each.validTo * 1000).toISOString().slice(0, 10), page().language ?? "nb", true);
  const made = copy("candidate", { name: each.name, about: to ? word("certified", { title: each.title, date: to }) : word("uncertified", { title: each.title, why: word(each.why) }) });
  const [input, label, about] = ["input", "label", "p"].map((part) => one(part, made));
  Object.assign(input, { id: `candidate-${at}`, value: each.staffId, disabled: !to });
  input.dataset.name = each.name;
  label.htmlFor = input.id;
  about.id = `candidate-about-${at}`;
  input.setAttribute("aria-describedby", about.id);
  return made;
}

/** @param {SubmitEvent} event @param {any} root */
async function give(event, root) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const chosen = one("input:checked", form);
  if (!chosen) return refuse(form, word("choose-person"));
  await once(form, async () => {
    one("[data-status-text]", form).textContent = word("giving", { name: chosen.dataset.name });
    const until = one("[data-until]", form)?.value ?? "";
    const said = await ask("share", { reference: root.dataset.case, staffId: chosen.value, until }).finally(() => one("[data-status-text]", form).replaceChildren());
    go(word("key-given", { name: said.name }));
  });
}

/** Taking a colleague's key, and making the new one that they do not get. @param {any} root */
export function mountRevoke(root) {
  one("[data-revoke]", root)?.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {any} */ (event.currentTarget);
    const chosen = one("input:checked", form);
    if (!chosen) return refuse(form, word("choose-revoke"));
    await once(form, async () => {
      await post(`cases/${root.dataset.case}/revoke`, { staff_id: chosen.value });
      // Without open keys the new key is made when the next one opens the case.
      await ask("renew", { reference: root.dataset.case, api: page().api, without: chosen.value }).catch((error) => {
        if (["keys-stayed", "keys-ghost"].includes(error.code)) throw error;
      });
      go(word("key-taken", { name: chosen.dataset.name }));
    });
  });
}
