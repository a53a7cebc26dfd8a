/** What only the auditor's page needs: a bundle of its own, since its signature of tomorrow (ML-DSA) weighs as much as half the desk. */

import { mount } from "./verify-log.js";

document.addEventListener("turbo:load", mount);
mount();
