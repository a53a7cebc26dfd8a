"""After a database was restored from an older backup: put the promised entries back, and tell accident from tampering.

What was published is authenticated by the log's own checkpoint, so its bytes can be trusted where the database's
cannot.  A restored backup is recognised by its shape: everything that is there is as it was published, only the end is
missing, and whatever was written since is the application's own work (its MAC holds).  Anything else is no accident.

Entries written between the restore and the recovery stand in places that were promised to others; they move to the
end, with the same bytes.  They may name an older plan or desk size than their new neighbours: `log.recovered`, which
follows them, says why.
"""

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum

from django.conf import settings
from django.db import connection

from whistle.audit import services as audit
from whistle.audit.appending import hold
from whistle.audit.entries import entry_mac
from whistle.audit.folders import LOGS, log_folder, organisation_folder, origin
from whistle.audit.guards import unguarded
from whistle.audit.models import Document, Entry, InForce
from whistle.audit.policies import read as read_policy
from whistle.core import canonical
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, tree
from whistle.tlog.errors import TlogError
from whistle.tlog.hashing import leaf_hash
from whistle.tlog.tile_reader import TileReader, read_checkpoint


class Verdict(StrEnum):
    """What a log's rows look like beside what was published of them."""

    WHOLE = "whole"
    ACCIDENT = "accident"
    TAMPERING = "tampering"


@dataclass
class Judged:
    """One log: how many entries were signed and found, which are missing, which stand in another's place."""

    log: str
    signed: int
    found: int
    missing: list[int] = field(default_factory=list)
    altered: list[int] = field(default_factory=list)  # not as published, and not written by the application
    displaced: list[tuple[int, bytes]] = field(
        default_factory=list
    )  # the application's own, in a promised place
    published: list[bytes] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """Accident only if the rows are a beginning of what was published, followed by own work at most."""
        if not (self.missing or self.altered or self.displaced):
            return Verdict.WHOLE
        lost = sorted([*self.missing, *(index for index, _ in self.displaced)])
        tail = lost == list(range(lost[0], self.signed)) if lost else False
        return Verdict.ACCIDENT if tail and not self.altered else Verdict.TAMPERING


def judge(organisation: Organisation, log: str) -> Judged:
    """Compare a log's rows with what was published.  Raises `audit.damaged` when that itself cannot be believed."""
    entries = _published(organisation, log)
    judged = Judged(log, len(entries), 0, published=entries)
    key = settings.ENTRY_KEY.encode()
    rows = dict[int, tuple[bytes, bytes]]()
    found = Entry.objects.filter(organisation=organisation, log=log).values_list("index", "body", "mac")
    for index, body, mac in found.iterator(chunk_size=2000):
        rows[index] = (bytes(body), bytes(mac))
    judged.found = len(rows)
    for index, due in enumerate(entries):
        if index not in rows:
            judged.missing.append(index)
        elif rows[index][0] != due:
            body, mac = rows[index]
            if mac == entry_mac(key, organisation.ref, log, index, body):
                judged.displaced.append((index, body))
            else:
                judged.altered.append(index)
    if judged.displaced:  # what follows them was written after the restore as well
        judged.displaced += [(index, rows[index][0]) for index in sorted(rows) if index >= len(entries)]
    return judged


def recover(organisation: Organisation, *, despite_tampering: bool = False) -> list[Judged]:
    """Put the promised entries back into both logs and log that it was done; return what was found before.

    Raises `audit.tampered` unless it was an accident, or `despite_tampering` after people have looked.
    """
    judged = [judge(organisation, log) for log in LOGS]
    broken = [one for one in judged if one.verdict != Verdict.WHOLE]
    if any(one.verdict == Verdict.TAMPERING for one in broken) and not despite_tampering:
        raise DomainError("audit.tampered", status=409)
    if not broken:
        return judged
    with audit.atomic():
        _restore_documents(organisation)
        for one in broken:
            hold(organisation.pk, one.log)
            _put_back(organisation, one)
        _restore_in_force(organisation)
        for one in broken:
            about = {"log": one.log, "size_found": one.found, "size_signed": one.signed}
            audit.record("log.recovered", organisation=organisation, log=one.log, coarse=True, detail=about)
    return judged


def _published(organisation: Organisation, log: str) -> list[bytes]:
    """Return the published entries, authenticated by signature and root."""
    folder = log_folder(organisation, log)
    raw = read_checkpoint(folder)
    if not raw:
        return []
    try:
        verifiers = [
            one.verifier for one in read_policy(organisation).logs if one.origin == origin(organisation, log)
        ]
        head = checkpoint.open_checkpoint(raw, origin(organisation, log), verifiers).checkpoint
        entries = list(TileReader(folder, head.size).entries())
    except TlogError as error:
        raise DomainError("audit.damaged", status=500) from error
    if tree.root_of([leaf_hash(entry) for entry in entries]) != head.root:
        raise DomainError("audit.damaged", status=500)
    return entries


def _put_back(organisation: Organisation, one: Judged) -> None:
    """Rewrite the log from the first lost place on: what was promised, then what was written meanwhile."""
    lost = [*one.missing, *one.altered, *(index for index, _ in one.displaced)]
    first = min(lost)
    moved = [body for _, body in one.displaced]
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(
            'DELETE FROM audit_entry WHERE organisation_id = %s AND log = %s AND "index" >= %s',
            [organisation.pk, one.log, first],
        )
    for index, octets in enumerate([*one.published[first:], *moved], first):
        fields = canonical.decode(octets)
        Entry.objects.create(
            organisation=organisation,
            log=one.log,
            index=index,
            body=octets,
            mac=entry_mac(settings.ENTRY_KEY.encode(), organisation.ref, one.log, index, octets),
            act=fields["act"],
            case=fields["case"] or "",
            at=fields["at"],
        )


def _restore_documents(organisation: Organisation) -> None:
    for kind in ("plan", "registry"):
        for path in sorted((organisation_folder(organisation) / kind).glob("*.json")):
            octets = path.read_bytes()
            if path.stem == hashlib.sha256(octets).hexdigest():
                Document.objects.get_or_create(
                    organisation=organisation, kind=kind, hash=path.stem, defaults={"octets": octets}
                )


def _restore_in_force(organisation: Organisation) -> None:
    """Let new entries refer to the plan and registry that the recovered log adopted last."""
    values: dict[str, str] = {}
    for kind in ("plan", "registry"):
        adopted = Entry.objects.filter(organisation=organisation, log="desk", act=f"{kind}.adopted")
        if (last := adopted.order_by("-index").first()) is not None:
            values[f"{kind}_hash"] = json.loads(bytes(last.body))["d"]["hash"]
    InForce.objects.update_or_create(organisation=organisation, defaults=values)
