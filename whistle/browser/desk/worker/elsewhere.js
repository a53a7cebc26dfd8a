/**
 * A report that came by phone, letter or meeting: this browser does what a reporter's does. The code is made here; whoever
 * wants none gets none, and then nobody has it.
 */

import { code, words } from "../../wbe1/index.js";
import { identityHolders, recipients } from "../../wbe1/recipients.js";
import { organisationCard } from "../../reporter/organisation.js";
import { Report } from "../../reporter/worker/report.js";

/** @type {any} */ let card = null;
/** @type {Report | null} */ let report = null;

/** Drops the report that was being written, and its code. */
export function forget() {
  report = null;
  card = null;
}

/** @type {Record<string, (given: any, progress: (state: any) => void) => Promise<any>>} */
export const tasks = {
  /** Fetches and checks who may get keys; draws a code. */
  async elsewhereBegin(place) {
    card = await organisationCard(place);
    report = await Report.begin(card, place.api);
    const shown = (/** @type {any} */ { staff_id, name, title }) => ({ staffId: staff_id, name, title });
    return { people: [...card.roster.readers, ...card.roster.alternates].map(shown), subjects: card.roster.subjects.map((/** @type {any} */ each) => each.code) };
  },
  /** Who gets a key by the rule, and who does not and why. */
  async elsewhereReaders({ about, unticked }) {
    const { readers, excluded, alternate } = recipients(card.roster, about, unticked);
    return { readers, excluded: excluded.map(({ staff_id, why }) => ({ staffId: staff_id, why })), alternate };
  },
  async elsewhereFile({ id, file }, progress) {
    await report?.outbox.add(id, { blob: file, hidden: "kept", name: file.name, type: file.type }, progress);
  },
  async elsewhereDrop({ id }) {
    report?.outbox.drop(id);
  },
  /** Seals, sends, and gives the code's words and digits once; none if the person wants none. */
  async elsewhereSend({ text, about, unticked, files, channel, receivedOn, wayBack, leader, language, lists }, progress) {
    if (!report) throw Object.assign(new Error("keys-closed"), { code: "keys-closed" });
    const { readers, recovery } = recipients(card.roster, about, unticked);
    const { custodians, leaders } = identityHolders(card.roster, about, unticked);
    report.more = { channel, received_on: receivedOn, way_back: wayBack, leader: leader || null };
    const written = { text, about, readers, recovery, files, answers: {}, holders: { custodians, leaders }, name: null, urgent: false };
    const { said, indices } = await report.send(written, progress);
    report = null;
    if (!wayBack) return { ...said, digits: [], words: [] };
    const list = await words.load(language, lists[words.listOf(language)]).catch(() => null);
    const digits = indices.map((/** @type {number} */ index) => String(index).padStart(4, "0"));
    return { ...said, digits, words: list ? code.words(indices, list) : [] };
  },
};
