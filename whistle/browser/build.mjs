// Builds the browser's half into dist/: hashed names, brotli and gzip beside each file, and manifest.json.
//
//   node whistle/browser/build.mjs
//
// manifest.json maps a name a template uses ("reporter.js") to {file, integrity}.  The output is the same, byte for byte,
// wherever it is built: no time, path or machine goes into it.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { trimmed } from "./unused.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.env.WHISTLE_BROWSER_DIST || join(here, "dist");

// Entry points; one that is not written yet is left out.
const entries = {
  "reporter": "reporter/index.js",
  "reporter-worker": "reporter/worker.js",
  "reporter-cleaner": "reporter/clean/index.js",
  "reporter-cleaner-pdf": "reporter/clean/pdf.js",
  "reporter-qr": "reporter/qr.js",
  "reporter-pitch": "reporter/pitch.js",
  "mailbox": "reporter/mailbox.js",
  "desk": "desk/index.js",
  "desk-worker": "desk/worker.js",
  "desk-log": "desk/log.js",
  "desk-viewer": "desk/viewer/frame.js",
  "desk-viewer-pdf": "desk/viewer/pdf.js",
  "desk-paper": "desk/paper.js",
};
const sheets = { "reporter": "css/reporter.css", "staff": "css/staff.css", "viewer": "css/viewer.css" };

const rows = ["accent", "neutral", "warning", "success", "danger"];
const roles = [
  "background-default", "background-tinted", "surface-default", "surface-tinted", "surface-hover", "surface-active",
  "border-subtle", "border-default", "border-strong", "text-subtle", "text-default", "base-default", "base-hover",
  "base-active", "base-contrast-subtle", "base-contrast-default",
];

/** The part of the theme that is a table: rows for data-color, and the dark values once or twice. */
function theme(kind) {
  const all = readFileSync(join(here, "css/dark.txt"), "utf8");
  const dark = kind === "by-choice" ? all : all.replace(/--w-risk[^;]*;/g, ""); // risk maps stand on no reporter's page
  const select = (row) =>
    row === "accent" ? ':root, [data-color="accent"], [data-color="info"]' : `[data-color="${row}"]`;
  const table = rows.map((row) =>
    `${select(row)} { ${roles.map((role) => `--ds-color-${role}: var(--ds-color-${row}-${role});`).join(" ")} }`);
  const preference = `@media (prefers-color-scheme: dark) { :root:not([data-color-scheme="light"]) { ${dark} } }`;
  const choice = kind === "by-choice" ? `:root[data-color-scheme="dark"] { ${dark} }` : "";
  return `@layer ds.theme { ${preference} ${choice} ${table.join("\n")} }`;
}

const themePlugin = {
  name: "theme",
  setup(it) {
    it.onResolve({ filter: /^theme:/ }, ({ path }) => ({ path: path.slice(6), namespace: "theme" }));
    it.onLoad({ filter: /.*/, namespace: "theme" }, ({ path }) => ({ contents: theme(path), loader: "css" }));
  },
};

// Our own modules do nothing by being imported, so what is not used of them can be left out.
const pure = {
  name: "pure",
  setup(it) {
    it.onResolve({ filter: /\/wbe1\/|^\.\/.*\.js$/ }, (found) =>
      found.importer.includes("/wbe1/") || found.path.includes("/wbe1/")
        ? { path: join(found.resolveDir, found.path), sideEffects: false }
        : undefined);
  },
};

// Turbo puts a <style> for its progress bar into the page when it starts; the pages' policy refuses it and we never show one.
const turboPlugin = {
  name: "turbo",
  setup(it) {
    it.onLoad({ filter: /@hotwired\/turbo\/dist\/.*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const plain = text.replace("    this.installStylesheetElement();\n", "");
      if (plain === text) throw new Error("Turbo installs its style elsewhere now: look again");
      return { contents: plain, loader: "js" };
    });
  },
};

// The first page checks signatures with the browser's own Ed25519; where there is none, its worker does it, which has one in
// script.  So the page need not carry a second one that most visitors never use.
const LIGHT = ["reporter"];
const light = {
  name: "light",
  setup(it) {
    it.onResolve({ filter: /^@noble\/curves\/ed25519\.js$/ }, ({ importer }) =>
      importer.includes("/wbe1/") ? { path: "none", namespace: "light", sideEffects: false } : undefined);
    it.onLoad({ filter: /.*/, namespace: "light" }, () => ({
      contents: 'const none = () => { throw Object.assign(new Error("no Ed25519"), { name: "NotSupportedError" }); };\n' +
        "export const ed25519 = { verify: none, sign: none, getPublicKey: none };",
      loader: "js",
    }));
  },
};

const present = (table) => Object.entries(table).filter(([, path]) => existsSync(join(here, path)));
const common = {
  absWorkingDir: here, outdir: out, entryNames: "[name]-[hash]", chunkNames: "chunk-[hash]", bundle: true, minify: true,
  metafile: true, legalComments: "none", charset: "utf8", logLevel: "warning", logLimit: 5,
};

function named(result) {
  const files = {};
  for (const [path, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    if (!entryPoint) continue;
    const file = basename(path);
    files[file.replace(/-[0-9A-Z]{8}(\.\w+)$/, "$1")] = file;
  }
  return files;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const entryPoints = (some) => present(entries).filter(([name]) => LIGHT.includes(name) === some).map(([name, path]) => ({ out: name, in: path }));
const scripts = await build({
  ...common, format: "esm", target: ["es2022"], splitting: false, plugins: [pure, turboPlugin], entryPoints: entryPoints(false),
});
const lightScripts = await build({
  ...common, format: "esm", target: ["es2022"], splitting: false, plugins: [light, pure], entryPoints: entryPoints(true),
});
const styles = await build({
  ...common, target: ["chrome109", "firefox115", "safari16.4"], plugins: [themePlugin],
  entryPoints: present(sheets).map(([name, path]) => ({ out: name, in: path })),
});

const manifest = {};
const files = { ...named(scripts), ...named(lightScripts), ...named(styles) };

/** Puts octets under a name of their own. @param {string} name @param {Buffer} bytes */
function put(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  files[name] = name.replace(/(\.\w+)$/, `-${hash}$1`);
  writeFileSync(join(out, files[name]), bytes);
}

const whole = join(out, files["reporter.css"]);
const style = trimmed(readFileSync(whole, "utf8"));
rmSync(whole);
put("reporter.css", Buffer.from(style));
// The word lists of the code are files of their own: most visits never need them.
const words = process.env.WHISTLE_WORDS;
for (const name of words ? readdirSync(words).filter((file) => /^words-\w+\.json$/.test(file)).sort() : []) {
  put(name, readFileSync(join(words, name)));
}
// The fonts of the paper an export is printed on; no page is set in them.
for (const [name, path] of [["paper-regular", "DejaVuSans"], ["paper-bold", "DejaVuSans-Bold"]]) {
  put(`${name}.ttf`, readFileSync(join(here, `../../node_modules/dejavu-fonts-ttf/ttf/${path}.ttf`)));
}
for (const name of Object.keys(files).sort()) {
  const bytes = readFileSync(join(out, files[name]));
  manifest[name] = { file: files[name], integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}` };
}
for (const file of readdirSync(out)) {
  const bytes = readFileSync(join(out, file));
  const hint = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(join(out, `${file}.br`), brotliCompressSync(bytes, { params: hint }));
  writeFileSync(join(out, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
