/** The form: one question a screen.  Nothing leaves the page before the last button, files excepted, which leave sealed. */

import { Absence } from "./absence.js";
import { all, counted, focusHeading, listed, one, show, word } from "./dom.js";
import { Draft } from "./draft.js";
import { askBeforeLeaving, onExit, onLeave } from "./exit.js";
import { Answers } from "./answers.js";
import { Files } from "./files.js";
import { Readers } from "./readers.js";
import { ask, forget, place } from "./sealer.js";
import { Sending } from "./sending.js";

export class Form {
  at = 0;
  /** How far down the page was when it was covered. */
  top = 0;
  done = false;
  /** @type {Promise<unknown> | undefined} */ begun;

  /** @param {any} card verified */
  constructor(card) {
    this.card = card;
    this.root = one('form[data-view="form"]');
    this.steps = all("[data-step]", this.root);
    this.story = one("#story");
    this.readers = new Readers(card, () => this.readers.show());
    this.files = new Files(one('[data-step="files"]'), () => card.limits, () => this.begin());
    this.answers = new Answers(this.root, () => this.readers.custodians);
    this.draft = new Draft(this.root, this.readers);
    this.sending = new Sending(this);
    one("[data-bars]").replaceChildren(...this.steps.map(() => document.createElement("i")));
    this.root.addEventListener("change", () => this.readers.show());
    this.root.addEventListener("click", (/** @type {Event} */ event) => this.click(event));
    this.root.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.sending.send();
    });
    this.story.addEventListener("input", () => {
      this.storyError("");
      void this.begin().catch(() => {}); // ready before it is needed; the first letter need not wait for it
    });
    window.addEventListener("popstate", () => this.stepBack());
    askBeforeLeaving(() => this.sending.codeIsShown || (!this.done && this.story.value.trim() !== ""));
    this.absence = new Absence({ away: () => this.away() });
    one("[data-uncover]").addEventListener("click", () => this.uncover());
    onLeave(() => this.absence.stop());
    onLeave(forget);
    onExit(() => this.draft.end());
  }

  /** Goes on with what was kept on the device. @param {any} content */
  goOn(content) {
    this.draft.putBack(content);
    this.readers.show();
    this.answers.show();
    this.go(this.steps.findIndex((step) => step.dataset.step === "story"));
    void this.begin().catch(() => {});
  }

  /** Makes the box, in the worker, while the person is still writing. */
  begin() {
    this.begun ??= ask("begin", { card: this.card, api: place.api }).catch((error) => {
      this.begun = undefined;
      throw error;
    });
    return this.begun;
  }

  open() {
    history.pushState(null, "");
    show("form");
    this.go(0);
    this.absence.start();
  }

  /** Nobody is there: what was written is covered, and the code is hidden. Neither is lost, and nothing opens them again but this page. */
  away() {
    if (this.sending.codeIsShown) this.sending.card?.cover();
    if (this.root.hidden) return this.absence.back();
    this.top = window.scrollY;
    show("covered");
  }

  uncover() {
    this.absence.back();
    show("form");
    window.scrollTo(0, this.top);
  }

  /** A reporter without the code starts with words that let the office connect the two reports. */
  sayCodeIsLost() {
    this.story.value ||= `${word("lost-text")}\n\n`;
  }

  /** A report about being punished for an earlier one. */
  sayRetaliation() {
    this.answers.mark("category-G1");
    one("[data-retaliation]").hidden = false;
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    for (const [number, step] of this.steps.entries()) step.hidden = number !== at;
    for (const [number, bar] of [...one("[data-bars]").children].entries()) bar.classList.toggle("on", number <= at);
    one("[data-step-words]").textContent = word("step", { n: at + 1, of: this.steps.length });
    this.readers.show();
    this.answers.show();
    const name = this.steps[at].dataset.step;
    if (name === "send") this.summary();
    focusHeading(this.steps[at]);
  }

  /** The back button of the browser goes one question back, and out of the form at the first one. */
  stepBack() {
    const view = all("[data-view]").find((each) => !each.hidden)?.dataset.view;
    if (view === "front") return;
    if (view === "form" && this.at === 0) {
      show("front");
      return;
    }
    history.pushState(null, "");
    if (view === "form") this.go(this.at - 1);
    if (view === "failed") show("form");
  }

  /** @param {any} event */
  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if ("back" in button.dataset) history.back();
    else if ("to" in button.dataset && this.mayGoOn()) this.go(this.steps.findIndex((step) => step.dataset.step === button.dataset.to));
    else if ("next" in button.dataset && this.mayGoOn()) this.go(this.at + 1);
  }

  mayGoOn() {
    const name = this.steps[this.at].dataset.step;
    if (name === "readers" && this.readers.chosen.readers.length === 0) {
      one("[data-nobody]").scrollIntoView({ block: "center" });
      return false;
    }
    return name === "who" ? this.answers.isFit() : name !== "story" || this.storyIsFit();
  }

  storyIsFit() {
    const octets = new TextEncoder().encode(JSON.stringify(this.story.value)).length;
    const problem = this.story.value.trim() === "" ? "story-error" : octets > this.card.limits.text - 20_000 ? "story-long" : "";
    this.storyError(problem);
    if (problem) this.story.focus();
    return !problem;
  }

  /** @param {string} problem */
  storyError(problem) {
    for (const id of ["story-error", "story-long"]) one(`#${id}`).hidden = id !== problem;
    this.story.setAttribute("aria-describedby", `story-help ${problem}`.trim());
    this.story.toggleAttribute("aria-invalid", problem !== "");
  }

  summary() {
    const { readers } = this.readers.chosen;
    one("[data-sum-story]").textContent = this.story.value;
    one("[data-sum-files]").textContent = listed(this.files.along) || word("files-none");
    const { uncleaned, full } = this.files;
    one("[data-sum-full]").hidden = full.length === 0;
    one("[data-sum-full]").textContent = word("files-full", { names: listed(full) });
    one("[data-sum-hidden]").hidden = uncleaned.length === 0;
    one("[data-sum-hidden]").textContent = word("hidden-summary", { names: listed(uncleaned) });
    const { summary } = this.answers;
    one("[data-sum-answers-part]").hidden = summary.length === 0;
    one("[data-sum-answers]").replaceChildren(...summary.flatMap(([title, said]) => [line("dt", title), line("dd", said)]));
    const labels = this.readers.about.map((code) => one(`label[for="about-${code}"]`).textContent);
    one("[data-sum-about]").textContent = labels.join(", ") || word("about-none");
    one("[data-sum-readers-title]").textContent = counted("readers", readers.length);
    one("[data-sum-readers]").textContent = listed(readers.map((id) => this.readers.name(id)));
  }
}

/** @param {string} tag @param {string} said */
function line(tag, said) {
  return Object.assign(document.createElement(tag), { textContent: said });
}
