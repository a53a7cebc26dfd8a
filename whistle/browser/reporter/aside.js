/** Chosen files while the page forgets its keys. */

/** @typedef {import("./files.js").Files} Files */

/** Whether something goes up just now. @param {Files} files */
export const moving = (files) => files.entries.some(({ state, paused }) => state === "sealing" && !paused);

/** Takes the chosen files off the page: what was sealed is sealed again when they come back. @param {Files} files @returns {{file: File, keep: boolean}[]} */
export function setAside(files) {
  const taken = files.entries.filter(({ state }) => state !== "failed");
  for (const entry of files.entries) {
    entry.id = ""; // whatever is still said of it is about a file that is not here any more
    entry.aside?.();
  }
  files.clear();
  return taken.map(({ file, keep }) => ({ file, keep }));
}
