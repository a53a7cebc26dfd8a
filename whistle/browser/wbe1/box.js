/** The name of a box, which commits to the keys it was made with. */

import { sha256, utf8 } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/** The id of a reporter's mailbox. @param {Bytes} org @param {Bytes} kemPub @param {Bytes} sigPub @param {Bytes} nonce */
export const reporterBoxId = (org, kemPub, sigPub, nonce) =>
  sha256(utf8("WBE1/case\0"), org, kemPub, sigPub, nonce).slice(0, 16);

/** The id of a box without a reporter; it commits to its maker. @param {Bytes} org @param {Bytes} sigPub @param {Bytes} nonce */
export const makerBoxId = (org, sigPub, nonce) => sha256(utf8("WBE1/box\0"), org, sigPub, nonce).slice(0, 16);

/** The id under which the name of a mailbox's reporter is sealed, apart from the mailbox. @param {Bytes} boxId */
export const identityId = (boxId) => sha256(utf8("WBE1/identity\0"), boxId).slice(0, 16);
