/** The page's end of a worker: one task at a time or many, each answered by its number. */

/** @param {() => string} address where the worker's script lies, asked when it is first needed */
export function asker(address) {
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

  /** @param {Event} event with a message when the script failed, without one when it was not fetched: then the next task tries again */
  function broken(event) {
    const code = "message" in event ? "here" : "network";
    if (code === "network") worker = undefined;
    for (const task of waiting.values()) task.fail(Object.assign(new Error(code), { code }));
    waiting.clear();
  }

  return {
    /** Has the worker do a task. Errors carry a `code`. @param {object} message @param {(state: any) => void} [progress] @returns {Promise<any>} */
    ask(message, progress = () => {}) {
      if (!worker) {
        worker = new Worker(address(), { type: "module" });
        worker.addEventListener("message", hear);
        worker.addEventListener("error", broken);
      }
      const id = ++count;
      return new Promise((done, fail) => {
        waiting.set(id, { done, fail, progress, message });
        worker?.postMessage({ id, ...message });
      });
    },
    /** Whether an answer is waited for, to another message than these. @param {(message: any) => boolean} apart */
    doing: (apart) => [...waiting.values()].some(({ message }) => !apart(message)),
    /** Ends the worker, and with it every key. */
    forget() {
      worker?.terminate();
      worker = undefined;
      waiting.clear();
    },
  };
}
