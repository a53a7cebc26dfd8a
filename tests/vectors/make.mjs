// Prints things sealed by the browser's half, for Python to open: node tests/vectors/make.mjs
import { readFileSync } from "node:fs";
import { made } from "./made.mjs";

const wbe1 = JSON.parse(readFileSync(new URL("wbe1.json", import.meta.url), "utf8"));
process.stdout.write(JSON.stringify(await made(wbe1)));
