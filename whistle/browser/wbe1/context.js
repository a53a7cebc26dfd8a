/** Where an item stands: the octets every item is bound to. */

import { concat, integer, utf8 } from "./bytes.js";
import { VaultError } from "./errors.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/**
 * @typedef {object} Place
 * @property {number} kind 1 message, 2 attachment, 3 description of one, 4 note, 5 event
 * @property {Bytes} org
 * @property {Bytes} boxId
 * @property {number} epoch
 * @property {Bytes} itemId
 * @property {number} role 1 reporter, 2 officer, 3 server on the plain path
 * @property {number} seq from 1; counts every item of one author in one box
 */

export const KIND = Object.freeze({ MESSAGE: 1, ATTACHMENT: 2, DESCRIPTION: 3, NOTE: 4, EVENT: 5 });
export const AUTHOR = Object.freeze({ REPORTER: 1, OFFICER: 2, SERVER: 3 });

/** @param {number} value @param {number} most */
const within = (value, most) => Number.isInteger(value) && value >= 1 && value <= most;

/** The place of one item. Opening it with any other place fails. */
export class Context {
  /** @param {Place} place */
  constructor({ kind, org, boxId, epoch, itemId, role, seq }) {
    const numbers = within(kind, 5) && within(role, 3) && within(epoch, 0xffffffff) && within(seq, 0xffffffff);
    if (!numbers || [org, boxId, itemId].some((id) => id.length !== 16)) throw new VaultError("item.context");
    this.itemId = itemId;
    /** The 69 octets that are hashed, signed and used as encryption context. */
    this.bytes = concat(
      utf8("WBE1/item\0"), integer(kind, 1), org, boxId, integer(epoch, 4), itemId, integer(role, 1), integer(seq, 4),
    );
  }
}
