/** Letters to the reporter that ask for something: minutes to approve, times to choose between. The server sees a message. */

import { item } from "../../wbe1/index.js";
import { NetError, post } from "../../reporter/worker/net.js";
import { pen, sealed } from "./write.js";

/** @param {import("./opened.js").Opened} opened @param {{content: Record<string, unknown>, mailbox: string}} given with `type` and `text`; whose it is, where several people reported */
export async function letter(opened, { content, mailbox: which }) {
  const boxes = opened.boxes.filter((each) => each.kind === "mailbox");
  const mailbox = which || boxes.length > 1 ? boxes.find((each) => each.box_id === which) : boxes[0];
  if (!mailbox) throw new NetError("box.wrong");
  const made = await sealed(pen(opened, mailbox), item.KIND.MESSAGE, { v: 1, files: [], about: [], ...content });
  return post(`${opened.api}cases/${opened.reference}/answer`, { items: [made], mailbox: mailbox.box_id });
}
