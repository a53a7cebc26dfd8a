/**
 * The case desk. Turbo Drive keeps one document alive from page to page, so that one unlock serves a working session: the
 * keys are in a worker that belongs to the document. Nothing is kept in the browser's storage.
 */

import * as Turbo from "@hotwired/turbo";
import { all, one } from "../reporter/dom.js";
import * as accounts from "./accounts.js";
import * as bulk from "./bulk.js";
import * as caseFile from "./case.js";
import * as choices from "./choices.js";
import * as contact from "./contact.js";
import * as drafts from "./drafts.js";
import * as elsewhere from "./elsewhere.js";
import * as flash from "./flash.js";
import * as handOver from "./hand_over.js";
import * as identity from "./identity.js";
import { page, post, setToken } from "./keeper.js";
import * as keys from "./keys.js";
import * as search from "./search.js";
import * as roster from "./roster.js";
import * as signIn from "./sign_in.js";
import * as texts from "./texts.js";

// Turbo's progress bar brings a <style> element, which the page's policy refuses: it never comes (the largest timer).
Turbo.config.drive.progressBarDelay = 2 ** 31 - 1;
// Forms are taken by our own script or not sent at all.
Turbo.config.forms.mode = "off";

let first = true;

async function signOut() {
  await keys.drop();
  await post("sign-out").catch(() => {});
  location.assign(page().signIn ?? "");
}

function mount() {
  setToken("");
  if (signIn.mount() && keys.isOpen()) keys.close("");
  keys.mount();
  if (keys.isOpen()) drafts.putBack();
  accounts.mount();
  choices.mount();
  handOver.mount();
  roster.mount();
  search.mount();
  bulk.mount();
  elsewhere.mount();
  caseFile.mount();
  contact.mount();
  identity.mount();
  texts.mount();
  for (const button of all("[data-sign-out]")) button.addEventListener("click", signOut);
  const said = flash.show();
  if (!first) (said ?? one("#main"))?.focus({ preventScroll: true });
  first = false;
}

document.addEventListener("turbo:load", mount);
// What Turbo keeps of a page for the way back could hold opened text.
document.addEventListener("turbo:before-cache", () => Turbo.cache.clear());
keys.when("closed", search.forget, new AbortController().signal);
keys.watch();
drafts.watch();
