/**
 * What stays of a person's index in their browser, so that the next visit fetches only what changed: bodies of sealed
 * entries, under names that only their own key can make. The headers stay with the server, and without its header a body
 * is noise to everybody, its owner too: when the server throws a row away, what is left here says nothing.
 */

const NAME = "i"; // says nothing in a list of what a browser keeps
const LONGEST = 30 * 24 * 3_600_000; // milliseconds since somebody used it

/** @typedef {{version: number, body: Uint8Array, at: number}} Body */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Works with the one place there is; a browser that keeps nothing has nothing. @template T @param {IDBTransactionMode} mode @param {T} nothing @param {(store: IDBObjectStore) => Promise<T>} work */
async function stored(mode, nothing, work) {
  try {
    const asked = indexedDB.open(NAME);
    asked.onupgradeneeded = () => asked.result.createObjectStore(NAME);
    const its = await done(asked);
    try {
      return await work(its.transaction(NAME, mode).objectStore(NAME));
    } finally {
      its.close();
    }
  } catch {
    return nothing;
  }
}

/** @param {string} who */
const ownBy = (who) => IDBKeyRange.bound(who, `${who}~`);

/** Everything kept under names that begin like this. @param {string} who @returns {Promise<Map<string, Body>>} */
export const read = (who) => stored("readonly", new Map(), async (store) => {
  const [names, bodies] = await Promise.all([done(store.getAllKeys(ownBy(who))), done(store.getAll(ownBy(who)))]);
  return new Map(names.map((name, at) => [String(name), bodies[at]]));
});

/** Keeps these. @param {Map<string, {version: number, body: Uint8Array}>} bodies */
export const write = (bodies) => stored("readwrite", undefined, async (store) => {
  for (const [name, body] of bodies) await done(store.put({ ...body, at: Date.now() }, name));
});

/** Throws away what is this person's and no longer in their index, and what nobody has used for long. @param {string} who @param {Set<string>} names */
export const tidy = (who, names) => stored("readwrite", undefined, async (store) => {
  const walk = store.openCursor();
  for (let at = await done(walk); at; at = await done(walk)) {
    const name = String(at.key);
    const mine = name.startsWith(who);
    if (mine ? !names.has(name) : Date.now() - at.value.at > LONGEST) at.delete();
    at.continue();
  }
});
