/** Who gets a key: the choice, and how it is shown. */

import { identityHolders, recipients } from "../wbe1/recipients.js";
import { all, copy, counted, initials, listed, one, word } from "./dom.js";

export class Readers {
  /** @type {Set<string>} */ unticked = new Set();

  /** @param {{roster: any, uncertified: any[]}} card verified @param {() => void} changed */
  constructor({ roster, uncertified }, changed) {
    this.roster = roster;
    this.uncertified = uncertified;
    this.changed = changed;
    this.people = new Map([...roster.readers, ...roster.alternates, ...uncertified].map((person) => [person.staff_id, person]));
    const known = new Set(roster.subjects.map((/** @type {any} */ subject) => subject.code));
    for (const box of this.boxes) box.closest(".w-choice").hidden = !known.has(box.value);
  }

  get boxes() {
    return all('input[name="about"]');
  }

  /** The chosen roles, as codes. @returns {string[]} */
  get about() {
    return this.boxes.filter((box) => box.checked).map((box) => box.value);
  }

  /** What the rule says now. */
  get chosen() {
    return recipients(this.roster, this.about, this.unticked);
  }

  /** Who gets which half of the key to a name that is sealed apart. */
  get holders() {
    const { custodians, leaders } = identityHolders(this.roster, this.about, this.unticked);
    return custodians.length && leaders.length ? { custodians, leaders } : { custodians: [], leaders: [] };
  }

  /** The custodians' ids and names. */
  get custodians() {
    const ids = this.holders.custodians;
    const known = new Map((this.roster.custodians ?? []).map((/** @type {any} */ person) => [person.staff_id, person.name]));
    return { custodians: ids, names: ids.map((id) => known.get(id) ?? "") };
  }

  /** @param {string} id */
  name(id) {
    return this.people.get(id)?.name ?? "";
  }

  /** How somebody is presented. @param {any} person */
  title(person) {
    if (person.stands_in_for) return word("stands-in", { title: person.title, name: this.name(person.stands_in_for) });
    const alternate = this.roster.alternates.includes(person);
    return alternate ? word("alternate-title", { title: person.title }) : person.title;
  }

  /** Under each chosen role: whom it takes off the list. */
  showEffects() {
    for (const box of this.boxes) {
      const effect = one(`#${box.getAttribute("aria-describedby")}`);
      effect.hidden = !box.checked;
      if (!box.checked) continue;
      const out = recipients(this.roster, [box.value], []).excluded.filter(({ why }) => why !== "substitute_not_needed");
      const names = out.map(({ staff_id }) => this.name(staff_id));
      effect.textContent = names.length ? word(`effect-${names.length === 1 ? "one" : "many"}`, { names: listed(names) }) : word("effect-none");
    }
  }

  /** The two lists, their headings, and what the lines elsewhere say. */
  show() {
    const { readers, excluded, alternate } = this.chosen;
    const n = readers.length;
    this.showEffects();
    for (const line of all("[data-readers-line]")) line.textContent = counted("readers", n);
    one("[data-readers-title]").textContent = counted("readers", n);
    one("[data-story-line]").textContent = counted("story", n);
    one("[data-quorum]").textContent = word("quorum", { n: this.roster.quorum });
    one("[data-alternate]").hidden = !alternate || n === 0;
    one("[data-nobody]").hidden = n > 0;
    one("[data-people-in]").replaceChildren(...readers.map((id) => this.#row(this.people.get(id), this.title(this.people.get(id)), "remove")));
    const out = [
      ...excluded.filter(({ why }) => why !== "substitute_not_needed").map(({ staff_id, why }) => ({ person: this.people.get(staff_id), why })),
      ...this.uncertified.map((person) => ({ person, why: "uncertified" })),
    ];
    one("[data-excluded-title]").hidden = out.length === 0;
    if (out.length) one("[data-excluded-title]").textContent = counted("excluded", out.length);
    one("[data-people-out]").replaceChildren(...out.map(({ person, why }) => this.#row(person, word(`why-${why}`), why === "removed" ? "include" : "", true)));
  }

  /** @param {any} person @param {string} title @param {string} act @param {boolean} [off] */
  #row(person, title, act, off = false) {
    const row = copy("person", { initials: initials(person.name), name: person.name, title });
    row.classList.toggle("off", off);
    const button = one("button", row);
    if (!act) {
      button.remove();
      return row;
    }
    one('[data-slot="act"]', row).textContent = word(act);
    one('[data-slot="whom"]', row).textContent = ` ${person.name}`;
    button.dataset.person = person.staff_id;
    button.addEventListener("click", () => {
      if (act === "remove") this.unticked.add(person.staff_id);
      else this.unticked.delete(person.staff_id);
      this.changed();
      one(`[data-person="${person.staff_id}"]`)?.focus();
    });
    return row;
  }
}

/** The list on the first page: everybody who reads when nobody is kept out. @param {any} roster */
export function showOnFront(roster) {
  const { readers } = recipients(roster, [], []);
  const people = new Map([...roster.readers, ...roster.alternates].map((person) => [person.staff_id, person]));
  const rows = readers.map((id) => {
    const row = copy("person", { initials: initials(people.get(id).name), name: people.get(id).name, title: people.get(id).title });
    one("button", row).remove();
    return row;
  });
  one("[data-people-front]").replaceChildren(...rows);
  one("[data-people-before]").hidden = rows.length > 0;
}
