/** The page of the roster: what stands in force, a draft of the next version, and who would read a report under it. */

import { all, copy, hasWord, one, word } from "../reporter/dom.js";
import { recipients } from "../wbe1/recipients.js";
import { go } from "./flash.js";
import { ask, page, sentence } from "./keeper.js";
import { mountAdd, mountGroup } from "./roster_add.js";
import { place } from "./keys.js";
import { canonical } from "./worker/roster.js";

const PLACES = ["readers", "alternates", "custodians", "people"];
/** @type {any} what is in force */ let before;
/** @type {Map<string, any>} everybody who may stand in the chart */ let known;
/** @type {string[]} the groups there are */ let groups;

/** Wires the page, if this is it. */
export async function mount() {
  const root = one("[data-roster]");
  if (!root) return;
  const found = await ask("fetchRoster", place()).catch(() => null);
  if (!found?.verified) return void (one("[data-forged]", root).hidden = false);
  before = found.roster ?? { v: 1, org: page().organisation, version: 0, quorum: 2, readers: [], alternates: [], subjects: [], recovery: {} };
  known = new Map(found.people.map((/** @type {any} */ each) => [each.staff_id, each]));
  const listed = PLACES.flatMap((where) => (before[where] ?? []).map((/** @type {any} */ each) => ({ ...each, where })));
  for (const each of listed) if (!known.has(each.staff_id)) known.set(each.staff_id, { staff_id: each.staff_id, name: each.name, title: each.title ?? "", key_id: null, duties: [] });
  draw(root, new Map(listed.map((each) => [each.staff_id, each])));
  one("[data-verified-text]", root).textContent = word("verified", { n: before.version });
  one("[data-verified]", root).hidden = !found.roster;
  root.addEventListener("input", () => tried(root));
  wire(root);
  if (root.dataset.mayDraft !== "yes") for (const part of all("[data-chart-person] :is(input, select), [data-chart-subjects] input, [data-quorum], [name=below]", root)) part.disabled = true;
  tried(root);
}

/** @param {any} root */
function wire(root) {
  mountAdd(root, (given) => add(root, given));
  mountGroup(root, (code) => group(root, code));
  one("[data-chart-save]", root)?.addEventListener("click", () => save(root));
  one("[data-chart-sign]", root)?.addEventListener("click", () => sign(root));
  one("[data-signed-file]", root)?.addEventListener("change", () => force(root));
}

/** @param {any} root @param {Map<string, any>} listed */
function draw(root, listed) {
  groups = groupsOf([...listed.values()]);
  const cards = new Map([...known.values()].map((each) => [each.staff_id, card(each, listed.get(each.staff_id))]));
  const others = [...cards].filter(([id]) => !listed.has(id)).map(([, made]) => made);
  one("[data-chart-people]", root).replaceChildren(...[...listed.keys()].map((id) => cards.get(id)));
  one("[data-chart-others]", root).replaceChildren(...others);
  one("[data-rest-count]", root).textContent = word("rest", { n: others.length });
  Object.assign(one("[data-chart-rest]", root), { hidden: !others.length, open: !listed.size });
  one("[data-chart-subjects]", root).replaceChildren(...subjectsOf().map(subject));
  const adding = one("[data-add-groups]", root);
  if (adding) adding.replaceChildren(...groups.map((code) => tick(`add-group-${code}`, code, groupName(code), false)));
  one("[data-quorum]", root).value = before.quorum;
  one(`[name=below][value=${before.rules?.below ?? "excluded"}]`, root).checked = true;
  const people = [...listed.values()].filter((each) => ["readers", "alternates"].includes(each.where));
  one("[data-try-people]", root).replaceChildren(...people.map((each) => tick(`untick-${each.staff_id}`, each.staff_id, each.name, false)));
}

/** Every subject a report can be about, with the groups it keeps out now. */
const subjectsOf = () => all("[data-try-subjects] input").map((each) => before.subjects.find((/** @type {any} */ row) => row.code === each.value) ?? { code: each.value, excludes: [] });

/** @param {any[]} rows */
const groupsOf = (rows) => [...new Set([...rows.flatMap((each) => each.groups ?? []), ...before.subjects.flatMap((/** @type {any} */ each) => each.excludes)])].sort();

/** What a group is called. @param {string} code */
const groupName = (code) => (hasWord(`group-${code}`) ? word(`group-${code}`) : code.replaceAll("_", " "));

/** A new group can be ticked for everybody and under every subject. @param {any} root @param {string} code */
function group(root, code) {
  if (groups.includes(code)) return;
  groups.push(code);
  const places = [
    ...all("[data-chart-person]", root).map((made) => [one("[data-chart-groups]", made), made.dataset.chartPerson]),
    ...all("[data-chart-subject]", root).map((made) => [one("[data-slot=groups]", made), made.dataset.chartSubject]),
    [one("[data-add-groups]", root), "add-group"],
  ];
  for (const [place, id] of places) place.append(tick(`${id}-${code}`, code, groupName(code), false));
}

/** @param {string} id @param {string} value @param {string} text @param {boolean} checked */
function tick(id, value, text, checked) {
  const field = Object.assign(document.createElement("div"), { className: "ds-field" });
  const input = Object.assign(document.createElement("input"), { className: "ds-input", type: "checkbox", id, value, checked });
  const label = Object.assign(document.createElement("label"), { className: "ds-label", htmlFor: id, textContent: text });
  field.append(input, label);
  return field;
}

/** @param {any} each @param {any} listed */
function card(each, listed) {
  const about = each.key_id || !each.duties.length ? each.title || word("no-account") : word("no-certificate", { title: each.title });
  const made = copy("roster-person", { name: each.name, about });
  made.dataset.chartPerson = each.staff_id;
  made.dataset.groups = (listed?.groups ?? []).join(" ");
  for (const label of all("[data-for]", made)) {
    const field = one(`[data-${label.dataset.for}]`, made);
    field.id = `${label.dataset.for}-${each.staff_id}`;
    label.htmlFor = field.id;
  }
  const others = [...known.values()].filter((one) => one.staff_id !== each.staff_id);
  for (const [what, chosen] of [["above", listed?.reports_to], ["stands", listed?.stands_in_for]]) {
    const options = [new Option(word("nobody"), ""), ...others.map((other) => new Option(other.name, other.staff_id))];
    const select = one(`[data-chart-${what}]`, made);
    select.replaceChildren(...options);
    select.value = chosen ?? "";
  }
  one("[data-chart-place]", made).value = listed?.where ?? "none";
  one("[data-chart-role]", made).value = listed?.role ?? each.duties.find((/** @type {string} */ duty) => [...one("[data-chart-role]", made).options].some((option) => option.value === duty)) ?? "intake_officer";
  one("[data-chart-groups]", made).replaceChildren(...groups.map((code) => tick(`${each.staff_id}-${code}`, code, groupName(code), (listed?.groups ?? []).includes(code))));
  const seen = () => shown(made);
  made.addEventListener("change", seen);
  seen();
  return made;
}

/** @param {any} made */
function shown(made) {
  const where = one("[data-chart-place]", made).value;
  for (const part of all("[data-if-charted]", made)) part.hidden = where === "none";
  for (const part of all("[data-if-listed]", made)) part.hidden = where === "none" || where === "people";
  const place = one("[data-chart-place]", made).selectedOptions[0].text;
  const role = one("[data-chart-role]", made).selectedOptions[0].text;
  const as = ["none", "people"].includes(where) || role.toLowerCase() === place.toLowerCase() ? place : word("in-groups", { place, role });
  one("[data-chart-said]", made).textContent = [as, ...(where === "none" ? [] : ticked(made).map(groupName))].join(" · ");
}

/** As they stood, new ones last: what is only listed in another order is no change. @param {string[]} codes @param {string} before */
const inOrder = (codes, before) => [...before.split(" ").filter((code) => codes.includes(code)), ...codes.filter((code) => !before.split(" ").includes(code))];

/** The groups somebody is in. @param {any} made */
const ticked = (made) => all("[data-chart-groups] input:checked", made).map((box) => box.value);

/** @param {any} each */
function subject(each) {
  const made = copy("roster-subject", { name: word(`subject-${each.code}`) });
  made.dataset.chartSubject = each.code;
  made.dataset.groups = each.excludes.join(" ");
  one("[data-slot=groups]", made).replaceChildren(...groups.map((code) => tick(`${each.code}-${code}`, code, groupName(code), each.excludes.includes(code))));
  one("[data-slot=groups]", made).setAttribute("aria-label", word(`subject-${each.code}`));
  const said = () => {
    const out = all("input:checked", made).map((box) => groupName(box.value));
    one("[data-chart-said]", made).textContent = out.length ? word("keeps-out", { groups: out.join(", ") }) : word("keeps-nobody");
  };
  made.addEventListener("change", said);
  said();
  return made;
}

/** The draft as the page stands. @param {any} root */
function draft(root) {
  /** @type {Record<string, any[]>} */ const rows = { readers: [], alternates: [], custodians: [], people: [] };
  for (const made of all("[data-chart-person]", root)) {
    const where = one("[data-chart-place]", made).value;
    if (where === "none") continue;
    const { staff_id, key_id, name, title } = known.get(made.dataset.chartPerson);
    const row = { staff_id, name, title, groups: inOrder(ticked(made), made.dataset.groups), reports_to: one("[data-chart-above]", made).value || null };
    if (where === "people") rows.people.push(row);
    else rows[where].push({ ...row, key_id, role: one("[data-chart-role]", made).value, stands_in_for: one("[data-chart-stands]", made).value || null });
  }
  const order = new Map(PLACES.flatMap((where) => (before[where] ?? []).map((/** @type {any} */ each, /** @type {number} */ at) => [each.staff_id, at])));
  for (const list of Object.values(rows)) list.sort((a, b) => (order.get(a.staff_id) ?? 999) - (order.get(b.staff_id) ?? 999));
  const subjects = all("[data-chart-subject]", root).map((each) => ({ code: each.dataset.chartSubject, excludes: inOrder(all("input:checked", each).map((box) => box.value), each.dataset.groups) }));
  const below = one("[name=below]:checked", root).value;
  const rules = below === "excluded" && !before.rules ? {} : { rules: { ...before.rules, below } };
  const { custodians, people, ...lists } = rows;
  const rest = { ...(custodians.length && { custodians }), ...(people.length && { people }), ...rules };
  const { custodians: _c, people: _p, rules: _r, ...kept } = before;
  return { ...kept, ...lists, ...rest, subjects, quorum: Number(one("[data-quorum]", root).value), version: before.version + 1 };
}

/** Who would read a report under the draft. @param {any} root */
function tried(root) {
  const made = draft(root);
  const about = all("[data-try-subjects] input:checked", root).map((each) => each.value);
  const unticked = all("[data-try-people] input:checked", root).map((each) => each.value);
  const found = recipients(/** @type {any} */ (made), about, unticked);
  const name = (/** @type {string} */ id) => known.get(id)?.name ?? id;
  const line = (/** @type {string} */ text) => Object.assign(document.createElement("li"), { textContent: text });
  const reads = found.readers.map((id) => line(found.no_decision?.includes(id) ? word("reads-only", { name: name(id) }) : name(id)));
  one("[data-reads]", root).replaceChildren(...(reads.length ? reads : [line(word("reads-nobody"))]));
  one("[data-reads-not]", root).replaceChildren(...found.excluded.map((each) => line(word(`why-${each.why}`, { name: name(each.staff_id) }))));
  one("[data-recovery]", root).textContent = word(`recovery-${found.recovery}`);
  const changes = one("[data-changes]", root);
  if (changes) changes.textContent = same(made) ? word("unchanged") : word("changed", { n: made.version, before: before.version });
}

/** @param {any} made */
const same = (made) => canonical({ ...made, version: 0 }) === canonical({ ...before, version: 0 });

/** Puts somebody without an account in the chart. @param {any} root @param {{name: string, title: string, above: string, groups: string[]}} given */
function add(root, { name, title, above, groups: of }) {
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
  const each = { staff_id: id, name, title, key_id: null, duties: [] };
  known.set(id, each);
  for (const select of all("[data-chart-above]", root)) select.append(new Option(name, id));
  const made = card(each, { where: "people", groups: of, reports_to: above || null });
  one("[data-chart-people]", root).append(made);
  made.open = true;
  tried(root);
  return made;
}

/** Saves the draft as a file that `python -m whistle.client.sign_roster` signs without a network. @param {any} root */
function save(root) {
  const made = draft(root);
  const blob = new Blob([canonical(made)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `roster-${made.version}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** @param {any} root @param {() => Promise<any>} work */
async function doing(root, work) {
  one("[data-force] [data-error]", root).hidden = true;
  one("[data-faults]", root).hidden = true;
  try {
    const { version } = await work();
    go(word("in-force", { n: version }));
  } catch (error) {
    wrong(root, /** @type {any} */ (error));
  }
}

/** @param {any} root @param {any} error */
function wrong(root, error) {
  const said = one("[data-force] [data-error]", root);
  Object.assign(said, { textContent: sentence(error), hidden: false });
  const lines = (error.details?.faults ?? []).map((/** @type {any} */ each) => {
    const who = known.get(each.about)?.name ?? (each.about ? word(`subject-${each.about}`) : "");
    return Object.assign(document.createElement("li"), { textContent: word(each.code, { who }) });
  });
  one("[data-faults]", root).replaceChildren(...lines);
  one("[data-faults]", root).hidden = lines.length === 0;
  said.scrollIntoView({ block: "nearest" });
}

/** @param {any} root */
async function sign(root) {
  const rootText = await one("[data-root-file]", root)?.files[0]?.text();
  await doing(root, () => ask("signRoster", { api: page().api, draft: draft(root), rootText }));
}

/** @param {any} root */
async function force(root) {
  const text = await one("[data-signed-file]", root).files[0]?.text();
  if (!text) return;
  await doing(root, async () => {
    const { document, signature } = JSON.parse(text);
    return ask("putInForce", { api: page().api, document, signature });
  });
}
