/** The page's end of the worker that holds the keys. */
import { asker } from "../ask.js";

const data = document.body.dataset;
/** What every task may need to know of this page. */
export const place = { api: data.api ?? "", rootKey: data.rootKey ?? "", organisation: data.organisation ?? "" };
export const language = data.language ?? "nb";
/** Modules that the worker fetches only when they are needed. */
export const modules = { cleaner: data.cleaner ?? "", pdf: data.cleanerPdf ?? "", qr: data.qr ?? "", pitch: data.pitch ?? "" };
export const lists = { nb: data.wordsNb ?? "", en: data.wordsEn ?? "" };

/** @type {string | undefined} made once: a page may make its policy a single time, and a worker anew as often as keys are forgotten */
let checked;

/** The one address that may become a worker; the page's policy allows no other string to become code. */
function workerUrl() {
  return (checked ??= checkedUrl());
}

function checkedUrl() {
  const url = data.worker ?? "";
  const policies = /** @type {any} */ (window).trustedTypes;
  if (!policies) return url;
  const createScriptURL = (/** @type {string} */ asked) => {
    if (asked !== url || new URL(asked, location.href).origin !== location.origin) throw new TypeError("not our worker");
    return asked;
  };
  return policies.createPolicy("wbe", { createScriptURL }).createScriptURL(url);
}

const worker = asker(workerUrl);
/** Has the worker do a task. Errors carry a `code`. @param {string} task @param {any} [given] @param {(state: any) => void} [progress] @returns {Promise<any>} */
export const ask = (task, given = {}, progress) => worker.ask({ task, given }, progress);
/** Whether the worker does something other than sending files up. */
export const isDoing = () => worker.doing(({ task }) => task === "addFile");
/** Ends the worker, and with it every key. */
export const forget = () => worker.forget();
