/** Talking to the server: JSON and octets, never a cookie, and errors as codes. */

/** What went wrong, as a code: "network", or the server's own. */
export class NetError extends Error {
  /** @param {string} code @param {Record<string, any>} [details] @param {number} [status] */
  constructor(code, details = {}, status = 0) {
    super(code);
    this.code = code;
    this.details = details;
    this.status = status;
  }
}

/** How every call is made. The desk's worker adds its session and token here; a reporter's calls carry neither. */
export const manner = {
  /** @type {RequestInit} */ options: { credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" },
  /** @type {Record<string, string>} */ headers: { "X-Whistle": "1" },
};

/** @param {string} url @param {RequestInit} [options] @returns {Promise<Response>} */
export async function call(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { ...manner.options, ...options, headers: { ...manner.headers, ...options.headers } });
  } catch (error) {
    throw /** @type {Error} */ (error).name === "AbortError" ? error : new NetError("network");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new NetError(said.code ?? "server", said, answer.status);
}

/** @param {string} url @param {unknown} body @param {AbortSignal} [signal] */
export async function post(url, body, signal) {
  const headers = { "Content-Type": "application/json" };
  const answer = await call(url, { method: "POST", headers, body: JSON.stringify(body), signal });
  return answer.json().catch(() => { throw new NetError("network"); });
}

/** Whether trying the same again may help. @param {any} error */
export const passing = (error) => error instanceof NetError && (error.code === "network" || error.status >= 500 || error.status === 429);

/** Waits, or until the connection is back. @param {number} milliseconds @param {AbortSignal} [signal] */
export const pause = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    self.addEventListener("online", () => resolve(clearTimeout(timer)), { once: true });
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
