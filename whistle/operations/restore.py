"""Restore: a backup into an empty installation, held against the log, without what was deleted since.

What was deleted stays deleted: the log says so (`case.shredded`, `item.removed`), is never thrown away, and is put back to its end
before anything else may look at the rows.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from cases.models import Case, SearchEntry
from cases.services.shred import destroy
from whistle.accounts.models import Staff
from whistle.audit import selectors as log
from whistle.audit import services as audit
from whistle.audit.folders import LOGS, log_folder
from whistle.audit.recover import Verdict, judge, recover
from whistle.audit.verify import verify
from whistle.operations import backup, rows
from whistle.operations.rows import ArchiveError
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import every
from whistle.store import blobs
from whistle.store.models import Box, Item
from whistle.store.services import inspection, removals
from whistle.tlog import checkpoint, note

MADE_BY_MIGRATIONS = ("django_content_type", "auth_permission")
SHREDDED, REMOVED = "case.shredded", "item.removed"
Say = Callable[[str], object]


@dataclass
class Restored:
    """What came back, and what did not."""

    stamp: str
    rows: int = 0
    blobs: int = 0
    missing: list[str] = field(default_factory=list)
    shredded: int = 0
    removed: int = 0
    recovered: list[str] = field(default_factory=list)
    lost_reports: int = 0  # the log knows them, the backup does not
    faults: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with what came back."""
        return not (self.missing or self.faults)


def newest(folder: Path) -> str:
    """Return the newest backup of which keys and records are still there.  Raises ArchiveError without one."""
    for stamp in reversed(backup.stamps(folder)):
        if all((folder / store / f"{stamp}.gz").exists() for store in ("records", "keys")):
            return stamp
    raise ArchiveError(f"{folder}: no backup with records and keys")


def restore(folder: Path, stamp: str = "", say: Say = print) -> Restored:
    """Put a backup into this installation, whose tables must be empty; return what came back.

    Raises ArchiveError, and then nothing has changed, when the installation is not empty, was migrated differently,
    or the archives are not what their manifest says.
    """
    stamp = stamp or newest(folder)
    manifest = check(folder, stamp)
    _refuse_other_place(folder, stamp)
    done = Restored(stamp)
    say(f"backup {stamp}: archives are as they were written")
    _lay_log(folder / "log")
    with transaction.atomic():
        counts = _fill(folder, stamp)
        _hold_counts(manifest["counts"], counts)
        done.rows = sum(counts.values())
    say(f"{done.rows} rows are back")
    kept = Item.objects.filter(removal=None).values_list("blob", flat=True)
    names = set(kept.iterator(chunk_size=5000))
    done.missing = [name for name in sorted(names) if not _bring(folder / "blobs", name)]
    os.sync()
    done.blobs = len(names) - len(done.missing)
    say(
        f"{done.blobs} sealed files are back" + (f", {len(done.missing)} are missing" if done.missing else "")
    )
    for organisation in every():
        _settle(organisation, done, say)
    return done


def check(folder: Path, stamp: str) -> dict[str, Any]:
    """Return a backup's manifest when its archives are as it says.  Raises ArchiveError."""
    try:
        manifest: dict[str, Any] = json.loads((folder / f"{stamp}.json").read_text())
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{stamp}.json cannot be read") from error
    for store, due in manifest["sha256"].items():
        path = folder / store / f"{stamp}.gz"
        if not path.exists():
            raise ArchiveError(f"{store}/{path.name} has gone (its days are over); take a newer backup")
        if rows.digest(path) != due:
            raise ArchiveError(f"{store}/{path.name} is not what was written")
    return manifest


def _refuse_other_place(folder: Path, stamp: str) -> None:
    if Organisation.objects.exists():
        raise ArchiveError(
            "There are organisations here already; a backup goes into an empty installation only"
        )
    theirs = rows.head(folder / "records" / f"{stamp}.gz")["migrations"]
    if theirs != backup.migrations():
        odd = [".".join(one) for one in theirs if one not in backup.migrations()]
        odd += [".".join(one) for one in backup.migrations() if one not in theirs]
        raise ArchiveError(
            f"The backup was made by another release (they differ in {', '.join(odd[:5])}): install that one, "
            "restore, then upgrade"
        )


def _fill(folder: Path, stamp: str) -> dict[str, int]:
    """Put all rows in; the log's entries come last of all, so that every guard is satisfied."""
    by_name = {model._meta.db_table: model for model in rows.tables()}
    for name in MADE_BY_MIGRATIONS:
        by_name[name]._base_manager.all().delete()
    counts = dict.fromkeys(by_name, 0)
    for store in ("keys", "records"):
        for table, names, some in rows.read(folder / store / f"{stamp}.gz"):
            model = by_name[table]
            counts[table] += len(some)
            model._base_manager.bulk_create(
                [model(**dict(zip(names, values, strict=True))) for values in some], batch_size=rows.BATCH
            )
    models = list(apps.get_models(include_auto_created=True))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    return counts


def _hold_counts(due: dict[str, int], found: dict[str, int]) -> None:
    odd = [name for name, count in due.items() if found.get(name, 0) != count]
    if odd:
        raise ArchiveError(f"not as many rows as were backed up: {', '.join(odd)}")


def _bring(folder: Path, name: str) -> bool:
    return blobs.exists(name) or ((folder / name).exists() and blobs.put(name, folder / name))


def _lay_log(source: Path) -> None:
    """Bring the published logs back where there are none, or where the copy is ahead of what is there."""
    for organisation in sorted(path for path in source.iterdir() if path.is_dir()) if source.is_dir() else []:
        there = settings.LOGS / organisation.name
        try:
            if any(_size(organisation / one) > _size(there / one) for one in LOGS) or not there.exists():
                shutil.copytree(organisation, there, dirs_exist_ok=True)
        except (PermissionError, shutil.Error) as error:
            raise ArchiveError(
                f"{settings.LOGS} is not ours to write: whistle-manage --whole restore (BACKUP.md)"
            ) from error


def _size(folder: Path) -> int:
    path = folder / "checkpoint"
    return checkpoint.parse(note.parse(path.read_bytes()).text).size if path.exists() else 0


def _settle(organisation: Organisation, done: Restored, say: Say) -> None:
    """Bring one organisation's log to its end, delete what it says was deleted, and verify."""
    before = [judge(organisation, one) for one in LOGS]
    if any(one.verdict == Verdict.TAMPERING for one in before):
        done.faults.append(f"{organisation.slug}: the log's rows are not a beginning of what was published")
        say(done.faults[-1])
        return
    recover(organisation)
    for one in before:
        if one.missing:
            done.recovered.append(f"{organisation.slug}/{one.log}: {len(one.missing)} entries")
    done.shredded += shred_again(organisation)
    done.removed += remove_again(organisation)
    known = set(Box.objects.filter(organisation=organisation).values_list("log_ref", flat=True))
    known |= set(log.cases_with(organisation, SHREDDED))
    done.lost_reports += len(set(log.cases_with(organisation, "report.received")) - known)
    result = verify(organisation)
    done.faults += [f"{organisation.slug}: {one.log} {one.index}: {one.kind}" for one in result.faults]
    rows_ = ", ".join(f"{one} {result.rows[one]}" for one in LOGS)
    say(
        f"{organisation.slug}: {rows_} entries; {len(result.faults) or 'no'} fault{'s' * (len(result.faults) != 1)}"
    )


def shred_again(organisation: Organisation) -> int:
    """Delete the cases that the log says were deleted and that a backup has brought back; return how many."""
    gone = set(log.cases_with(organisation, SHREDDED))
    count = 0
    with audit.atomic():
        for reference in sorted(gone):  # one at a time: a case takes those merged into it along
            case = Case.objects.filter(organisation=organisation, log_ref=reference).first()
            if case is not None:
                destroy(case)
                count += 1
        stray = Box.objects.filter(organisation=organisation, log_ref__in=gone)
        names = list(Item.objects.filter(box__in=stray).values_list("blob", flat=True))
        if count or stray.exists():
            audit.record(
                "pad", organisation=organisation
            )  # the guards ask for an entry; the act itself is logged
        stray.delete()
    for name in names:
        blobs.remove(name)
    return count


def remove_again(organisation: Organisation) -> int:
    """Remove the content of what the log says was removed and a backup has brought back; return of how many items."""
    told = {
        read.fields["d"]["item"]: read.fields for read in log.entries(organisation, "desk", acts=(REMOVED,))
    }
    refs = dict(Staff.objects.filter(organisation=organisation).values_list("log_name", "ref"))
    back = Item.objects.filter(box__organisation=organisation, item_hash__in=told, removal=None)
    with audit.atomic():
        for item in (found := list(back)):
            said = told[item.item_hash]
            by, agreed = (refs.get(name, "") for name in (said["d"]["by"], said["actor"]))
            removals.remove([item], removals.Decided(said["d"]["ground"], by, agreed))
            SearchEntry.objects.filter(case__boxes__box=item.box_id).delete()
        if found:
            audit.record("pad", organisation=organisation)  # as above
    return len(found)


def sample(count: int) -> list[str]:
    """Look at some sealed items, spread over all; return the ids of those that are not what was taken in."""
    ids = list(Item.objects.order_by("item_id").values_list("item_id", flat=True))
    chosen = ids[:: max(1, len(ids) // count)][:count] if ids else []
    found = Item.objects.filter(item_id__in=chosen, removal=None).select_related(
        "box__organisation", "header"
    )
    return [item.item_id for item in found if not inspection.whole(item)]


__all__ = ["Restored", "check", "log_folder", "newest", "remove_again", "restore", "sample", "shred_again"]
