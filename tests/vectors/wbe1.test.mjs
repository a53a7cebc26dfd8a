// node --test tests/vectors/   (the word lists come from WHISTLE_WORDS, a folder that `python -m whistle.vault.words` wrote)
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cases } from "./cases.mjs";

const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const here = (name) => json(new URL(name, import.meta.url));
const words = process.env.WHISTLE_WORDS;
const given = {
  wbe1: here("wbe1.json"),
  rosters: here("recipients.json"),
  lists: words ? { nb: json(join(words, "words-nb.json")), en: json(join(words, "words-en.json")) } : null,
};

for (const [name, check] of cases) {
  test(name, { skip: check.toString().includes("lists") && !given.lists && "WHISTLE_WORDS is not set" }, () => check(given));
}
