/**
 * The worker that belongs to a reporter's page: all keys live here, in memory, and die with it.
 * The page calls a task by name and gets an answer, progress, or an error code.
 */

import { bytes, code, parcel, words } from "../wbe1/index.js";
import { organisationCard } from "./organisation.js";
import { Mailbox } from "./worker/mailbox.js";
import { NetError, passing, pause } from "./worker/net.js";
import { examined } from "./worker/receipt.js";
import { Report } from "./worker/report.js";
import * as retaliation from "./worker/retaliation.js";

/** @type {any} */ let card;
/** @type {Promise<Report> | undefined} */ let report;
/** @type {Mailbox | undefined} the one that is shown */ let mailbox;
/** @type {Mailbox[]} all that the code opens, the first report's first */ let mailboxes = [];
/** @type {any[]} what each of them held when it was read last */ let views = [];

const outbox = async () => (mailbox ?? (await report))?.outbox;

/** @type {Record<string, (given: any, progress: (state: any) => void) => Promise<any>>} */
const tasks = {
  async card(place) {
    return organisationCard(place);
  },
  async begin({ card: verified, api }) {
    card = verified;
    report ??= Report.begin(card, api);
    await report;
  },
  async addFile({ id, file, keep, cleaner, pdf }, progress) {
    const chosen = keep ? { blob: file, hidden: "kept" } : await (await fetched(cleaner)).clean(file, () => fetched(pdf));
    await (await outbox())?.add(id, { ...chosen, name: file.name, type: file.type }, progress);
    return { hidden: chosen.hidden };
  },
  async voice({ samples, rate, change, pitch }) {
    const sound = await fetched(pitch);
    const made = change ? sound.changed(samples, rate) : samples;
    return { samples: made, file: new Blob([sound.wav(made, rate)], { type: "audio/wav" }) };
  },
  async square({ text, qr }) {
    return (await fetched(qr)).square(text);
  },
  async dropFile({ id }) {
    (await outbox())?.drop(id);
  },
  async pause({ id, paused }) {
    (await outbox())?.pause(id, paused);
  },
  async send(written, progress) {
    const sent = await /** @type {Report} */ (await report).send(written, progress);
    return { ...sent, examined: await examined(sent.receipt, sent.itemHash, card.logs.channel) };
  },
  async proof({ receipt, itemHash }) {
    const whole = await (await report)?.proof(receipt);
    return whole && { receipt: whole, examined: await examined(whole, itemHash, card.logs.channel) };
  },
  async codeWords({ indices, language, lists }) {
    const list = await words.load(language, lists[words.listOf(language)]);
    return code.words(indices, list);
  },
  async openMailbox({ text, language, lists, api, rootKey, organisation, parcels }, progress) {
    const indices = await numbers(text, language, lists);
    progress({ share: 0 });
    const place = { api, root: bytes.fromBase64(rootKey), org: bytes.fromHex(organisation) };
    mailboxes = [await Mailbox.open(indices, place, { onProgress: (share) => progress({ share }) })];
    progress({ share: 1 });
    views = [await mailboxes[0].read()];
    await further();
    mailbox = mailboxes[0];
    return { view: views[0], count: views.length, unwrapped: await unwrapped(parcels) };
  },
  async wrap({ written }) {
    return parcel.wrap(mailboxes[0].own.kem, mailboxes[0].place.org, written);
  },
  async showMailbox({ at }) {
    mailbox = mailboxes[at];
    return (views[at] = await mailbox.read());
  },
  async write(given, progress) {
    await mailbox?.write(given, progress);
    const at = mailboxes.indexOf(/** @type {Mailbox} */ (mailbox));
    return (views[at] = await patiently(() => mailboxes[at].read(), { ...views[at], behind: true }));
  },
  async retaliationGoesTo() {
    return retaliation.away(await retaliation.card(mailboxes[0].place), views[0]).names;
  },
  async retaliate(given, progress) {
    await retaliation.report(mailboxes[0], mailboxes.length, views[0], given, progress).catch((error) => {
      if (error.code !== "report.taken") throw error; // it had arrived; only the answer was lost
    });
    await patiently(further, undefined);
    return { count: views.length };
  },
  async file(wanted, progress) {
    return mailbox?.file(wanted, progress);
  },
};

/** What was written before this code's mailbox closed by itself, with its place among the parcels; nothing of other mailboxes. @param {import("../wbe1/parcel.js").Parcel[]} parcels */
async function unwrapped(parcels) {
  const { own, place } = mailboxes[0];
  const found = await Promise.all(parcels.map((each, at) => parcel.unwrap(each, own.kem, place.org).then((written) => ({ at, written }), () => null)));
  return found.find(Boolean) ?? null;
}

/** What is read after something was sent: where that cannot be fetched, what was sent must not look unsent. @template T @param {() => Promise<T>} read @param {T} otherwise @returns {Promise<T>} */
async function patiently(read, otherwise) {
  for (const wait of [1000, 3000, 0]) {
    try {
      return await read();
    } catch (error) {
      if (!passing(error)) throw error;
      await pause(wait);
    }
  }
  return otherwise;
}

/** Opens every further mailbox of the code. It is asked for at every visit, whether there is one or not, so that asking says nothing. */
async function further() {
  for (;;) {
    const next = await mailboxes[0].next(mailboxes.length);
    try {
      views[mailboxes.length] = await next.read();
    } catch (error) {
      if (/** @type {any} */ (error).code === "mailbox.unknown") return;
      throw error;
    }
    mailboxes.push(next);
  }
}

/** A module of ours that most visits never need. @param {string} url @returns {Promise<any>} */
async function fetched(url) {
  if (new URL(url, self.location.href).origin !== self.location.origin) throw new NetError("network");
  try {
    return await import(url);
  } catch (error) {
    throw Object.assign(new NetError("network"), { cause: error });
  }
}

/** The numbers of a code; fetches the page's own word list first, the other only if that one does not know the words. @param {string} text @param {string} language @param {Record<string, string>} lists */
async function numbers(text, language, lists) {
  if (!code.needsWords(text)) return code.parse(text);
  const [first, second] = language === "en" ? ["en", "nb"] : ["nb", "en"];
  const own = await words.load(first, lists[first]);
  try {
    return code.parse(text, [own]);
  } catch {
    return code.parse(text, [own, await words.load(second, lists[second])]);
  }
}

self.addEventListener("message", async ({ data: { id, task, given } }) => {
  try {
    const result = await tasks[task](given, (progress) => self.postMessage({ id, progress: { ...progress } }));
    self.postMessage({ id, result });
  } catch (error) {
    const { code: known, details } = /** @type {any} */ (error);
    self.postMessage({ id, error: { code: known ?? "here", details: details ? { ...details } : {} } });
  }
});
