/** Who gets a key to a new report: the same rule as `whistle/core/recipients.py`, held to the same vectors. */

/**
 * @typedef {object} Person
 * @property {string} staff_id
 * @property {string} [key_id]
 * @property {string} [name]
 * @property {string} [title]
 * @property {string} [role]
 * @property {string[]} groups
 * @property {string | null} [reports_to]
 * @property {string | null} [stands_in_for]
 */
/** @typedef {{code: string, excludes: string[]}} Subject */
/**
 * @typedef {object} Roster
 * @property {number} [v]
 * @property {string} [org]
 * @property {number} [version]
 * @property {number} quorum
 * @property {Person[]} readers
 * @property {Person[]} alternates
 * @property {Person[]} [custodians]
 * @property {Subject[]} subjects
 * @property {Person[]} [people] others in the chart, who read nothing
 * @property {{below?: "excluded" | "no_decision", outside?: string[]}} [rules]
 * @property {{ordinary: string, alternate: string}} [recovery]
 * @property {{key_id: string, kind: string}[]} [retired]
 */
/** @typedef {"removed"|"subject"|"reports_to"|"substitute_not_needed"} Why */
/** @typedef {{readers: string[], excluded: {staff_id: string, why: Why}[], alternate: boolean, recovery: "ordinary"|"alternate", no_decision?: string[]}} Recipients */

/** What holds where a roster says nothing. */
const RULES = { below: "excluded", outside: ["administration"] };

/** Everybody above somebody, nearest first. @param {Map<string, Person>} people @param {string} staffId */
function superiors(people, staffId) {
  /** @type {string[]} */
  const chain = [];
  for (let at = people.get(staffId); at; ) {
    const above = at.reports_to ?? null;
    if (above === null || chain.includes(above)) break; // a chain that bites its own tail still ends
    chain.push(above);
    at = people.get(above);
  }
  return chain;
}

/**
 * Who gets a key when the report is about `subjects` and its writer has unticked some people. `readers` may be empty: then
 * nothing may be sent. Throws RangeError for a subject that is not on the roster.
 * @param {Roster} roster @param {Iterable<string>} subjects codes @param {Iterable<string>} unticked staff ids
 * @returns {Recipients}
 */
export function recipients(roster, subjects, unticked) {
  const about = [...subjects].map((code) => {
    const found = roster.subjects.find((subject) => subject.code === code);
    if (!found) throw new RangeError(`no such subject on the roster: ${code}`);
    return found;
  });
  const people = new Map([...(roster.people ?? []), ...roster.alternates, ...roster.readers].map((person) => [person.staff_id, person]));
  const groups = new Set(about.flatMap((subject) => subject.excludes));
  const removed = new Set(unticked);
  const bySubject = new Set(
    [...people.values()].filter((person) => person.groups.some((group) => groups.has(group))).map((person) => person.staff_id),
  );

  const rules = { ...RULES, ...roster.rules };
  const belowReads = rules.below === "no_decision";
  /** Whether somebody reports to one who is kept out. @param {string} staffId */
  const below = (staffId) => superiors(people, staffId).some((above) => removed.has(above) || bySubject.has(above));

  /** @param {string} staffId @returns {Why | null} */
  function whyExcluded(staffId) {
    if (removed.has(staffId)) return "removed";
    if (bySubject.has(staffId)) return "subject";
    return !belowReads && below(staffId) ? "reports_to" : null;
  }

  /** Whether somebody reads in their own right, or for another who is kept out. @param {string} staffId @param {string[]} [seen] @returns {boolean} */
  function needed(staffId, seen = []) {
    const standsInFor = people.get(staffId)?.stands_in_for ?? null;
    if (standsInFor === null) return true;
    if (!people.has(standsInFor) || seen.includes(standsInFor)) return false;
    return whyExcluded(standsInFor) !== null && needed(standsInFor, [...seen, staffId]);
  }

  /** @type {string[]} */
  const readers = [];
  /** @type {Recipients["excluded"]} */
  const excluded = [];
  /** @param {string} staffId @param {boolean} isNeeded */
  function consider(staffId, isNeeded) {
    const why = whyExcluded(staffId) ?? (isNeeded ? null : "substitute_not_needed");
    if (why !== null) excluded.push({ staff_id: staffId, why });
    else if (!readers.includes(staffId)) readers.push(staffId);
  }

  for (const person of roster.readers) consider(person.staff_id, needed(person.staff_id));
  const alternate = readers.length < roster.quorum;
  if (alternate) for (const person of roster.alternates) consider(person.staff_id, true);
  const recovery = alternate || rules.outside.some((group) => groups.has(group)) ? "alternate" : "ordinary";
  return { readers, excluded, alternate, recovery, ...(belowReads && { no_decision: readers.filter(below) }) };
}

const LEADERS = ["compliance_leader", "deputy", "alternate"];

/**
 * Who gets which half of the key to a reporter's name: identity custodians, and leaders among the readers (where none is
 * left, every reader). Both lists may be empty.
 * @param {Roster} roster @param {Iterable<string>} subjects @param {Iterable<string>} unticked
 */
export function identityHolders(roster, subjects, unticked) {
  const [about, out] = [[...subjects], [...unticked]];
  const { readers } = recipients(roster, about, out);
  const people = [...roster.readers, ...roster.alternates];
  const custodians = recipients({ ...roster, readers: roster.custodians ?? [], alternates: people, quorum: 0 }, about, out).readers;
  const leaders = readers.filter((id) => LEADERS.includes(people.find((person) => person.staff_id === id)?.role ?? ""));
  return { custodians, leaders: leaders.length ? leaders : readers };
}
