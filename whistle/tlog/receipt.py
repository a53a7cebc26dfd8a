"""Receipts: what one person needs to show later that an entry is in the log. Source: C2SP tlog-proof.

A receipt is checked offline, against the entry's own bytes and a policy, without asking the log anything.
"""

import base64
from dataclasses import dataclass

from whistle.tlog import checkpoint, note, policy
from whistle.tlog.errors import CheckpointError, NoteError, ReceiptError
from whistle.tlog.hashing import HASH_SIZE, leaf_hash
from whistle.tlog.proof import verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
#: A proof in a tree of less than 2**63 entries is never longer.
MAX_PROOF = 63


@dataclass(frozen=True)
class Receipt:
    """An entry's index, its inclusion proof, and the signed checkpoint the proof leads to.

    `extra` is context for humans or programs; nothing vouches for it. C2SP tlog-proof "Format".
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        """Return the receipt as a `.tlog-proof` file."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(one).decode() for one in self.proof]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    def verify(self, entry: bytes, trusted: policy.Policy) -> policy.Judged:
        """Return the checkpoint by which `entry` stands in the log at `index`, or raise.

        ProofError when the proof does not hold; else what `Policy.open` raises for the checkpoint.
        """
        judged = trusted.open(self.checkpoint.encode())
        found = judged.checkpoint
        verify_inclusion(leaf_hash(entry), self.index, found.size, self.proof, found.root)
        return judged


def parse(text: str) -> Receipt:
    """Return the receipt in a `.tlog-proof` file; ReceiptError when it is malformed.

    >>> root = base64.b64encode(bytes(32)).decode()
    >>> signed = f"example.com/log\\n1\\n{root}\\n\\n\u2014 log AAAAAAA=\\n"
    >>> parse(Receipt(0, (), signed, b"page 7").text()) == Receipt(0, (), signed, b"page 7")
    True
    """
    head, gap, signed = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != HEADER:
        raise ReceiptError("receipt.malformed")
    try:
        extra = (
            note.decode_base64(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else None
        )
        if not lines[0].startswith("index "):
            raise ReceiptError("receipt.index")
        index = checkpoint.decimal(lines.pop(0).removeprefix("index "))
        proof = tuple(note.decode_base64(line) for line in lines)
        checkpoint.parse(note.parse(signed.encode()).text)
    except (IndexError, NoteError, CheckpointError) as error:
        raise ReceiptError("receipt.malformed", str(error)) from None
    if len(proof) > MAX_PROOF or any(len(one) != HASH_SIZE for one in proof):
        raise ReceiptError("receipt.proof")
    return Receipt(index, proof, signed, extra)
