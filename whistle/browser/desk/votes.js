/** The panel's votes: who voted what, how it stands, and whose vote may still change. */

import { all, one, word } from "../reporter/dom.js";
import { labelOf } from "./entry.js";

/** @param {any} form @param {any} each */
export const voteOf = (form, { by, codes: { vote } }) => word("vote-of", { name: by, vote: labelOf(one("[data-code=vote]", form), vote) });

/** How many have voted what on a point of the agenda, and who has not. @param {any} point @param {any[]} known what stands on the page */
export function tally(point, known) {
  const cast = known.filter((each) => each.kind === "vote" && each.codes.agenda === String(point.number));
  const field = one("[data-record=vote] [data-code=vote]");
  const counts = [...field.options].filter(({ value }) => value).map(({ value, textContent }) => `${textContent} ${cast.filter((each) => each.codes.vote === value).length}`);
  const waited = all("option", one("#colleagues").content).filter(({ value }) => point.codes.members.includes(value) && !cast.some((each) => each.author === value));
  const made = document.createElement("p");
  const name = document.createElement("b");
  name.textContent = `${word("votes-so-far")} `;
  const missing = waited.length && !point.doneOn ? `. ${word("votes-missing", { list: waited.map((each) => each.textContent).join(", ") })}` : "";
  made.append(name, counts.join(" · ") + missing);
  return made;
}

/** A vote is its own member's, and stands once the panel has decided. @param {any} each @param {any[]} known what stands on the page */
export const mayVoteAnew = ({ mine, codes: { agenda } }, known) => mine && known.some((point) => point.kind === "agenda" && String(point.number) === agenda && !point.doneOn);
