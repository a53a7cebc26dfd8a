"""Random references.  None carries a date or a sequence, so that a reference tells nothing."""

import secrets

# No vowels (no words by accident), no characters that are mistaken for each other (0/O, 1/I/L, 5/S, 2/Z, 8/B).
_LETTERS = "CDFGHJKMNPQRTVWXY34679"


def new_id() -> str:
    """Return 16 random bytes as 32 hex digits.

    >>> len(new_id())
    32
    """
    return secrets.token_hex(16)


def new_reference() -> str:
    """Return a case reference that can be read aloud, such as `K7-QF-39` (about 113 million).

    >>> len(new_reference())
    8
    """
    pairs = ("".join(secrets.choice(_LETTERS) for _ in range(2)) for _ in range(3))
    return "-".join(pairs)


def is_id(text: object) -> bool:
    """Say whether `text` is 32 lower-case hex digits.

    >>> is_id("0" * 32), is_id("0" * 31), is_id("G" * 32)
    (True, False, False)
    """
    return isinstance(text, str) and len(text) == 32 and all(c in "0123456789abcdef" for c in text)
