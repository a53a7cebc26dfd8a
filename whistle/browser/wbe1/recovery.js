/** Which of the two recovery keys a key is: the same rule as `recovery_kind` in `whistle/core/recipients.py`. */

/**
 * "ordinary" or "alternate", now or before it was rotated; null for a stranger.
 * @param {any} roster @param {string} keyId @returns {string | null}
 */
export function recoveryKind(roster, keyId) {
  for (const [kind, known] of Object.entries(roster.recovery ?? {})) if (known === keyId) return kind;
  return (roster.retired ?? []).find((/** @type {any} */ row) => row.key_id === keyId)?.kind ?? null;
}
