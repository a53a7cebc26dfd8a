"""From an act to the canonical bytes of its entry, checked against the registry.  No database here."""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from whistle.audit.registry import BOTH, DATE, EVENTS, SECOND
from whistle.core import canonical
from whistle.core.clock import OSLO

LARGEST = 4096  # octets; C2SP tlog-tiles allows 65,535, no honest entry comes near

_TYPES = {
    "hash": re.compile(r"[0-9a-f]{64}\Z"),
    "ref": re.compile(r"[0-9a-f]{32}\Z"),
    "date": re.compile(r"\d{4}-\d\d-\d\d\Z"),
    "code": re.compile(r"[a-z0-9_.-]{1,40}\Z"),
    "text64": re.compile(r"[ -~]{0,64}\Z"),
    "key": re.compile(r"[ -~]{1,200}\Z"),
}
_ACTOR = re.compile(r"(reporter|system|[0-9a-f]{32})\Z")


class EntryError(ValueError):
    """The entry would say something the registry does not allow.  The change it belongs to must not happen."""


@dataclass(frozen=True)
class Draft:
    """An entry that waits for the end of its transaction, where it gets its place."""

    organisation_id: int
    log: str
    act: str
    actor: str
    role: str
    case: str | None
    at: datetime
    coarse: bool
    d: dict[str, object]

    def moment(self) -> str:
        """Return the time as the entry says it: a date in Oslo, or a UTC second."""
        event = EVENTS[self.act]
        if event.at == DATE or self.log == "channel" or (event.at != SECOND and self.coarse):
            return self.at.astimezone(OSLO).date().isoformat()
        return self.at.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"

    def octets(self, *, plan_hash: str, desk_size: int) -> bytes:
        """Return the canonical bytes.  Raises EntryError when a field is not the registry's."""
        event = EVENTS.get(self.act)
        if event is None or event.log not in (self.log, BOTH):
            raise EntryError(f"{self.act} does not belong in the {self.log} log")
        d = dict(self.d)
        if self.log == "channel":
            d["desk_size"] = desk_size
        check_fields(self.act, d)
        if not _ACTOR.match(self.actor) or not _TYPES["code"].match(self.role):
            raise EntryError("the actor is a pseudonym and the role a code")
        if self.case is not None and not _TYPES["ref"].match(self.case):
            raise EntryError("a case is named by its log reference")
        octets = canonical.encode(
            {
                "v": 1,
                "act": self.act,
                "actor": self.actor,
                "at": self.moment(),
                "case": self.case,
                "d": d,
                "m": list(event.measures),
                "n": secrets.token_hex(16),
                "pv": plan_hash or None,
                "role": self.role,
            }
        )
        if len(octets) > LARGEST:
            raise EntryError("the entry is too large")
        return octets


def check_fields(act: str, d: Mapping[str, object]) -> None:
    """Raise EntryError unless `d` has exactly the fields of the event, each of its type."""
    allowed = {name.rstrip("?"): kind for name, kind in EVENTS[act].d.items()}
    for name in d:
        if name not in allowed:
            raise EntryError(f"{act} has no field {name}")
    for name, kind in allowed.items():
        if name not in d:
            if not kind.endswith("?"):
                raise EntryError(f"{act} lacks {name}")
        elif not _fits(kind.rstrip("?"), d[name]):
            raise EntryError(f"{act}.{name} is not a {kind}")


def _fits(kind: str, value: object) -> bool:
    if kind in ("int", "size"):
        return isinstance(value, int) and not isinstance(value, bool) and (kind == "int" or value >= 0)
    if kind == "codes":
        return isinstance(value, list) and all(_fits("code", part) for part in value)
    return isinstance(value, str) and bool(_TYPES[kind].match(value))


def entry_mac(key: bytes, organisation_ref: str, log: str, index: int, octets: bytes) -> bytes:
    """Return the HMAC that binds the bytes to their place.  Rows a database owner adds do not have it."""
    place = f"whistle-entry/{organisation_ref}/{log}/{index}\0".encode()
    return hmac.digest(key, place + octets, "sha256")
