/** Taking a case out: asking, approving, and making the file in this browser. */

import { all, one, save, word } from "../reporter/dom.js";
import { once, refuse } from "./choices.js";
import { go } from "./flash.js";
import { ask, page, post } from "./keeper.js";
import { kinds } from "./records.js";

/** @param {any} root */
export function mountExport(root) {
  const path = (/** @type {string} */ rest) => `cases/${root.dataset.case}/export${rest}`;
  one("[data-export-ask]", root)?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    const why = one("#export-why", root).value;
    if (!why) {
      event.preventDefault();
      return refuse(/** @type {any} */ (event.currentTarget), word("choose-why"));
    }
    return send(event, () => post(path(""), { why }), "export-asked");
  });
  one("[data-export-decide]", root)?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    const confirm = /** @type {any} */ (event.submitter)?.value !== "no";
    return send(event, () => post(path("/decide"), { confirm }), confirm ? "export-approved" : "step-declined");
  });
  one("[data-export-make]", root)?.addEventListener("submit", (/** @type {SubmitEvent} */ event) => make(event, root));
}

/** @param {SubmitEvent} event @param {() => Promise<any>} work @param {string} done */
async function send(event, work, done) {
  event.preventDefault();
  await once(event.currentTarget, async () => {
    await work();
    go(word(done));
  });
}

/** @param {SubmitEvent} event @param {any} root */
async function make(event, root) {
  event.preventDefault();
  const form = /** @type {any} */ (event.currentTarget);
  const text = Object.fromEntries(all("[data-export-word]", form).map((part) => [part.dataset.exportWord, part.textContent]));
  const facts = all("dt", form).map((term) => [term.textContent, term.nextElementSibling.textContent]);
  const words = { text, facts, kinds: kinds(root), language: page().language ?? "nb" };
  const { paper, paperRegular, paperBold } = form.dataset;
  const from = { script: paper, regular: paperRegular, bold: paperBold };
  const said = one("[data-status-text]", form);
  await once(form, async () => {
    const tell = ({ name = "" }) => void (said.textContent = word("export-file", { name }));
    const made = await ask("export", { reference: root.dataset.case, words, from }, tell);
    save(made.blob, made.name);
    go(word("export-made", { digest: made.digest.slice(0, 16) }));
  });
  said.textContent = "";
}
