"""Our canonical JSON is RFC 8785's, byte for byte, on as many random documents as the log's specification asks for."""

import random
from typing import Any

import rfc8785

from tests.auditverify.histories import load_verifier
from whistle.core import canonical

DOCUMENTS = 30_000
LETTERS = 'aå\u00e9\u0000\u001f"\\/\u007f\u2028\ud7ff\ue000\uffff😀𝄞 \n\tz'
KEYS = "abcdefghijklmnopqrstuvwxyz_.0123456789-"
WHOLE = 2**53 - 1


def document(chance: random.Random, depth: int = 0) -> Any:
    """Return any value an entry could hold."""
    kind = chance.randrange(7 if depth < 4 else 5)
    if kind == 0:
        return chance.choice([None, True, False])
    if kind == 1:
        return chance.choice([0, 1, -1, WHOLE, -WHOLE, chance.randint(-WHOLE, WHOLE)])
    if kind < 5:
        return "".join(chance.choices(LETTERS, k=chance.randrange(9)))
    if kind == 5:
        return [document(chance, depth + 1) for _ in range(chance.randrange(5))]
    keys = {"".join(chance.choices(KEYS, k=chance.randrange(1, 6))) for _ in range(chance.randrange(6))}
    return {key: document(chance, depth + 1) for key in keys}


def test_thirty_thousand_documents_have_one_canonical_form_whoever_writes_it() -> None:
    """The strangers are a library of others, and the outside verifier's own reader."""
    chance, verifier = random.Random(8785), load_verifier()
    for number in range(DOCUMENTS):
        about = {"d": document(chance), "n": number}

        octets = canonical.encode(about)

        assert octets == rfc8785.dumps(about), number
        assert verifier.parse_canonical(octets) == about, number
