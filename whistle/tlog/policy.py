"""Which logs and which quorum of witnesses a checkpoint needs. Source: C2SP tlog-policy.

A policy file is text that people can print, sign and keep in their minutes; it is the one thing a stranger
must get from somewhere else than the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from whistle.tlog import checkpoint, keys, note
from whistle.tlog.cosignature import time_of
from whistle.tlog.errors import CheckpointError, NoteError, PolicyError
from whistle.tlog.note import COSIGNATURE_ED25519, COSIGNATURE_MLDSA44, ED25519

NONE = "none"
LOG_TYPES = (ED25519, COSIGNATURE_MLDSA44)
WITNESS_TYPES = (COSIGNATURE_ED25519, COSIGNATURE_MLDSA44)


@dataclass(frozen=True)
class Log:
    """A log's key, named by the origin of its checkpoints, and where it can be reached, "" when not said."""

    verifier: note.Verifier
    url: str = ""

    @property
    def origin(self) -> str:
        """The first line of this log's checkpoints."""
        return self.verifier.public.name


@dataclass(frozen=True)
class Witness:
    """A witness under its name in this file, its key, and where checkpoints are sent, "" when not said."""

    name: str
    verifier: note.Verifier
    url: str = ""


@dataclass(frozen=True)
class Group:
    """`needed` of the members must have witnessed; a member is a witness or another group."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A checkpoint that met a policy; `witnesses` maps the names of those who cosigned to POSIX seconds."""

    checkpoint: checkpoint.Checkpoint
    witnesses: dict[str, int]


@dataclass(frozen=True)
class Policy:
    """A policy file, read."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def met_by(self, names: Sequence[str]) -> bool:
        """Return whether cosignatures of these witnesses, by their names in the file, are a quorum.

        >>> key = [str(keys.signer(keys.generate(n, COSIGNATURE_ED25519)).public) for n in "abc"]
        >>> text = "".join(f"witness {name} {one}\\n" for name, one in zip("abc", key))
        >>> policy = parse((text + "group two 2 a b c\\nquorum two\\n").encode())
        >>> policy.met_by(["a"]), policy.met_by(["a", "c"])
        (False, True)
        """
        if self.quorum == NONE:
            return True
        met = set(names) & {one.name for one in self.witnesses}
        for group in self.groups:  # a group names only what stands above it, so one pass in order is enough
            if sum(member in met for member in group.members) >= group.needed:
                met.add(group.name)
        return self.quorum in met

    def open(self, raw: bytes) -> Judged:
        """Return the checkpoint in the signed note `raw` when a known log signed it and the quorum is met.

        Raises NoteError for signatures that do not hold, CheckpointError for text that is no checkpoint,
        PolicyError("policy.log") for an unknown log, PolicyError("policy.quorum") for too few witnesses.
        """
        parsed = note.parse(raw)
        found = checkpoint.parse(parsed.text)
        log_keys = [one.verifier for one in self.logs if one.origin == found.origin]
        if not log_keys:
            raise PolicyError("policy.log", "a checkpoint of a log this policy does not name")
        note.open_note(parsed, log_keys)
        cosigned = self.cosigned(parsed)
        if not self.met_by(list(cosigned)):
            raise PolicyError("policy.quorum", f"cosigned by {', '.join(sorted(cosigned)) or 'nobody'}")
        return Judged(found, cosigned)

    def cosigned(self, parsed: note.Note) -> dict[str, int]:
        """Return the witnesses whose cosignature is in the note, with the POSIX seconds each one claims.

        Raises NoteError when a line of a known witness does not hold.
        """
        try:
            opened = note.open_note(parsed, [one.verifier for one in self.witnesses])
        except NoteError as error:
            if error.code == "note.unsigned":
                return {}
            raise
        times = {(line.name, line.key_id): time_of(line) for line in opened.verified}
        identities = {
            one.name: (one.verifier.public.name, one.verifier.public.key_id) for one in self.witnesses
        }
        return {name: times[identity] for name, identity in identities.items() if identity in times}


class _Reading:
    """The state of reading a file line by line: names stand above their use, and stand once."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: list[Witness] = []
        self.groups: list[Group] = []
        self.quorum = ""
        self._names: set[str] = set()
        self._used: set[str] = set()
        self._log_keys: set[bytes] = set()
        self._witness_keys: set[bytes] = set()

    def line(self, words: list[str]) -> None:
        match words:
            case []:
                return
            case [comment, *_] if comment.startswith("#"):
                return
            case ["log", vkey, *url] if len(url) <= 1:
                self.log(vkey, *url)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self.witness(name, vkey, *url)
            case ["group", name, needed, *members]:
                self.group(name, needed, members)
            case ["quorum", name]:
                self.set_quorum(name)
            case _:
                raise PolicyError("policy.line", " ".join(words))

    def log(self, vkey: str, url: str = "") -> None:
        self.logs.append(Log(_verifier(vkey, LOG_TYPES, self._log_keys), url))

    def witness(self, name: str, vkey: str, url: str = "") -> None:
        self._define(name)
        self.witnesses.append(Witness(name, _verifier(vkey, WITNESS_TYPES, self._witness_keys), url))

    def group(self, name: str, needed: str, members: list[str]) -> None:
        for member in members:
            if member not in self._names or member in self._used:
                raise PolicyError("policy.member", f"{member} is unknown, or counted twice")
            self._used.add(member)
        number = {"any": 1, "all": len(members)}.get(needed) or _number(needed)
        if not 1 <= number <= len(members):
            raise PolicyError("policy.threshold", f"{needed} of {len(members)}")
        self._define(name)
        self.groups.append(Group(name, number, tuple(members)))

    def set_quorum(self, name: str) -> None:
        if self.quorum or (name != NONE and name not in self._names):
            raise PolicyError("policy.quorum_line", "given twice, or an unknown name")
        self.quorum = name

    def _define(self, name: str) -> None:
        if name == NONE or name in self._names:
            raise PolicyError("policy.name", f"{name} is taken")
        self._names.add(name)


def parse(raw: bytes) -> Policy:
    """Return the policy in a file; PolicyError for a line it does not understand, NoteError for a bad key.

    >>> parse(b"quorum none\\n").met_by([])
    True
    """
    if any((octet < 0x20 and octet not in b"\t\n") or octet == 0x7F for octet in raw):
        raise PolicyError("policy.control")
    reading = _Reading()
    for line in raw.decode("utf-8", "surrogateescape").split("\n"):
        reading.line([word for word in line.replace("\t", " ").split(" ") if word])
    if not reading.quorum:
        raise PolicyError("policy.quorum_line", "missing")
    return Policy(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


def _verifier(vkey: str, kinds: tuple[int, ...], seen: set[bytes]) -> note.Verifier:
    verifier = keys.verifier(vkey)
    if verifier.public.kind not in kinds:
        raise PolicyError("policy.key_type", verifier.public.name)
    if verifier.public.raw in seen:
        raise PolicyError("policy.key_twice", verifier.public.name)
    seen.add(verifier.public.raw)
    return verifier


def _number(text: str) -> int:
    try:
        return checkpoint.decimal(text)
    except CheckpointError:
        raise PolicyError("policy.threshold", text) from None
