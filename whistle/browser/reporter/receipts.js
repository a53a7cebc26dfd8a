/** The receipt as a file that tools outside this page can check: C2SP tlog-proof, with the entry itself as its extra line. */

import { save } from "./dom.js";

const HEADER = "c2sp.org/tlog-proof@v1";

/** Whether the log has signed a tree that holds the entry. @param {any} receipt */
export const complete = (receipt) => Boolean(receipt.checkpoint);

/** @param {{entry: string, index: number, proof: string[], checkpoint: string}} receipt complete */
export function proofText({ entry, index, proof, checkpoint }) {
  return `${[HEADER, `extra ${entry}`, `index ${index}`, ...proof].join("\n")}\n\n${checkpoint}`;
}

/** @param {any} receipt complete */
export const saveReceipt = (receipt) => save(new Blob([proofText(receipt)], { type: "text/plain" }), `receipt-${receipt.index}.tlog-proof`);
