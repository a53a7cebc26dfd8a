/** The page's end of the worker that holds the keys. */

const data = document.body.dataset;
/** What every task may need to know of this page. */
export const place = { api: data.api ?? "", rootKey: data.rootKey ?? "", organisation: data.organisation ?? "" };
export const language = data.language ?? "nb";
/** Modules that the worker fetches only when they are needed. */
export const modules = { cleaner: data.cleaner ?? "", pdf: data.cleanerPdf ?? "", qr: data.qr ?? "", pitch: data.pitch ?? "" };
export const lists = { nb: data.wordsNb ?? "", en: data.wordsEn ?? "" };

/** The one address that may become a worker; the page's policy allows no other string to become code. */
function workerUrl() {
  const url = data.worker ?? "";
  const policies = /** @type {any} */ (window).trustedTypes;
  if (!policies) return url;
  const createScriptURL = (/** @type {string} */ asked) => {
    if (asked !== url || new URL(asked, location.href).origin !== location.origin) throw new TypeError("not our worker");
    return asked;
  };
  return policies.createPolicy("wbe", { createScriptURL }).createScriptURL(url);
}

/** @type {Worker | undefined} */ let worker;
/** @type {Map<number, any>} */ const waiting = new Map();
let count = 0;

/** @param {MessageEvent} event */
function hear({ data: { id, progress, result, error } }) {
  const task = waiting.get(id);
  if (!task) return;
  if (progress) return task.progress(progress);
  waiting.delete(id);
  if (error) task.fail(Object.assign(new Error(error.code), error));
  else task.done(result);
}

function fail() {
  for (const task of waiting.values()) task.fail(Object.assign(new Error("here"), { code: "here" }));
  waiting.clear();
}

/** Has the worker do a task. Errors carry a `code`. @param {string} task @param {any} [given] @param {(state: any) => void} [progress] @returns {Promise<any>} */
export function ask(task, given = {}, progress = () => {}) {
  if (!worker) {
    worker = new Worker(workerUrl(), { type: "module" });
    worker.addEventListener("message", hear);
    worker.addEventListener("error", fail);
  }
  const id = ++count;
  return new Promise((done, fail_) => {
    waiting.set(id, { done, fail: fail_, progress });
    worker?.postMessage({ id, task, given });
  });
}

/** Ends the worker, and with it every key. */
export function forget() {
  worker?.terminate();
  worker = undefined;
  waiting.clear();
}
