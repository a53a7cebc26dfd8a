// What the browser's half makes of fixed material: key words, work for a challenge, and sheets of a seed.
import { readFileSync, writeFileSync } from "node:fs";
import { work } from "../../whistle/browser/reporter/worker/work.js";
import { certificate, keys, sheets } from "../../whistle/browser/wbe1/index.js";

const [given, out] = process.argv.slice(2);
const { list } = JSON.parse(readFileSync(given, "utf8"));
const seed = new Uint8Array(32).fill(7);
const custodian = await keys.KemPair.fromSeed(new Uint8Array(32).fill(9));
const org = new Uint8Array(16).fill(1);
const made = {
  words: certificate.keyWords(org, new Uint8Array(16).fill(2), new Uint8Array(1216).fill(3), new Uint8Array(32).fill(4)),
  work: work("10.1.x", new Uint8Array(32).fill(5)),
  sheets: Object.fromEntries(await Promise.all([[2, 2], [2, 3], [3, 5], [5, 9]].map(async ([k, n]) => [`${k} ${n}`, await sheets.split(seed, k, n, list)]))),
  root: Buffer.from(await certificate.sealRoot(seed, custodian.public, org)).toString("base64"),
};
writeFileSync(out, JSON.stringify(made));
