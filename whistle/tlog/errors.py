"""What can be wrong with a log, a note or a proof; one base class, short codes, no secrets in the words."""


class TlogError(Exception):
    """Base of everything this package raises on bad input; `code` is stable, the text is for humans.

    >>> str(ProofError("proof.length", "3 hashes, 2 expected"))
    'proof.length: 3 hashes, 2 expected'
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class ProofError(TlogError):
    """An inclusion or consistency proof does not hold, or was asked for a range that does not exist."""


class NoteError(TlogError):
    """A signed note or a key string is malformed, or no known key signed it."""


class CheckpointError(TlogError):
    """A note's text is not a checkpoint, or not one of this log."""


class TileError(TlogError):
    """A tile directory is damaged, busy, or asked for what it does not hold."""


class PolicyError(TlogError):
    """A policy file is malformed, or a checkpoint does not meet it."""


class ReceiptError(TlogError):
    """A receipt is malformed."""


class WitnessError(TlogError):
    """A witness refused, or could not be reached; `status` is the HTTP status, 0 when none came."""

    def __init__(self, code: str, detail: str = "", status: int = 0, size: int | None = None) -> None:
        super().__init__(code, detail)
        self.status = status
        self.size = size
