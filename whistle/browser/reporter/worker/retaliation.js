/** Being punished for a report becomes a report of its own, under the same code, which those who handled the first get no key to. */

import { bytes, identityHolders, keys, recipients } from "../../wbe1/index.js";
import { organisationCard } from "../organisation.js";
import { Report } from "./report.js";

/**
 * Who gets a key: the ordinary rule, without anybody who wrote to the reporter in this case, and without those whom the
 * first report was kept from.
 * @param {any} card @param {any} view of the first mailbox
 */
export function away({ roster }, view) {
  const handled = new Set(view.messages.map((/** @type {any} */ each) => each.staffId).filter(Boolean));
  const holding = new Set(view.readers.map((/** @type {any} */ each) => each.staff_id));
  const keptOut = roster.readers.filter((/** @type {any} */ person) => !person.stands_in_for && !holding.has(person.staff_id)).map((/** @type {any} */ person) => person.staff_id);
  const first = view.messages.find((/** @type {any} */ each) => each.mine && each.type === "report");
  const known = new Set(roster.subjects.map((/** @type {any} */ each) => each.code));
  const about = (first?.content.about ?? []).filter((/** @type {string} */ each) => known.has(each));
  const unticked = [...handled, ...keptOut];
  const chosen = recipients(roster, about, unticked);
  const people = new Map([...roster.readers, ...roster.alternates].map((person) => [person.staff_id, person]));
  return { about, unticked, chosen, names: chosen.readers.map((id) => people.get(id)?.name ?? "") };
}

/** @param {any} place @returns {Promise<any>} */
export const card = ({ api, root, org }) => organisationCard({ api, rootKey: bytes.base64(root), organisation: bytes.hex(org) });

/** Sends it. @param {import("./mailbox.js").Mailbox} mailbox the first @param {number} number of the further mailbox @param {any} view @param {{text: string, answers: Record<string, unknown>}} written @param {(state: any) => void} progress */
export async function report(mailbox, number, view, { text, answers }, progress) {
  const its = await card(mailbox.place);
  const { about, unticked, chosen } = away(its, view);
  if (!chosen.readers.length) throw Object.assign(new Error("report.readers"), { code: "report.readers" });
  const made = await Report.under(keys.nextMaster(mailbox.master, number), its, mailbox.place.api);
  const { custodians, leaders } = identityHolders(its.roster, about, unticked);
  const holders = custodians.length && leaders.length ? { custodians, leaders } : { custodians: [], leaders: [] };
  const written = { text, about, readers: chosen.readers, recovery: chosen.recovery, files: [], answers, holders, name: null, urgent: false };
  await made.send(written, progress);
}
