"""The one byte string of a JSON value: RFC 8785 (JCS), restricted to what makes it trivial.

Allowed are objects with ASCII keys, arrays, strings without lone surrogates, booleans, null and integers within
±(2^53 - 1).  Floats are refused.  Under these limits the standard library's encoder *is* JCS: JCS sorts keys by
UTF-16 code units, which for ASCII keys is what `sort_keys` does.
"""

import json
from typing import Any

LARGEST = 2**53 - 1  # RFC 8785 §3.2.2.3: integers beyond this do not survive an IEEE double


class CanonicalError(ValueError):
    """The value has no canonical form here."""


def encode(value: Any) -> bytes:
    """Return the canonical UTF-8 bytes of `value`.  Raises CanonicalError for floats, odd keys and wild integers.

    >>> encode({"b": 1, "a": ["å", None, True]})
    b'{"a":["\\xc3\\xa5",null,true],"b":1}'
    """
    _check(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("lone surrogate") from error


def decode(octets: bytes) -> Any:
    """Return the value of canonical bytes.  Raises CanonicalError when they are not the canonical form.

    >>> decode(b'{"a":1}')
    {'a': 1}
    """
    try:
        value = json.loads(octets)
    except ValueError as error:
        raise CanonicalError("not JSON") from error
    if encode(value) != octets:
        raise CanonicalError("not canonical")
    return value


def _check(value: Any) -> None:
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise CanonicalError("integer out of range")
    elif isinstance(value, list | tuple):
        for part in value:
            _check(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise CanonicalError("keys are ASCII strings")
            _check(part)
    else:
        raise CanonicalError(f"no canonical form for {type(value).__name__}")
