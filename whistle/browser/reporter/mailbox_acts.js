/** What a mailbox asks of its reporter, and what a reporter can ask for: minutes, times to meet, how one fares, retaliation. */

import { all, copy, day, listed, one, save, word } from "./dom.js";
import { reminder } from "./reminder.js";
import { ask, language } from "./sealer.js";

/** The unfavourable acts of the Working Environment Act § 2 A-4, as the picker has them. */
const ACTS = ["a", "b", "c"];

/** @type {Record<string, string>} */ const REFUSED = {
  network: "answer-network",
  file: "answer-file",
  "item.order": "answer-order",
  "item.too_long": "answer-long",
  "mailbox.full": "answer-full",
  "report.no_room": "answer-crowd",
  "report.readers": "retaliation-nobody",
};

/** Says why something was not sent. @param {any} error */
export const whyNot = (error) => word(REFUSED[error.code] ?? "answer-server");

/** When something is to be. @param {string} iso YYYY-MM-DDTHH:MM, as it is on clocks in Norway */
const moment = (iso) => `${day(iso.slice(0, 10), language, true)} ${iso.slice(11, 16).replace(":", language === "en" ? ":" : ".")}`;

/** What was done with one's sealed name. @param {{act: string, ground: string, on: string}} each */
export function identityLine({ act, ground, on }) {
  const line = document.createElement("li");
  line.textContent = word(`identity-${act}`, { date: day(on, language, true), ground: word(`ground-${ground}`) });
  return line;
}

/** @param {{check: string}} check @param {Acts} acts */
export function careCard({ check }, acts) {
  const card = copy("care");
  card.dataset.form = `care-${check}`;
  const picked = () => all('input[name="happened"]:checked', card).map((box) => box.value);
  card.addEventListener("change", async () => {
    const away = one("[data-care-away]", card);
    away.hidden = picked().length === 0;
    if (!away.hidden) await acts.showWhoReadsAbout(one("[data-care-readers]", away));
  });
  card.addEventListener("submit", (/** @type {Event} */ event) => acts.care(event, card, check, picked()));
  return card;
}

export class Acts {
  #busy = false;
  #reported = "";

  /** @param {(written: any) => Promise<void>} write @param {(said: string) => void} tell */
  constructor(write, tell) {
    this.write = write;
    this.tell = tell;
  }

  /** Adds to a message what can be answered to it. @param {any} made @param {any} each @param {boolean} replied */
  under(made, each, replied) {
    if (each.mine) return made;
    const { type, content } = each;
    if (type === "minutes") made.append(replied ? said("minutes-answered") : this.#minutes(each));
    if (type === "meeting" && Array.isArray(content.slots)) made.append(replied ? said("meeting-answered") : this.#meeting(each));
    return made;
  }

  /** Sends once; says what went wrong in the form. @param {any} form @param {() => Promise<void>} work */
  async once(form, work) {
    if (this.#busy) return;
    this.#busy = true;
    const near = form.dataset.tell && one(`#${form.dataset.tell}`);
    const tell = near ? (/** @type {string} */ words) => (near.textContent = words) : this.tell;
    tell(word("answer-sending"));
    try {
      await work();
      tell(word(form.dataset.sent ?? "answer-sent"));
      near?.scrollIntoView({ block: "center" }); // the form has closed, and the page is shorter
    } catch (error) {
      tell("");
      refuse(form, whyNot(error));
    } finally {
      this.#busy = false;
    }
  }

  /** @param {any} each */
  #minutes(each) {
    const form = copy("minutes");
    form.dataset.form = each.id;
    form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const verdict = /** @type {any} */ (event.submitter)?.value ?? "";
      const more = one("textarea", form).value.trim();
      if (verdict !== "approved" && !more) return void refuse(form, word("minutes-say"));
      const text = [word(`minutes-${verdict}`), more].filter(Boolean).join("\n\n");
      void this.once(form, () => this.write({ text, extra: { type: "minutes_reply", of: each.id, verdict } }));
    });
    return form;
  }

  /** @param {any} each */
  #meeting(each) {
    const { slots, where, how } = each.content;
    const form = copy("meeting", { how: [word(`how-${how === "phone" ? "phone" : "meet"}`), String(where ?? "")].filter(Boolean).join(": ") });
    form.dataset.form = each.id;
    one("[data-remind]", form).id = one("[data-remind-label]", form).htmlFor = `remind-${each.id}`;
    const choice = (/** @type {string} */ value, /** @type {string} */ label) => {
      const row = copy("meeting-slot", { label });
      const id = `slot-${each.id}-${value}`;
      Object.assign(one("input", row), { value, id, name: `slot-${each.id}` });
      one("label", row).htmlFor = id;
      return row;
    };
    one("[data-slots]", form).replaceChildren(...slots.slice(0, 9).map((/** @type {any} */ slot, /** @type {number} */ at) => choice(String(at), moment(String(slot)))), choice("-1", word("meeting-none")));
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      const chosen = one("input:checked", form)?.value;
      if (chosen === undefined) return void refuse(form, word("meeting-choose"));
      const slot = slots[Number(chosen)];
      const more = one("textarea", form).value.trim();
      const text = [slot ? word("meeting-yes", { when: moment(String(slot)) }) : word("meeting-none"), more].filter(Boolean).join("\n\n");
      void this.once(form, async () => {
        await this.write({ text, extra: { type: "meeting_reply", of: each.id, chosen: Number(chosen) } });
        if (slot && one("[data-remind]", form).checked) save(new Blob([reminder(String(slot).slice(0, 10), word("calendar"))], { type: "text/calendar" }), "reminder.ics");
      });
    });
    return form;
  }

  /**
   * How one fares. What was done to the person goes into a report of its own, away from those who handle this case, who
   * learn only that the question was answered.
   * @param {Event} event @param {any} form @param {string} check @param {string[]} happened
   */
  async care(event, form, check, happened) {
    event.preventDefault();
    const changed = one('input[name="changed"]:checked', form)?.value ?? "";
    const talk = one('input[name="care-talk"]', form).checked;
    const more = one("textarea", form).value.trim();
    if (!changed && !happened.length && !more && !talk) return void refuse(form, word("empty-answer"));
    await this.once(form, async () => {
      if (happened.length) {
        const words = [word("retaliation-head"), ...ACTS.filter((act) => happened.includes(act)).map((act) => word(`act-${act}`)), more];
        const text = words.filter(Boolean).join("\n\n");
        if (this.#reported !== text) await this.#report(text, happened, talk);
        this.#reported = text; // the second sending may fail, and is tried again without the first
        await this.write({ text: word("care-elsewhere"), extra: { type: "care", of: "", check }, check });
        return;
      }
      const words = [changed && word(`changed-${changed}`), more, talk && word("care-talk")];
      await this.write({ text: words.filter(Boolean).join("\n\n"), extra: { type: "care", check, changed, talk }, check });
    });
  }

  /** @param {string} text @param {string[]} happened @param {boolean} talk */
  async #report(text, happened, talk) {
    const answers = { category: ["G1"], retaliation: happened, ...(talk && { talk: "talk" }) };
    return ask("retaliate", { text, answers });
  }

  /** A report about being punished, without being asked. @param {Event} event @returns {Promise<number>} how many reports the code opens now */
  async retaliate(event) {
    event.preventDefault();
    const form = /** @type {any} */ (event.currentTarget);
    const happened = all('input[name="punished"]:checked', form).map((box) => box.value);
    const more = one("textarea", form).value.trim();
    if (!happened.length && !more) return refuse(form, word("empty-answer"));
    let count = 0;
    await this.once(form, async () => {
      const words = [word("retaliation-head"), ...happened.map((act) => word(`act-${act}`)), more];
      count = (await this.#report(words.filter(Boolean).join("\n\n"), happened, false)).count;
      form.reset();
      one("[data-after]").open = false;
    });
    return count;
  }

  /** @param {any} part */
  async showWhoReadsAbout(part) {
    const names = await ask("retaliationGoesTo").catch(() => []);
    part.textContent = names.length ? word("retaliation-readers", { names: listed(names) }) : word("retaliation-nobody");
  }

  /** Somebody would rather talk. @param {Event} event */
  async talk(event) {
    event.preventDefault();
    const form = /** @type {any} */ (event.currentTarget);
    const how = one('input[name="talk-how"]:checked', form)?.value ?? "talk";
    const more = one("textarea", form).value.trim();
    await this.once(form, async () => {
      await this.write({ text: [word(`talk-${how}`), more].filter(Boolean).join("\n\n"), extra: { type: "talk", how } });
      form.reset();
      one("[data-talk-part]").open = false;
    });
  }
}

/** @param {string} key */
function said(key) {
  const line = document.createElement("p");
  line.className = "w-small w-sub";
  line.textContent = word(key);
  return line;
}

/** @param {any} form @param {string} words */
function refuse(form, words) {
  const line = one("[data-error]", form);
  line.textContent = words;
  line.hidden = false;
  return 0;
}
