// The same cases in a page and in a module worker; the test bundles this file once for both.
import * as w from "../../whistle/browser/wbe1/index.js";
import { cases } from "./cases.mjs";
import { made } from "./made.mjs";

/** Runs every case; gives the failures as sentences. */
async function failures(given) {
  const found = [];
  for (const [name, check] of cases) {
    try {
      await check(given);
    } catch (error) {
      found.push(`${name}: ${error.message}`);
    }
  }
  return found;
}

async function given() {
  const read = async (name) => (await fetch(name)).json();
  const lists = { nb: await w.words.load("nb", "words-nb.json"), en: await w.words.load("en", "words-en.json") };
  return { wbe1: await read("wbe1.json"), rosters: await read("recipients.json"), lists };
}

async function report() {
  const all = await given();
  const pair = await w.keys.KemPair.fromSeed(new Uint8Array(32));
  return { kem: pair.kem.name, failures: await failures(all), made: await made(all.wbe1) };
}

/** Milliseconds and megabytes a second, for the figures; nothing is asserted about them. */
async function figures() {
  const org = new Uint8Array(16);
  const ctx = new w.item.Context({ kind: 2, org, boxId: org, epoch: 1, itemId: org, role: 1, seq: 1 });
  const key = w.seal.newBoxKey();
  const time = async (times, work) => {
    await work();
    const start = performance.now();
    for (let n = 0; n < times; n++) await work();
    return (performance.now() - start) / times;
  };
  const found = {};
  for (const using of ["noble", "native"]) {
    try {
      const pair = await w.keys.KemPair.fromSeed(new Uint8Array(32), using);
      const sealed = await w.seal.seal(key, pair.public, org, org, 1, using);
      found[`${using} seal ms`] = await time(20, () => w.seal.seal(key, pair.public, org, org, 1, using));
      found[`${using} open ms`] = await time(20, () => w.seal.open(sealed, pair, org, org, 1));
    } catch (error) {
      found[`${using} seal ms`] = String(error);
    }
  }
  const size = 64 << 20;
  const blob = new Blob([new Uint8Array(size)]);
  let parts = [];
  let header;
  const sealing = await time(1, async () => {
    parts = [];
    const sealed = await w.item.sealBlob(key, ctx, blob);
    header = sealed.header;
    for await (const part of sealed.parts) parts.push(part);
    await Promise.all([sealed.sha256(), sealed.itemHash()]);
  });
  const whole = parts.reduce((sum, part) => sum + part.length, 0);
  const raw = await time(1, async () => {
    const sealer = await w.item.Sealer.create(key, ctx);
    const piece = new Uint8Array(1 << 20);
    for (let n = 0; n < 64; n++) await sealer.update(piece);
  });
  const opening = await time(1, async () => {
    async function* source() {
      yield* parts;
    }
    for await (const piece of w.item.openParts(key, ctx, header, whole, source())) piece.length;
  });
  found["Cobblestone seal MB/s, cipher alone"] = size / 1e3 / raw;
  found["file of 64 MiB sealed with both hashes MB/s"] = size / 1e3 / sealing;
  const small = new Blob([new Uint8Array(12 << 20)]);
  found["file of 12 MiB sealed with both hashes MB/s"] = small.size / 1e3 / (await time(2, async () => {
    const sealed = await w.item.sealBlob(key, ctx, small);
    for await (const part of sealed.parts) part.length;
    await Promise.all([sealed.sha256(), sealed.itemHash()]);
  }));
  found["Cobblestone open MB/s"] = size / 1e3 / opening;
  found["code to master ms"] = await time(1, () => w.code.master(w.code.new(), org));
  found["passphrase to master ms"] = await time(1, () => w.staff.master("six words", org));
  return found;
}

const inWorker = typeof WorkerGlobalScope !== "undefined";
if (inWorker) {
  onmessage = async ({ data }) => postMessage(await (data === "figures" ? figures() : report()));
} else {
  globalThis.report = report;
  globalThis.figures = figures;
  globalThis.inWorker = (what) =>
    new Promise((resolve, reject) => {
      const worker = new Worker("page.js", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(what);
    });
}
