/**
 * The worker that belongs to the desk's page: a person's keys live here, in memory, and die with it.
 * The page calls a task by name and gets an answer, progress, or an error code. What is opened goes to the page as plain
 * values; nothing opened goes to the server.
 */

import { manner } from "../reporter/worker/net.js";
import { letter } from "./worker/contact.js";
import { answerName, askName, openName, whyAsked } from "./worker/identity.js";
import { handOver, newcomers, settle } from "./worker/hand_over.js";
import * as elsewhere from "./worker/elsewhere.js";
import { exported } from "./worker/export.js";
import * as keys from "./worker/keys.js";
import { Opened } from "./worker/opened.js";
import * as people from "./worker/people.js";
import { candidates, share } from "./worker/share.js";
import { rekey } from "./worker/rekey.js";
import { caseKeys } from "./worker/seals.js";
import { fetchRoster, putInForce, signRoster } from "./worker/roster.js";
import * as search from "./worker/search.js";
import { stepBack, toAlternates } from "./worker/step_back.js";
import { record } from "./worker/records.js";
import { note, write } from "./worker/write.js";

manner.options.credentials = "same-origin";

/** @type {Map<string, Opened>} cases opened since the keys were, by reference */
const opened = new Map();
/** @type {Map<string, Set<string>>} what each box has held in this tab, so that nothing can be taken back unseen */
const seen = new Map();

/** @param {string} reference */
function held(reference) {
  const found = opened.get(reference);
  if (!found) throw Object.assign(new Error("keys-closed"), { code: "keys-closed" });
  return found;
}

/** @type {Record<string, (given: any, progress: (state: any) => void) => Promise<any>>} */
const tasks = {
  signIn: (given, progress) => keys.signIn(given, progress),
  signInWithPasskey: (given) => keys.signInWithPasskey(given),
  unlock: (given, progress) => keys.unlock(given, progress),
  async lock({ drafts }) {
    opened.clear();
    search.forget();
    await people.forgetSeeds();
    elsewhere.forget();
    await keys.lock(drafts);
  },
  async state() {
    return { open: keys.isOpen(), staffId: keys.isOpen() ? keys.person().staffId : "" };
  },
  async openCase({ reference, api }) {
    let found = await Opened.fetch(reference, api, keys.person(), seen);
    // Somebody left: the first to open the case makes the new key. If a colleague was faster, theirs is fetched.
    const due = found.said.boxes.some((/** @type {any} */ each) => each.rekey_due);
    if (!found.said.proven) await caseKeys(reference, api, keys.person());
    if (due && (await rekey(reference, api, keys.person()).catch(() => true))) found = await Opened.fetch(reference, api, keys.person(), seen);
    opened.set(reference, found);
    void search.learn(found, keys.person());
    return { ...found.view(), ...search.named(found) };
  },
  ...people,
  async write(given, progress) {
    return write(held(given.reference), given, progress);
  },
  async note(given, progress) {
    return note(held(given.reference), given, progress);
  },
  async record(given, progress) {
    return record(held(given.reference), given, progress);
  },
  async file({ reference, file, sha256 }) {
    return held(reference).file(file, sha256);
  },
  async candidates({ reference }) {
    return candidates(held(reference));
  },
  async share({ reference, staffId, until }) {
    return share(held(reference), staffId, until);
  },
  async renew({ reference, api, without }) {
    return rekey(reference, api, keys.person(), without);
  },
  async newcomers(given) {
    return newcomers(given, keys.person());
  },
  async handOver(given, progress) {
    return handOver(given, keys.person(), progress);
  },
  fetchRoster: (given) => fetchRoster(given),
  putInForce: (given) => putInForce(given),
  async signRoster(given) {
    return signRoster(given, keys.person());
  },
  async settle({ api }) {
    return settle(api, keys.person());
  },
  async searchIndex({ api }, progress) {
    return search.load(api, keys.person(), progress);
  },
  async search({ question }) {
    return search.find(question);
  },
  async letter(given) {
    return letter(held(given.reference), given);
  },
  async askName(given) {
    return askName(held(given.reference), given);
  },
  async openName(given) {
    return openName(held(given.reference), given);
  },
  async whyAsked(given) {
    return whyAsked(given, keys.person());
  },
  async answerName(given) {
    return answerName(given, keys.person());
  },
  ...elsewhere.tasks,
  async export({ reference, words, from }, progress) {
    return exported(held(reference), words, from, progress);
  },
  async toAlternates(given) {
    return toAlternates(given, keys.person());
  },
  async stepBack(given) {
    opened.delete(given.reference);
    return stepBack(given, keys.person());
  },
};

self.addEventListener("message", async ({ data: { id, task, given, csrf } }) => {
  if (csrf) manner.headers["X-CSRFToken"] = csrf;
  try {
    const result = await tasks[task](given, (progress) => self.postMessage({ id, progress: { ...progress } }));
    self.postMessage({ id, result });
  } catch (error) {
    const { code, details } = /** @type {any} */ (error);
    self.postMessage({ id, error: { code: code ?? "here", message: String(details?.message ?? ""), details: { faults: details?.faults } } });
  }
});
