/** The roster: checked against the root key, drafted on the page, signed here by a key custodian. */

import { bytes, certificate, keys } from "../../wbe1/index.js";
import { NetError, call, post } from "../../reporter/worker/net.js";
import { root } from "./root.js";

/** @typedef {import("./keys.js").Person} Person */

/** The roster in force, if the root key signed it, and who may stand in it. @param {{api: string, organisation: string, rootKey: string}} place */
export async function fetchRoster({ api, organisation, rootKey }) {
  const said = await (await call(`${api}roster`)).json();
  if (!said.document) return { roster: null, people: said.people, verified: true };
  const [rootPub, org] = [bytes.fromBase64(rootKey), bytes.fromHex(organisation)];
  try {
    const roster = await certificate.readRoster(bytes.fromBase64(said.document), bytes.fromBase64(said.signature), rootPub, org);
    return { roster, people: said.people, verified: true };
  } catch {
    return { roster: null, people: said.people, verified: false };
  }
}

/** The one form of a JSON value (RFC 8785 for what a roster holds). @param {any} value @returns {string} */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const known = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${known.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** A root key typed or read from a file: 64 hex digits, alone or as `root_seed` in JSON. @param {string} text @param {Person} me */
async function rootFrom(text, me) {
  const seed = /root_seed"?\s*:\s*"?([0-9a-f]{64})/i.exec(text)?.[1] ?? /^\s*([0-9a-f]{64})\s*$/i.exec(text)?.[1];
  if (!seed) throw new NetError("root.other");
  const pair = await keys.SigPair.fromSeed(bytes.fromHex(seed.toLowerCase()));
  if (!bytes.equal(pair.public, me.root)) throw new NetError("root.other");
  return pair;
}

/** Signs a draft and puts it in force. @param {{api: string, draft: any, rootText?: string}} given @param {Person} me */
export async function signRoster({ api, draft, rootText }, me) {
  const pair = rootText ? await rootFrom(rootText, me) : await root(api, me);
  const document = bytes.utf8(canonical(draft));
  const signature = await certificate.signRoster(pair, bytes.own(me.org), document);
  return putInForce({ api, document: bytes.base64(document), signature: bytes.base64(signature) });
}

/** @param {{api: string, document: string, signature: string}} given */
export async function putInForce({ api, document, signature }) {
  return post(`${api}roster`, { document, signature });
}
