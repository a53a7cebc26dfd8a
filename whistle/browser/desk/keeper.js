/** The page's end of the worker that holds the keys. One worker for as long as the document lives. */

import { hasWord, word } from "../reporter/dom.js";

/** @type {Worker | undefined} */ let worker;
/** @type {Map<number, any>} */ const waiting = new Map();
let count = 0;
let token = "";

/** What the page at hand says about itself. */
export const page = () => document.body.dataset;

/** @param {string} csrf the newest token; sign-in changes it before the next page is there */
export const setToken = (csrf) => void (token = csrf);
export const csrf = () => token || (page().csrf ?? "");

/** @param {MessageEvent} event */
function hear({ data: { id, progress, result, error } }) {
  const task = waiting.get(id);
  if (!task) return;
  if (progress) return task.progress(progress);
  waiting.delete(id);
  if (error) task.fail(Object.assign(new Error(error.code), error));
  else task.done(result);
}

function broken() {
  for (const task of waiting.values()) task.fail(Object.assign(new Error("here"), { code: "here" }));
  waiting.clear();
}

/** Has the worker do a task. Errors carry a `code`. @param {string} task @param {any} [given] @param {(state: any) => void} [progress] @returns {Promise<any>} */
export function ask(task, given = {}, progress = () => {}) {
  if (!worker) {
    worker = new Worker(page().worker ?? "", { type: "module" });
    worker.addEventListener("message", hear);
    worker.addEventListener("error", broken);
  }
  const id = ++count;
  return new Promise((done, fail) => {
    waiting.set(id, { done, fail, progress });
    worker?.postMessage({ id, task, given, csrf: csrf() });
  });
}

/** What the server says at a path of its API. @param {string} path @returns {Promise<any>} */
export async function fetchJson(path) {
  const answer = await fetch(`${page().api}${path}`, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer) throw Object.assign(new Error("network"), { code: "network" });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw Object.assign(new Error(said.code), { code: said.code ?? "server", message: said.message ?? "" });
}

/** Sends JSON that holds nothing secret: codes and choices. Errors carry `code` and `message`. @param {string} path @param {unknown} [body] */
export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf() };
  let answer;
  try {
    answer = await fetch(`${page().api}${path}`, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin", cache: "no-store" });
  } catch {
    throw Object.assign(new Error("network"), { code: "network" });
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw Object.assign(new Error(said.code), { code: said.code ?? "server", message: said.message ?? "" });
}

/** What to say about an error: the page's own sentence for its code, else the server's, else a general one. @param {any} error */
export function sentence(error) {
  const code = String(error?.code ?? "here");
  if (hasWord(code)) return word(code);
  return error?.message && error.message !== code ? error.message : word(error?.code ? "server" : "here");
}
