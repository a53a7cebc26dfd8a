/** The key custodian's page: what was heard goes to the worker, which compares and signs. */

import { all, one, word } from "../reporter/dom.js";
import * as flash from "./flash.js";
import { on, once, refuse, urlsOf } from "./forms.js";
import { ask, page } from "./keeper.js";

export function mount() {
  const part = one("[data-certify]");
  if (!part) return;
  for (const form of all("[data-certify-one]")) {
    on(form, async () => {
      const heard = one("[data-heard]", form).value;
      try {
        const { n } = await ask("certifyOne", { api: page().api, ref: form.dataset.certifyOne, heard, urls: urlsOf(part) });
        flash.go(word("certified", { n }));
      } catch (error) {
        const code = String(/** @type {any} */ (error).code);
        if (!code.startsWith("code.") && code !== "words-differ") throw error;
        refuse(form, word("words-differ"));
      }
    });
  }
  one("[data-certify-again]")?.addEventListener("click", () => once(part, async () => {
    const { n } = await ask("certifyAgain", { api: page().api });
    flash.go(word("certified", { n }));
  }));
  for (const button of all("[data-give-root]")) {
    button.addEventListener("click", () => once(part, async () => {
      await ask("giveRoot", { api: page().api, staffId: button.dataset.giveRoot });
      flash.go(word("saved"));
    }));
  }
}
