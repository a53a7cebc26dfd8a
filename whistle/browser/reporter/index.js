/** The reporter's pages: quick exit everywhere; on the first page also the form. */

import { all, one, show, word } from "./dom.js";
import { findDraft, forgetDraft } from "./draft.js";
import { onExit, watchForLeaving } from "./exit.js";
import { Form } from "./form.js";
import { showOnFront } from "./readers.js";
import { organisationCard } from "./organisation.js";
import { ask, forget, place } from "./sealer.js";

watchForLeaving();
for (const part of all("[data-without-script]")) part.remove();

/** @type {Promise<any> | undefined} */ let asked;
const card = () => (asked ??= checksSignatures().then((native) => (native ? organisationCard(place) : ask("card", place))));

/** Whether this browser checks Ed25519 by itself; otherwise the worker, which brings its own, checks the card. */
async function checksSignatures() {
  const base = new Uint8Array(32).fill(0x66); // the base point, a public key any browser takes (RFC 8032)
  base[0] = 0x58;
  return crypto.subtle.importKey("raw", base, "Ed25519", false, ["verify"]).then(() => true, () => false);
}

/** @type {Form | undefined} */ let form;

/** @param {Event} [event] */
async function begin(event) {
  event?.preventDefault();
  try {
    form ??= new Form(await card());
    form.open();
  } catch (error) {
    refuse(/** @type {any} */ (error).code);
  }
}

/** @param {string} code */
function refuse(code) {
  asked = undefined;
  forget();
  const why = { network: "network", "card.forged": "forged", "card.nobody": "nobody", here: "browser" }[code] ?? "network";
  one("[data-refused-why]").textContent = word(`refused-${why}`);
  show("refused");
}

if (one("[data-begin]")) {
  one("[data-begin]").addEventListener("click", begin);
  one("[data-try-again]").addEventListener("click", begin);
  card().then(({ roster }) => showOnFront(roster), () => (asked = undefined));
  const part = one("[data-draft-found]");
  onExit(forgetDraft);
  void findDraft().then((draft) => {
    part.hidden = draft === null;
    one("[data-draft-go-on]").addEventListener("click", () => void begin().then(() => form?.goOn(draft)));
    one("[data-draft-delete]").addEventListener("click", () => {
      forgetDraft();
      part.hidden = true;
    });
  });
  const why = location.hash;
  if (["#report", "#lost", "#after"].includes(why)) {
    history.replaceState(null, "", location.pathname);
    void begin().then(() => (why === "#lost" ? form?.sayCodeIsLost() : why === "#after" && form?.sayRetaliation()));
  }
}
