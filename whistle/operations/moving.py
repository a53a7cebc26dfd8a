"""A municipality moves to another installation, with all that is its own and nothing of anybody else.

Row numbers are given anew at the other place, since theirs are taken; references, hashes and everything sealed stay as
they are.  The log moves with its entries' bytes, its published files and its keys, so that receipts still hold.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models, transaction

from whistle.accounts.models import Staff, StaffKey
from whistle.audit.entries import entry_mac
from whistle.core import canonical
from whistle.operations import backup, rows
from whistle.operations.rows import ArchiveError
from whistle.organisations.models import Organisation
from whistle.store import blobs
from whistle.store.models import Item
from whistle.vault import at_rest

ROWS, MANIFEST, TRANSFER = "rows.gz", "manifest.json", "transfer.key"
EVERYBODYS = {
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "django_migrations",
    "guardian_groupobjectpermission",  # never used: ours have direct foreign keys
    "guardian_userobjectpermission",
    "organisations_departure",  # a tombstone stays where it stands
    "accounts_spentchallenge",  # nobody's: worth nothing a minute later
}
ENTRIES = "audit_entry"


def scoped() -> list[tuple[type[models.Model], str]]:
    """Return each table that belongs to organisations, with the way to whose it is, those it refers to first.

    Raises ArchiveError for a table that belongs to nobody and is not known to be everybody's.
    """
    found = []
    for model in rows.tables():
        if model._meta.db_table in EVERYBODYS:
            continue
        way = "pk" if model is Organisation else _way(model)
        if way is None:
            raise ArchiveError(f"{model._meta.db_table}: whose rows are these?")
        found.append((model, way))
    return _in_order(found)


def _way(model: type[models.Model]) -> str | None:
    """Return the shortest chain of foreign keys to the organisation, those that are always set before others."""
    seen, edge = {model}, [(model, "")]
    while edge:
        following = []
        for at, way in edge:
            for field in sorted(_foreign(at), key=lambda one: one.null):
                target = field.related_model
                if target is Organisation:
                    return f"{way}{field.name}"
                if target not in seen and not field.null:
                    seen.add(target)
                    following.append((target, f"{way}{field.name}__"))
        edge = following
    return None


def _foreign(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.is_relation]


def _in_order(found: list[tuple[type[models.Model], str]]) -> list[tuple[type[models.Model], str]]:
    waiting, done, ordered = dict(found), set[type[models.Model]](), []
    while waiting:
        ready = [
            model
            for model in waiting
            if all(
                one.related_model in done or one.related_model is model or one.related_model not in waiting
                for one in _foreign(model)
            )
        ]
        if not ready:
            raise ArchiveError(
                f"tables refer to each other in a circle: {[one._meta.db_table for one in waiting]}"
            )
        for model in ready:
            ordered.append((model, waiting.pop(model)))
            done.add(model)
    return sorted(ordered, key=lambda pair: pair[0]._meta.db_table == ENTRIES)


# ——— out ———


def take_out(one: Organisation, folder: Path, *, sizes: dict[str, int] | None = None) -> dict[str, int]:
    """Write everything of an organisation into a new folder; return how many rows each table gave.

    `sizes` of its logs: raises ArchiveError when they have grown meanwhile.
    """
    folder.mkdir(mode=0o700)
    key = secrets.token_urlsafe(48)
    (folder / TRANSFER).touch(mode=0o600)
    (folder / TRANSFER).write_text(key)
    with backup.snapshot():
        counts = rows.write(
            folder / ROWS, {"organisation": one.slug, "migrations": backup.migrations()}, _rows(one, key)
        )
        names = sorted(_kept(one).values_list("blob", flat=True))
    for name in names:
        target = folder / "blobs" / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with target.open("xb") as out:
            out.writelines(blobs.stream(name))
    for source, name in ((settings.LOGS, "log"), (settings.LOG_KEYS, "logkeys")):
        if os.access(source / one.slug, os.R_OK | os.X_OK, effective_ids=True):
            shutil.copytree(source / one.slug, folder / name)
    manifest = {
        "v": 1,
        "slug": one.slug,
        "org": one.ref,
        "counts": counts,
        "blobs": len(names),
        "sha256": rows.digest(folder / ROWS),
    }
    if sizes is not None:
        if counts[ENTRIES] != sum(sizes.values()):
            raise ArchiveError("something was logged while it was packed: pack it again")
        manifest["sizes"] = sizes
    (folder / MANIFEST).write_bytes(canonical.encode(manifest))
    return counts


def _kept(one: Organisation) -> models.QuerySet[Item]:
    return Item.objects.filter(box__organisation=one, removal=None)


def _rows(one: Organisation, key: str) -> Iterator[tuple[type[models.Model], Iterator[list[Any]]]]:
    for model, way in scoped():
        found = model._base_manager.filter(**{way: one.pk}).order_by("pk")
        yield model, _changed(model, found.values_list(*rows.columns(model)).iterator(chunk_size=2000), key)


def _changed(model: type[models.Model], found: Any, key: str) -> Iterator[list[Any]]:
    """Second factors leave under the transfer key; rights by name, since numbers differ elsewhere."""
    names = rows.columns(model)
    people = dict(Staff.objects.values_list("pk", "ref")) if model is StaffKey else {}
    rights = dict(Permission.objects.values_list("pk", "codename")) if "permission_id" in names else {}
    for row in found:
        values = dict(zip(names, row, strict=True))
        if model is StaffKey:
            values["totp_sealed"] = _reseal(
                values["totp_sealed"], people[values["staff_id"]], settings.SECRET_KEY, key
            )
        if rights:
            values["permission_id"] = rights[values["permission_id"]]
        yield list(values.values())


def _reseal(sealed: Any, ref: str, old: str, new: str) -> bytes:
    secret = at_rest.take(bytes(sealed), old.encode(), f"totp/{ref}")
    return at_rest.keep(secret, new.encode(), f"totp/{ref}")


# ——— in ———


def bring_in(folder: Path) -> Organisation:
    """Take in what another installation wrote; the organisation is closed until somebody opens it.

    Raises ArchiveError, and then nothing has changed, when something is missing, changed, or there already.
    """
    manifest = json.loads((folder / MANIFEST).read_text())
    if rows.digest(folder / ROWS) != manifest["sha256"]:
        raise ArchiveError(f"{ROWS} is not what was written")
    if rows.head(folder / ROWS)["migrations"] != backup.migrations():
        raise ArchiveError("The two installations run different releases; bring both to the same one first")
    if (
        Organisation.objects.filter(slug=manifest["slug"]).exists()
        or (settings.LOGS / manifest["slug"]).exists()
    ):
        raise ArchiveError(f"{manifest['slug']} is here already")
    key = (folder / TRANSFER).read_text()
    with transaction.atomic():
        one = _Import(key).fill(folder / ROWS)
        Organisation.objects.filter(pk=one.pk).update(live=False, left_on=None, moved_to="", package="")
    for name in _kept(one).values_list("blob", flat=True):
        if not (folder / "blobs" / name).exists():
            raise ArchiveError(f"blobs/{name} is missing; the rest is here")
        blobs.put(name, folder / "blobs" / name)
    os.sync()
    for target, name in ((settings.LOGS, "log"), (settings.LOG_KEYS, "logkeys")):
        if (folder / name).is_dir():
            shutil.copytree(folder / name, target / one.slug)
    return one


class _Import:
    """One taking-in: which number each row had, and which it has now."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.now: dict[tuple[type[models.Model], Any], Any] = {}
        self.rights = dict(Permission.objects.values_list("codename", "pk"))
        self.by_table = {model._meta.db_table: model for model, _way in scoped()}
        self.organisation = Organisation()

    def fill(self, path: Path) -> Organisation:
        """Put every row in and return the organisation."""
        for table, names, some in rows.read(path):
            model = self.by_table[table]
            made = [self._make(model, dict(zip(names, values, strict=True))) for values in some]
            before = [one.pk for one in made]
            numbered = model._meta.pk.get_internal_type() in ("AutoField", "BigAutoField")
            if numbered:
                for one in made:
                    one.pk = None
            selfish = [one for one in _foreign(model) if one.related_model is model]
            if selfish:  # row by row: a later one may refer to an earlier one
                for old, one in zip(before, made, strict=True):
                    for field in selfish:
                        value = getattr(one, field.attname)
                        setattr(one, field.attname, self.now.get((model, value), value))
                    one.save(force_insert=True)
                    self.now[model, old] = one.pk
            else:
                made = model._base_manager.bulk_create(made, batch_size=rows.BATCH)
            if numbered:
                self.now |= {(model, old): one.pk for old, one in zip(before, made, strict=True)}
            if model is Organisation:
                self.organisation = made[0]
        return self.organisation

    def _make(self, model: type[models.Model], values: dict[str, Any]) -> Any:
        for field in _foreign(model):
            value = values[field.attname]
            if field.related_model is Permission:
                values[field.attname] = self.rights[value]
            elif field.related_model is not model:
                values[field.attname] = self.now.get((field.related_model, value), value)
        if model._meta.db_table == ENTRIES:
            values["mac"] = entry_mac(
                settings.ENTRY_KEY.encode(),
                self.organisation.ref,
                values["log"],
                values["index"],
                values["body"],
            )
        if model is StaffKey:
            ref = Staff.objects.values_list("ref", flat=True).get(pk=values["staff_id"])
            values["totp_sealed"] = _reseal(values["totp_sealed"], ref, self.key, settings.SECRET_KEY)
        return model(**values)
