/** Passkeys: the browser's own window asks for a touch; what the PRF gives goes to the worker and nowhere else. */

/** @param {ArrayBuffer | Uint8Array} octets */
const base64 = (octets) => btoa(String.fromCharCode(...new Uint8Array(octets)));
/** @param {ArrayBuffer | null} octets */
const url64 = (octets) => (octets ? base64(octets).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") : undefined);
/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
const octetsOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Whether this browser has passkeys at all. */
export const available = () => "PublicKeyCredential" in window && window.isSecureContext;

/** What the authenticator's secret is asked about: the same for everybody in the organisation. @param {string} organisation */
async function salt(organisation) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`WBE1/passkey-prf\0${organisation}`)));
}

/** @param {unknown} error */
const refused = (error) => Object.assign(new Error("passkey.none"), { code: "passkey.none", cause: error });

/** @param {any} made */
const prfOf = (made) => {
  const found = made.getClientExtensionResults().prf?.results?.first;
  return found ? new Uint8Array(found) : null;
};

/** Makes a passkey by the server's options. @param {any} options @param {string} organisation */
export async function make(options, organisation) {
  const prf = { eval: { first: await salt(organisation) } };
  const publicKey = {
    ...options, challenge: octetsOf(options.challenge), user: { ...options.user, id: octetsOf(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((/** @type {any} */ each) => ({ ...each, id: octetsOf(each.id) })), extensions: { prf },
  };
  const made = /** @type {any} */ (await navigator.credentials.create({ publicKey }).catch((error) => { throw refused(error); }));
  const { clientDataJSON, attestationObject } = made.response;
  const passkey = { id: made.id, rawId: url64(made.rawId), type: made.type, response: { clientDataJSON: url64(clientDataJSON), attestationObject: url64(attestationObject) } };
  const enabled = Boolean(made.getClientExtensionResults().prf?.enabled);
  return { passkey, enabled, prf: prfOf(made), id: new Uint8Array(made.rawId) };
}

/**
 * Lets a passkey sign a challenge and give its secret.
 * @param {Uint8Array<ArrayBuffer>} challenge @param {string} organisation @param {Uint8Array<ArrayBuffer>[]} [allowed] none: whichever the device has
 */
async function get(challenge, organisation, allowed = []) {
  const prf = { eval: { first: await salt(organisation) } };
  const allowCredentials = allowed.map((id) => ({ id, type: /** @type {const} */ ("public-key") }));
  /** @type {any} */
  const publicKey = { challenge, allowCredentials, userVerification: "required", extensions: { prf } };
  const shown = /** @type {any} */ (await navigator.credentials.get({ publicKey }).catch((error) => { throw refused(error); }));
  const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
  const response = { clientDataJSON: url64(clientDataJSON), authenticatorData: url64(authenticatorData), signature: url64(signature), userHandle: url64(userHandle) };
  const assertion = { id: shown.id, rawId: url64(shown.rawId), type: shown.type, response };
  return { assertion, prf: prfOf(shown), credentialId: base64(shown.rawId) };
}

/** Signs the server's challenge. @param {string} challenge base64url @param {string} organisation */
export const sign = (challenge, organisation) => get(octetsOf(challenge), organisation);

/** Asks passkeys of this person for their secret; nothing is signed for the server. @param {string[]} ids base64 @param {string} organisation */
export const secret = (ids, organisation) => get(crypto.getRandomValues(new Uint8Array(32)), organisation, ids.map(octetsOf));
