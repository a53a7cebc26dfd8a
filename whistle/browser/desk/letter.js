/** Letters on paper: what a person concerned is told, and nothing else of the case. Made here; no server sees the words. */

import { copy, one, word } from "../reporter/dom.js";

/** Prints one text of an entry as a letter, and takes it off the page again. @param {string} what which text @param {string} text @param {string[]} [withheld] documents that are kept back, by what they are */
export function print(what, text, withheld = []) {
  const paper = one("[data-paper]");
  const list = withheld.map((each) => `\n– ${each}`).join("");
  const whole = list ? `${text}\n\n${word("withheld-on-paper")}${list}` : text;
  paper.replaceChildren(copy("paper", { title: word(`paper-${what}`), text: whole, rights: word(`rights-${what}`) }));
  addEventListener("afterprint", unprint, { once: true });
  window.print();
  const flash = one("[data-flash]");
  flash.textContent = word("printed");
  flash.hidden = false;
}

/** Leaves nothing of a letter on the page. */
export function unprint() {
  one("[data-paper]")?.replaceChildren();
}
