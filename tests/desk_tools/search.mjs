// A person's second visit to their index: node tests/desk_tools/search.mjs CASES WORDS, prints JSON.
// The server is played by a map: it keeps what the browser's half sealed, and gives it back 500 cases at a time.
import { webcrypto } from "node:crypto";
import { find, forget, learn, load } from "../../whistle/browser/desk/worker/search.js";

const [cases, words] = process.argv.slice(2).map(Number);
const PAGE = 500;
const me = { staffId: "5".repeat(32), org: new Uint8Array(16).fill(1), index: webcrypto.getRandomValues(new Uint8Array(32)) };
const rows = new Map();
const asked = { get: 0, put: 0, bodies: 0, octets: 0, bodyOctets: 0 };
const reference = (n) => `${String.fromCharCode(65 + (n % 20))}${(n % 8) + 2}-${String(n).padStart(5, "0")}`;

globalThis.fetch = async (url, { method = "GET", body = "" } = {}) => {
  const at = new URL(url, "http://desk/");
  if (method === "PUT") {
    asked.put += 1;
    const name = at.pathname.split("/").at(-1);
    rows.set(name, { reference: name, state: "assessment", received_on: "2026-11-30", title_item: "", entry: JSON.parse(body), title: null });
    return new Response("{}");
  }
  if (method === "POST") {
    const said = JSON.stringify(JSON.parse(body).references.map((name) => ({ reference: name, version: rows.get(name).entry.version, body: rows.get(name).entry.body })));
    asked.bodies += 1;
    asked.bodyOctets += said.length;
    return new Response(said);
  }
  asked.get += 1;
  const after = Number(at.searchParams.get("after"));
  const page = [...rows.values()].slice(after, after + PAGE).map((row) => ({ ...row, entry: { ...row.entry, body: undefined } }));
  const said = JSON.stringify({ cases: page, certificates: [], next: after + PAGE < rows.size ? after + PAGE : null });
  asked.octets += said.length;
  return new Response(said);
};

/** An opened case as the page has it. */
const opened = (n) => ({
  api: "http://desk/", reference: reference(n), said: { records: [] }, box: () => undefined,
  boxes: [{ kind: "mailbox", rows: [{ content: { type: "report", text: `Report ${n} about gravel. ${Array.from({ length: words }, (_, at) => `w${(n * 31 + at * 7) % 9973}`).join(" ")}` } }] }],
});

for (let n = 0; n < cases; n += 1) await learn(opened(n), me);
const first = { ...asked };
forget();
Object.assign(asked, { get: 0, put: 0, bodies: 0, octets: 0, bodyOctets: 0 });
const began = performance.now();
await load("http://desk/", me, () => {});
const visit = performance.now() - began;
const searched = performance.now();
const one = find(`report ${cases - 1}`);
const many = find("gravel");
const question = (performance.now() - searched) / 2;
await load("http://desk/", me, () => {}); // the next page of the same sitting
await learn(opened(0), me); // a case that says what it said before
console.log(JSON.stringify({ first, second: asked, visit, question, one: one.n, title: one.cases[0]?.title, many: many.n, of: many.of }));
