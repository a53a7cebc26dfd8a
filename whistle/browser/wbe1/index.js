/**
 * WBE1 in the browser: works in a page, in a module worker and in Node. The format is described in whistle/vault/README.md.
 */

export * as box from "./box.js";
export * as bytes from "./bytes.js";
export * as certificate from "./certificate.js";
export * as code from "./code.js";
export * as item from "./item.js";
export * as keys from "./keys.js";
export * as parcel from "./parcel.js";
export * as seal from "./seal.js";
export * as sheets from "./sheets.js";
export * as signed from "./signed.js";
export * as staff from "./staff.js";
export * as vouch from "./vouch.js";
export * as words from "./words.js";
export { VaultError } from "./errors.js";
export { identityHolders, recipients } from "./recipients.js";
