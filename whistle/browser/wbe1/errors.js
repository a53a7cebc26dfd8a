/** What can go wrong in the vault, as codes; the same codes as in Python. */
export class VaultError extends Error {
  /**
   * @param {string} code "area.reason"; all ways in which a ciphertext can be wrong share one code
   * @param {unknown} [cause]
   */
  constructor(code, cause) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = "VaultError";
    this.code = code;
  }
}
