/** What is asked after the story. Nothing of it must be answered; all of it is sealed with the report. */

import { all, listed, one, word } from "./dom.js";

const ASKED = ["danger", "category", "who", "behalf", "relation", "duty", "fear", "talk"];

/** @param {ParentNode} root @param {string} name */
const chosen = (root, name) => all(`input[name="${name}"]:checked`, root);

export class Answers {
  /** @param {any} root the form @param {() => {custodians: string[], names: string[]}} custodians who would keep a name */
  constructor(root, custodians) {
    this.root = root;
    this.custodians = custodians;
    root.addEventListener("change", () => this.show());
    one("#who-name").addEventListener("input", () => this.#lacksName(false));
  }

  /** How the person wants to be known: anonymous, confidential or named. @returns {string} */
  get who() {
    return chosen(this.root, "who")[0]?.value ?? "anonymous";
  }

  /** The name and how to reach its bearer, where they were asked for; null otherwise. */
  get name() {
    const [name, contact] = ["name", "contact"].map((part) => one(`#who-${part}`, this.root).value.trim());
    return this.who === "anonymous" ? null : { name, contact };
  }

  get urgent() {
    return one("#urgent", this.root).checked && ["yes", "unsure"].includes(chosen(this.root, "danger")[0]?.value);
  }

  /** Marks a choice that another page made. @param {string} id */
  mark(id) {
    one(`#${id}`, this.root).checked = true;
    this.show();
  }

  /** The answers as they are sealed inside the report; a name that is sealed apart is not among them. @returns {Record<string, unknown>} */
  get values() {
    /** @type {Record<string, unknown>} */ const said = { who: this.who };
    for (const name of ASKED.filter((each) => each !== "who")) {
      const codes = chosen(this.root, name).map((input) => input.value);
      if (codes.length) said[name] = name === "category" ? codes : codes[0];
      const text = one(`#${name}-text`, this.root);
      if (text && !text.parentElement.hidden && text.value.trim()) said[`${name}_text`] = text.value.trim();
    }
    return this.who === "confidential" ? { ...said, ...this.name } : said;
  }

  /** Whether one may go on from the question about who you are. */
  isFit() {
    const lacks = this.name !== null && !this.name.name;
    this.#lacksName(lacks);
    if (lacks) one("#who-name").focus();
    return !lacks;
  }

  /** @param {boolean} lacks */
  #lacksName(lacks) {
    one("#who-error").hidden = !lacks;
    one("#who-name").toggleAttribute("aria-invalid", lacks);
  }

  /** Shows what belongs to the answers given. */
  show() {
    const { names } = this.custodians();
    for (const part of all("[data-named]", this.root)) part.hidden = names.length === 0;
    if (names.length === 0 && this.who === "named") one("#who-anonymous", this.root).checked = true;
    for (const part of all("[data-when]", this.root)) {
      const [name, ...codes] = part.dataset.when.split(" ");
      part.hidden = !chosen(this.root, name).some((input) => codes.includes(input.value));
    }
    one("[data-custodians]", this.root).textContent = word("custodians", { names: listed(names) });
  }

  /** Each question that was answered, with the answer in words and what was written to it. @returns {[string, string][]} */
  get summary() {
    return ASKED.flatMap((name) => {
      const inputs = chosen(this.root, name);
      const title = one(`[data-step="${name}"] h1`, this.root).textContent;
      const said = inputs.map((input) => one(`label[for="${input.id}"]`, this.root).textContent).join(", ");
      const written = name === "who" ? Object.values(this.name ?? {}) : [this.values[`${name}_text`], name === "danger" && this.urgent && one('label[for="urgent"]', this.root).textContent];
      return inputs.length ? [/** @type {[string, string]} */ ([title, [said, ...written].filter(Boolean).join("\n")])] : [];
    });
  }
}
