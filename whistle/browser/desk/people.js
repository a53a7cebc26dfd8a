/** Colleagues: invitations, proposals, and the second person's answer. The link is shown once. */

import { all, one, word } from "../reporter/dom.js";
import * as flash from "./flash.js";
import { on, once } from "./forms.js";
import { post } from "./keeper.js";

export function mount() {
  const part = one("[data-people]");
  if (!part) return;
  on(one("[data-invite]"), async () => {
    const [name, title, username, email, duty] = ["name", "title", "username", "email", "duty"].map((id) => one(`#in-${id}`).value.trim());
    link(part, (await post("people/invite", { name, title, username, email, duties: duty ? [duty] : [] })).token);
  });
  /** @param {string} selector @param {(button: any) => Promise<unknown>} act */
  const each = (selector, act) => {
    for (const button of all(selector)) button.addEventListener("click", () => once(part, () => act(button)));
  };
  each("[data-agree]", async (button) => answered(await post("people/answer", { proposal: Number(button.dataset.agree), agreed: true })));
  each("[data-decline]", async (button) => answered(await post("people/answer", { proposal: Number(button.dataset.decline), agreed: false })));
  each("[data-withdraw]", async (button) => answered(await post("people/withdraw", { ref: button.dataset.withdraw })));
  each("[data-propose]", async (button) => {
    const [about, kind] = [button.closest("[data-about]"), button.dataset.propose];
    const duty = kind === "give" || kind === "take" ? one("[data-duty]", about).value : null;
    answered(await post("people/propose", { staff_id: about.dataset.about, kind, duty, why: kind === "close" ? "left" : "" }));
  });
  each("[data-renew]", async (button) => {
    const staffId = button.closest("[data-about]").dataset.about;
    link(part, (await post("people/renew", { staff_id: staffId, code_only: button.dataset.renew === "code" })).token);
  });
  one("[data-link-copy]").addEventListener("click", () => navigator.clipboard.writeText(one("[data-link-text]").textContent));
}

/** @param {any} _said */
const answered = (_said) => flash.go(word("saved"));

/** @param {any} part @param {string} token */
function link(part, token) {
  one("[data-link-text]").textContent = `${new URL(part.dataset.enrolUrl, location.href)}#${token}`;
  one("[data-link]").hidden = false;
  one("#link-h").focus();
}
