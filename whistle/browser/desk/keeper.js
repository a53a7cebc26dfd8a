/** The page's end of the worker that holds the keys. One worker for as long as the document lives. */
import { asker } from "../ask.js";
import { hasWord, word } from "../reporter/dom.js";

const worker = asker(() => page().worker ?? "");
let token = "";

/** What the page at hand says about itself. */
export const page = () => document.body.dataset;

/** @param {string} csrf the newest token; sign-in changes it before the next page is there */
export const setToken = (csrf) => void (token = csrf);
export const csrf = () => token || (page().csrf ?? "");

/** Has the worker do a task. Errors carry a `code`. @param {string} task @param {any} [given] @param {(state: any) => void} [progress] @returns {Promise<any>} */
export const ask = (task, given = {}, progress) => worker.ask({ task, given, csrf: csrf() }, progress);

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
