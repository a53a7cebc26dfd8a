"""What a witness answers to a checkpoint, and the one file in which it remembers. Source: C2SP tlog-witness.

The memory is the whole value of a witness: one that forgets would cosign a second history. So it is compared
and replaced in one transaction, on the disk before anybody is answered, and never goes back.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whistle.tlog import checkpoint, keys, note
from whistle.tlog.errors import CheckpointError, NoteError, ProofError
from whistle.tlog.proof import verify_consistency

#: C2SP tlog-witness "add-checkpoint": no proof is longer.
MAX_PROOF = 63
MAX_REQUEST = 256_000
#: Refused requests kept for each log; each was signed by the log itself, so strangers cannot fill this.
MAX_EVIDENCE = 1000

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"

SCHEMA = """
CREATE TABLE IF NOT EXISTS log (origin TEXT NOT NULL, vkey TEXT NOT NULL, PRIMARY KEY (origin, vkey));
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS heard (origin TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS evidence (
    id INTEGER PRIMARY KEY, origin TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL,
    request BLOB NOT NULL
);
"""


@dataclass(frozen=True)
class Request:
    """A checkpoint that somebody wants cosigned, and the proof that it extends the tree of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def octets(self) -> bytes:
        """Return the body of a request. C2SP tlog-witness "add-checkpoint".

        >>> parse_request(Request(0, (), b"text\\n").octets())
        Request(old=0, proof=(), checkpoint=b'text\\n')
        """
        lines = [f"old {self.old}", *(note.encode_base64(one) for one in self.proof), ""]
        return "".join(line + "\n" for line in lines).encode() + self.checkpoint


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, type and body."""

    status: int
    body: str
    kind: str = TEXT


def parse_request(body: bytes) -> Request:
    """Return what a body asks for; CheckpointError or NoteError when it is malformed."""
    head, gap, signed = body.partition(b"\n\n")
    if not gap or len(body) > MAX_REQUEST:
        raise CheckpointError("request.malformed")
    try:
        first, *proof = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise CheckpointError("request.malformed") from None
    if not first.startswith("old ") or len(proof) > MAX_PROOF:
        raise CheckpointError("request.malformed")
    old = checkpoint.decimal(first.removeprefix("old "), "request.old")
    return Request(old, tuple(note.decode_base64(line) for line in proof), signed)


class Witness:
    """One witness, with its keys and its memory.

    >>> from tempfile import TemporaryDirectory
    >>> key = keys.signer(keys.generate("kontroll.example/witness", note.COSIGNATURE_ED25519))
    >>> with TemporaryDirectory() as folder:
    ...     Witness(Path(folder, "memory"), [key]).add_checkpoint(b"old 0\\n\\n", at=0).status
    400
    """

    def __init__(self, memory: Path, signers: Sequence[note.Signer]) -> None:
        self.memory = memory
        self.signers = tuple(signers)
        with self._connect() as database:
            database.executescript(SCHEMA)

    def follow(self, vkey: str) -> str:
        """Take a log's key into the list of those followed; returns its origin. NoteError for a bad key."""
        public = keys.verifier(vkey).public
        with self._connect() as database:
            database.execute("INSERT OR IGNORE INTO log VALUES (?, ?)", (public.name, str(public)))
        return public.name

    def logs(self) -> dict[str, int]:
        """Return the origins followed, each with the size last cosigned."""
        with self._connect() as database:
            rows = database.execute(
                "SELECT DISTINCT log.origin, coalesce(size, 0) FROM log LEFT JOIN seen USING (origin) ORDER BY 1"
            )
            return dict(rows.fetchall())

    def heard(self) -> dict[str, int | None]:
        """Return the origins followed, each with the POSIX seconds of the last cosignature; None before the first."""
        with self._connect() as database:
            rows = database.execute(
                "SELECT DISTINCT log.origin, at FROM log LEFT JOIN heard USING (origin) ORDER BY 1"
            )
            return dict(rows.fetchall())

    def evidence(self) -> list[tuple[str, int, str, bytes]]:
        """Return (origin, POSIX seconds, why, request) of what a log signed and this witness refused."""
        with self._connect() as database:
            return database.execute("SELECT origin, at, why, request FROM evidence ORDER BY id").fetchall()

    def add_checkpoint(self, body: bytes, at: int) -> Answer:
        """Return the answer to a request; `at` is the POSIX seconds that a cosignature will carry."""
        try:
            request = parse_request(body)
            parsed = note.parse(request.checkpoint)
            found = checkpoint.parse(parsed.text)
        except (CheckpointError, NoteError) as error:
            return Answer(400, f"{error}\n")
        with self._connect() as database:
            verifiers = self._verifiers(database, found.origin)
            if not verifiers:
                return Answer(404, "this witness does not follow that log\n")
            try:
                note.open_note(parsed, verifiers)
            except NoteError as error:
                return Answer(403, f"{error}\n")
            database.execute("BEGIN IMMEDIATE")  # from here to COMMIT nobody else compares or replaces
            refused = self._compare(database, request, found, at)
            if refused is None:
                row = (found.origin, found.size, found.root, request.checkpoint)
                database.execute("REPLACE INTO seen VALUES (?, ?, ?, ?)", row)
                database.execute("REPLACE INTO heard VALUES (?, ?)", (found.origin, at))
            database.execute("COMMIT")
        return refused or Answer(200, "".join(map(str, note.sign(parsed.text, self.signers, at).signatures)))

    def _compare(
        self, database: sqlite3.Connection, request: Request, found: checkpoint.Checkpoint, at: int
    ) -> Answer | None:
        """Return why this checkpoint is refused, None when it extends what was seen."""
        size, root = database.execute(
            "SELECT size, root FROM seen WHERE origin = ?", (found.origin,)
        ).fetchone() or (0, b"")
        if request.old > found.size:
            return Answer(400, "old is larger than the checkpoint\n")
        if request.old != size:
            return Answer(409, f"{size}\n", SIZE)
        if found.size == size and root and found.root != root:
            self._keep(database, found.origin, at, "same size, other root", request)
            return Answer(409, "the same size was cosigned with another root\n")
        try:
            if size:
                verify_consistency(size, found.size, request.proof, root, found.root)
            elif request.proof:
                raise ProofError("proof.length", "nothing to prove from size 0")
        except ProofError as error:
            self._keep(database, found.origin, at, str(error), request)
            return Answer(422, f"{error}\n")
        return None

    def _keep(self, database: sqlite3.Connection, origin: str, at: int, why: str, request: Request) -> None:
        count = database.execute("SELECT count(*) FROM evidence WHERE origin = ?", (origin,)).fetchone()[0]
        if count < MAX_EVIDENCE:
            row = (origin, at, why, request.octets())
            database.execute("INSERT INTO evidence (origin, at, why, request) VALUES (?, ?, ?, ?)", row)

    def _verifiers(self, database: sqlite3.Connection, origin: str) -> list[note.Verifier]:
        rows = database.execute("SELECT vkey FROM log WHERE origin = ?", (origin,))
        return [keys.verifier(vkey) for (vkey,) in rows]

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self.memory, timeout=10, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous = FULL")
            yield database
        finally:
            database.close()
