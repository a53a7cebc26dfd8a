"""Fjellvik's two logs as they would be exported: made with the writer's code, read by the verifier's."""

import base64
import hashlib
import importlib.util
import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from whistle.core import canonical
from whistle.tlog import checkpoint, cosignature, note
from whistle.tlog.tile_reader import TileReader
from whistle.tlog.tile_writer import TileWriter

OSLO = ZoneInfo("Europe/Oslo")
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PROGRAM = Path(__file__).parents[2] / "deploy" / "auditverify.py"

REGISTRY: dict[str, Any] = {
    "v": 1,
    "events": {
        "registry.adopted": {"log": "both", "at": "date", "d": {"hash": "hash"}, "measures": []},
        "plan.adopted": {"log": "both", "at": "date", "d": {"hash": "hash"}, "measures": []},
        "report.received": {
            "log": "channel", "at": "date", "d": {"item": "hash", "desk_size": "size"}, "measures": ["9.1"]},
        "report.acknowledged": {"log": "desk", "at": "second", "d": {}, "measures": ["9.1"]},
        "report.adopted": {"log": "desk", "at": "date", "d": {"item": "hash"}, "measures": []},
        "case.read": {
            "log": "desk", "at": "either", "d": {"files": "int?", "kind": "code?"}, "measures": ["8.4"]},
        "staff.granted": {
            "log": "desk", "at": "second", "measures": [], "stake": "high",
            "d": {"who": "ref", "groups": "codes", "until": "date?", "label": "text64?", "vkey": "key?"},
        },
        "log.anchor": {
            "log": "both", "at": "either", "d": {"log": "code", "size": "size", "root": "hash", "note": "hash?"},
            "measures": []},
        "log.stamped": {
            "log": "both", "at": "either", "d": {"log": "code", "size": "size", "token": "hash"}, "measures": []},
        "act.approved": {"log": "desk", "at": "second", "d": {"act": "code", "ref": "ref"}, "measures": []},
        "act.ended": {"log": "desk", "at": "second", "d": {"act": "code", "ref": "ref", "why": "code"}, "measures": []},
        "case.shredded": {
            "log": "desk", "at": "date", "measures": [],
            "d": {"ground": "code", "desk": "size", "channel": "size", "approval": "ref"}},
    },
}  # fmt: skip
PLAN = {"v": 1, "title": "Handlingsplan mot korrupsjon, Fjellvik", "measures": [{"id": "9.1"}, {"id": "8.4"}]}


def load_verifier() -> ModuleType:
    """The verifier as a module, from its one file."""
    if "auditverify" not in sys.modules:
        spec = importlib.util.spec_from_file_location("auditverify", PROGRAM)
        assert spec
        assert spec.loader
        module = sys.modules["auditverify"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["auditverify"]


class Key:
    """One log's key, another's witness, or a stranger's: named and never random."""

    def __init__(self, number: int) -> None:
        self.seed = bytes([number]) * 32

    def log(self, origin: str) -> note.Ed25519Signer:
        return note.Ed25519Signer(origin, self.seed)


WITNESS = cosignature.Ed25519Cosigner("kontroll.example/witness", bytes([9]) * 32)


@dataclass
class Book:
    """One log while it is being written."""

    name: str
    directory: Path
    entries: list[bytes] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"fjellvik.example/{self.name}/1"

    @property
    def key(self) -> note.Ed25519Signer:
        return Key(1 if self.name == "desk" else 2).log(self.origin)


class Municipality:
    """Writes entries into two logs and publishes them; every time and every nonce comes from the seed."""

    def __init__(self, directory: Path, seed: int = 1) -> None:
        self.directory, self.random = directory, Random(seed)  # test data
        self.now = START
        self.books = {name: Book(name, directory / name) for name in ("desk", "channel")}
        self.anchored = 0
        self.plan: str | None = None
        self.witnessed = True
        for document, kind in ((REGISTRY, "registry"), (PLAN, "plan")):
            self.adopt(kind, document)

    def adopt(self, kind: str, document: Any) -> None:
        """Put a registry or a plan in force, in both logs."""
        raw = canonical.encode(document)
        digest = hashlib.sha256(raw).hexdigest()
        (self.directory / kind).mkdir(parents=True, exist_ok=True)
        (self.directory / kind / f"{digest}.json").write_bytes(raw)
        if kind == "plan":
            self.plan = digest
        for name in self.books:
            self.record(name, f"{kind}.adopted", d={"hash": digest})

    def reference(self) -> str:
        return self.random.randbytes(16).hex()

    def digest(self) -> str:
        return self.random.randbytes(32).hex()

    def entry(self, act: str, **fields: Any) -> dict[str, Any]:
        """An entry that fits the registry, unless told otherwise."""
        event: dict[str, Any] = REGISTRY["events"][act]
        exact = event["at"] == "second" or (event["at"] == "either" and self.random.random() < 0.5)
        at = (
            self.now.strftime("%Y-%m-%dT%H:%M:%SZ") if exact else self.now.astimezone(OSLO).date().isoformat()
        )
        return {
            "act": act, "actor": "system", "at": at, "case": None, "d": {}, "m": list(event["measures"]),
            "n": self.reference(), "pv": self.plan, "role": "intake_officer", "v": 1,
        } | fields  # fmt: skip

    def record(self, log: str, act: str, **fields: Any) -> int:
        """Add an entry; returns its index."""
        return self.write(log, canonical.encode(self.entry(act, **fields)))

    def write(self, log: str, raw: bytes) -> int:
        """Add any bytes as an entry."""
        self.books[log].entries.append(raw)
        return len(self.books[log].entries) - 1

    def wait(self, **time: float) -> None:
        self.now = (self.now + timedelta(**time)).replace(microsecond=0)

    def publish(self, log: str, *, keep: bool = True) -> str:
        """Write tiles and checkpoint of what was recorded; returns the signed note.  Nothing new is nothing to sign."""
        book = self.books[log]
        with TileWriter(book.directory) as writer:
            if 0 < writer.size == len(book.entries):
                return (book.directory / "checkpoint").read_text(encoding="utf-8")
            size, root = writer.append(book.entries[writer.size :])
            signed = self.sign(book, size, root)
            writer.write_checkpoint(signed)
        (book.directory / "log.vkey").write_text(f"{book.key.public}\n", encoding="utf-8")
        if keep:
            (book.directory / "checkpoints").mkdir(exist_ok=True)
            (book.directory / "checkpoints" / str(size)).write_text(signed, encoding="utf-8")
        return signed

    def sign(self, book: Book, size: int, root: bytes) -> str:
        signers = [book.key, WITNESS] if self.witnessed else [book.key]
        return checkpoint.sign(
            checkpoint.Checkpoint(book.origin, size, root), signers, int(self.now.timestamp())
        )

    def anchor(self, log: str, of: str, **more: str) -> None:
        """Record the last published state of `of` in `log`."""
        directory = self.books[of].directory
        found = checkpoint.parse(note.parse((directory / "checkpoint").read_bytes()).text)
        if of == "desk" and log == "channel":
            self.anchored = max(self.anchored, found.size)
        self.record(log, "log.anchor", d={"log": of, "size": found.size, "root": found.root.hex(), **more})

    def receive(self) -> str:
        """A report arrives; returns its case reference."""
        case = self.reference()
        detail = {"item": self.digest(), "desk_size": self.anchored}
        self.record("channel", "report.received", actor="reporter", role="", case=case, d=detail)
        return case

    def acknowledge(self, case: str) -> int:
        return self.record("desk", "report.acknowledged", actor=self.reference(), case=case)

    def write_policy(self, path: Path | None = None) -> Path:
        """The policy, by default inside the export."""
        path = path or self.directory / "policy"
        lines = [f"log {book.key.public}" for book in self.books.values()]
        lines += [f"witness committee {WITNESS.public}", "quorum committee"]
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path

    def export(self) -> Path:
        """Publish everything; returns the directory an auditor gets."""
        for name in self.books:
            self.publish(name)
        self.write_policy()
        return self.directory


def live(place: Municipality, steps: int) -> None:
    """Let a random, lawful history happen: reports, acknowledgements, readings, anchors, publications."""
    chance, open_cases = place.random, []
    for _ in range(steps):
        place.wait(seconds=chance.choice([0, 1, 40, 3600, 20 * 3600, 86400, 3 * 86400]))
        match chance.randrange(9):
            case 0 | 1:
                open_cases.append(place.receive())
            case 2 | 3 if open_cases:
                place.acknowledge(open_cases.pop(0))
            case 4:
                place.record("desk", "case.read", case=place.reference(), d={"files": chance.randrange(9)})
            case 5:
                detail = {
                    "who": place.reference(),
                    "groups": ["intake"],
                    "until": "2027-01-31",
                    "label": "to the new year",
                }
                place.record("desk", "staff.granted", actor=place.reference(), d=detail)
            case 6:
                place.publish(chance.choice(["desk", "channel"]))
            case 7:
                of = chance.choice(["desk", "channel"])
                if (place.books[of].directory / "checkpoint").exists():
                    place.anchor(chance.choice(["desk", "channel"]), of)
            case _:
                place.adopt("plan", PLAN | {"edition": chance.randrange(2**40)})


def verify(directory: Path, *arguments: str | Path) -> dict[str, Any]:
    """The verifier's JSON about a directory."""
    return json.loads(run(directory, "--json", *arguments)[1])  # type: ignore[no-any-return]


def run(directory: Path, *arguments: str | Path) -> tuple[int, str]:
    """The verifier's exit status and its words."""
    from contextlib import redirect_stdout
    from io import StringIO

    words = StringIO()
    with redirect_stdout(words):
        status = load_verifier().main([str(directory), *map(str, arguments)])
    return status, words.getvalue()


def found(result: dict[str, Any]) -> set[tuple[str, int | None, str]]:
    """The faults as (log, index, kind)."""
    return {(fault["log"], fault["index"], fault["kind"]) for fault in result["faults"]}


def entries_of(directory: Path) -> list[bytes]:
    size = checkpoint.parse(note.parse((directory / "checkpoint").read_bytes()).text).size
    return list(TileReader(directory, size).entries())


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
