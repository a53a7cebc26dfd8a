/** The pages about people: enrolment, one's own account, colleagues, certificates, set-up. */

import * as certify from "./certify.js";
import * as colleagues from "./people.js";
import * as enrol from "./enrol.js";
import * as own from "./own.js";
import * as setUp from "./set_up.js";

/** Wires whichever of them the page at hand is. */
export function mount() {
  for (const part of [enrol, own, colleagues, certify, setUp]) part.mount();
}
