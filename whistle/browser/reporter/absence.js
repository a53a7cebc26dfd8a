/** Nobody touches the page. By the clock, not by counting: the page of a phone that lies on a table sleeps. */

const MINUTE = 60_000;
const AFTER = 15 * MINUTE;
const TOUCHES = ["pointerdown", "touchmove", "wheel", "scroll", "keydown", "input"];

/**
 * @typedef {object} Told
 * @property {() => void} away nobody was there for a quarter of an hour
 * @property {(milliseconds: number) => void} [left] each second from then on, until `gone`
 * @property {() => void} [gone] nobody came back
 * @property {() => boolean} [busy] whether the page does something that somebody waits for
 */

export class Absence {
  #last = 0;
  #away = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #clock;

  /** @param {Told} told @param {number} [grace] milliseconds between `away` and `gone` */
  constructor(told, grace = 0) {
    this.told = told;
    this.grace = grace;
    for (const name of TOUCHES) document.addEventListener(name, () => this.#away || this.back(), { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => this.#look());
  }

  start() {
    this.back();
    this.#clock ??= setInterval(() => this.#look(), 1000);
  }

  stop() {
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#away = false;
  }

  /** Somebody is there. Once they were away, only a button says so: what lies under a finger may be another thing by then. */
  back() {
    this.#last = Date.now();
    this.#away = false;
  }

  #look() {
    if (this.#clock === undefined) return;
    if (!this.#away && this.told.busy?.()) this.back();
    const since = Date.now() - this.#last - AFTER;
    if (since < 0) return;
    if (!this.#away) {
      this.#away = true;
      this.told.away();
    }
    if (!this.told.gone) return;
    if (since < this.grace) return this.told.left?.(this.grace - since);
    this.stop();
    this.told.gone();
  }
}
