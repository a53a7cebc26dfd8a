// What the browser's half must do about people: certificates, codes, passphrases, and who gets a key. Part of cases.mjs.

import * as w from "../../whistle/browser/wbe1/index.js";
import { flipped, refuses, same } from "./support.mjs";

const { base64, fromBase64: octets, hex, utf8 } = w.bytes;

export const cases = [
  ["a certificate holds for its time, organisation and keys", async ({ wbe1: { certificate: row } }) => {
    const root = await w.keys.SigPair.fromSeed(octets(row.root_seed));
    same(root.public, octets(row.root_pub));
    same(hex(w.certificate.fingerprint(root.public)), row.fingerprint);
    const staff = await w.keys.staffKeys(octets(row.staff_seed));
    const fields = {
      org: octets(row.org), serial: row.serial, role: row.role, notBefore: row.not_before, notAfter: row.not_after,
      staffId: octets(row.staff_id), kemPub: staff.kem.public, sigPub: staff.sig.public,
    };
    const raw = octets(row.raw);
    same(await w.certificate.issue(root, fields), raw);
    const read = await w.certificate.read(raw, root.public, fields.org, row.not_after);
    same([hex(read.keyId), hex(read.sigKeyId)], [row.key_id, row.sig_key_id]);
    same([read.serial, read.role, read.notBefore, read.notAfter], [row.serial, row.role, row.not_before, row.not_after]);
    same([read.staffId, read.kemPub, read.sigPub].map(base64), [fields.staffId, fields.kemPub, fields.sigPub].map(base64));
    const at = (time, bytes = raw, org = fields.org, key = root.public) => () => w.certificate.read(bytes, key, org, time);
    await refuses("certificate.early", at(row.not_before - 1));
    await refuses("certificate.expired", at(row.not_after + 1));
    await at(null)();
    await refuses("certificate.organisation", at(row.not_before, raw, new Uint8Array(16)));
    await refuses("certificate.signature", at(row.not_before, raw, fields.org, staff.sig.public));
    for (const place of [0, 16, 20, 36, 40, 60, 1270, 1364]) {
      await refuses("certificate.signature", at(row.not_before, flipped(raw, place)));
    }
    await refuses("certificate.malformed", at(row.not_before, raw.slice(1)));
    await refuses("certificate.malformed", () => w.certificate.issue(root, { ...fields, role: 7 }));
    const [document, signature] = [octets(row.roster.document), octets(row.roster.signature)];
    same(await w.certificate.signRoster(root, fields.org, document), signature);
    same((await w.certificate.readRoster(document, signature, root.public, fields.org)).quorum, 2);
    const roster = (d, s, k = root.public, o = fields.org) => () => w.certificate.readRoster(d, s, k, o);
    await refuses("roster.signature", roster(flipped(document, 3), signature));
    await refuses("roster.signature", roster(document, await staff.sig.sign(document)));
    await refuses("roster.signature", roster(document, signature, root.public, new Uint8Array(16)));
    for (const [text, code] of [["{", "malformed"], ["[]", "malformed"], ['{"v":2}', "malformed"], ['{"v":1,"org":"00"}', "organisation"]]) {
      const rogue = utf8(text);
      await refuses(`roster.${code}`, roster(rogue, await w.certificate.signRoster(root, fields.org, rogue)));
    }
  }],

  ["codes read the same in words and digits", async ({ wbe1, lists }) => {
    for (const row of wbe1.codes) {
      same(w.code.digits(row.indices), row.digits);
      for (const language of ["nb", "nn", "en"]) {
        const list = lists[w.words.listOf(language)];
        same(w.code.words(row.indices, list).join(" "), row[language]);
        same(w.code.parse(row[language], [lists.nb, lists.en]), row.indices);
      }
      same(w.code.parse(row.digits), row.indices); // no list needed
    }
    for (const row of wbe1.typed) {
      const parse = () => w.code.parse(row.text, [lists.nb, lists.en]);
      if (row.code === null) parse();
      else await refuses(row.code, parse);
    }
    for (let n = 0; n < 20; n++) same(w.code.check(w.code.new()), true);
    same(w.staff.newPassphrase(lists.en).split(" ").length, 6);
    await refuses("code.language", () => w.words.checked("nb", lists.en));
  }],

  ["a code gives the same keys", async ({ wbe1 }) => {
    const row = wbe1.codes[2];
    const progress = [];
    const master = await w.code.master(row.indices, octets(row.org), { onProgress: (done) => progress.push(done) });
    same(master, octets(row.master));
    same(progress.at(-1), 1);
    const keys = await w.keys.reporterKeys(master);
    same([keys.lookup, keys.auth, keys.sig.public].map(base64), [row.lookup, row.auth, row.sig_pub]);
    same(hex(w.keys.keyId(keys.kem.public)), row.kem_key_id);
    await refuses("code.typo", () => w.code.master(row.indices.toReversed(), octets(row.org)));
  }],

  ["a passphrase opens what it wrapped, and nothing else does", async ({ wbe1: { staff: [row] } }) => {
    same(w.staff.normalized(row.passphrase), row.normalized);
    const master = await w.staff.master(row.passphrase, octets(row.salt));
    const share = octets(row.unlock_share);
    same(master, octets(row.master));
    same(w.staff.auth(master), octets(row.auth));
    same(await w.staff.unwrap(master, share, row.user, octets(row.wrapped)), octets(row.seed));
    const wrapped = await w.staff.wrap(master, share, row.user, octets(row.seed));
    same(await w.staff.unwrap(master, share, row.user, wrapped), octets(row.seed));
    const prf = octets(row.prf);
    same(await w.staff.unwrapWithPasskey(prf, share, row.user, octets(row.wrapped_with_passkey)), octets(row.seed));
    const refused = (m, s, u, b) => refuses("staff.refused", () => w.staff.unwrap(m, s, u, b));
    await refused(flipped(master, 0), share, row.user, wrapped);
    await refused(master, flipped(share, 0), row.user, wrapped);
    await refused(master, share, `${row.user}0`, wrapped);
    await refused(master, share, row.user, flipped(wrapped, 60));
    await refused(prf, share, row.user, octets(row.wrapped_with_passkey));
  }],

  ["the same people get a key", async ({ rosters }) => {
    for (const row of rosters.cases) {
      same(w.recipients(row.roster, row.subjects, row.unticked), row.recipients, row.says);
    }
    let refused = false;
    try {
      w.recipients(rosters.cases[0].roster, ["no such"], []);
    } catch (error) {
      refused = error instanceof RangeError;
    }
    same(refused, true);
  }],
];
