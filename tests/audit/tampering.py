"""Eleven ways to cheat with the rows, each tried in a transaction that is rolled back afterwards."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tests.audit.lab import organisation, write
from whistle.audit.entries import entry_mac
from whistle.audit.folders import key_path, log_folder, memory_path, origin
from whistle.audit.models import Entry
from whistle.audit.publisher import PublisherHalted, publish, publish_all
from whistle.audit.verify import verify
from whistle.core import canonical
from whistle.tlog import checkpoint, keys
from whistle.tlog.tile_reader import TileReader, read_checkpoint
from whistle.tlog.tile_writer import TileWriter
from whistle.tlog.tiles import ENTRIES, Tile

PLACE = 40  # the entry that is meddled with
SIZE = 300


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def disarm() -> None:
    """What the owner of the database can do, and nobody else: take the triggers away."""
    if connection.vendor == "postgresql":
        sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        return
    for name in ("audit_entry_no_update", "audit_entry_no_delete", "audit_entry_in_order"):
        sql(f"DROP TRIGGER {name}")


def body_of(index: int) -> bytes:
    return bytes(Entry.objects.get(log="desk", index=index).body)


def put(index: int, body: bytes) -> None:
    sql("UPDATE audit_entry SET body = %s WHERE log = 'desk' AND \"index\" = %s", body, index)


def changed(index: int, **fields: Any) -> bytes:
    return canonical.encode({**canonical.decode(body_of(index)), **fields})


# ——— what an owner of the database does ———


def alter() -> None:
    put(PLACE, changed(PLACE, actor="0" * 32))


def swap() -> None:
    one, two = body_of(PLACE), body_of(PLACE + 1)
    put(PLACE, two)
    put(PLACE + 1, one)


def drop() -> None:
    sql("DELETE FROM audit_entry WHERE log = 'desk' AND \"index\" = %s", PLACE)


def drop_and_close_the_gap() -> None:
    drop()
    for index in range(PLACE + 1, SIZE):
        sql('UPDATE audit_entry SET "index" = %s WHERE log = \'desk\' AND "index" = %s', index - 1, index)


def insert() -> None:
    row = Entry.objects.get(log="desk", index=PLACE)
    for index in range(SIZE - 1, PLACE - 1, -1):
        sql('UPDATE audit_entry SET "index" = %s WHERE log = \'desk\' AND "index" = %s', index + 1, index)
    row.pk, row.body = None, changed(PLACE + 1, n="ab" * 16)
    row.save(force_insert=True)


def truncate() -> None:
    sql("DELETE FROM audit_entry WHERE log = 'desk' AND \"index\" >= %s", SIZE - 20)


def back_date() -> None:
    put(PLACE, changed(PLACE, at="2020-01-01T00:00:00Z"))
    sql("UPDATE audit_entry SET at = '2020-01-01T00:00:00Z' WHERE log = 'desk' AND \"index\" = %s", PLACE)


def hide_from_search() -> None:
    sql("UPDATE audit_entry SET \"case\" = '' WHERE log = 'desk' AND \"index\" = %s", PLACE)


# ——— what somebody with the disk does ———


def folder() -> Path:
    return log_folder(organisation(), "desk")


def edit_tile() -> None:
    path = folder() / Tile(0, 0).path()
    raw = bytearray(path.read_bytes())
    raw[PLACE * 32] ^= 1
    path.write_bytes(raw)


def edit_bundle() -> None:
    path = folder() / Tile(ENTRIES, 0).path()
    path.write_bytes(path.read_bytes().replace(b'"role":"handler"', b'"role":"hindler"', 1))


def edit_checkpoint() -> None:
    path = folder() / "checkpoint"
    path.write_text(path.read_text().replace(f"\n{SIZE}\n", f"\n{SIZE - 1}\n", 1))


def signed_by(private: list[Any], entries: list[bytes]) -> None:
    """Replace the published log by one of these entries, signed with these keys."""
    shutil.rmtree(folder() / "tile")
    (folder() / "checkpoint").unlink()
    with TileWriter(folder()) as writer:
        size, root = writer.append(entries)
        head = checkpoint.Checkpoint(origin(organisation(), "desk"), size, root)
        writer.write_checkpoint(checkpoint.sign(head, private, at=0))


def wrong_key() -> None:
    strange = keys.signer(keys.generate(origin(organisation(), "desk"), 1))
    entries = list(TileReader(folder(), SIZE).entries())
    signed_by([strange], entries)
    (folder() / "log.vkey").write_text(f"{strange.public}\n")


def fork() -> None:
    """Everything the server knows is used: the log's key, the MAC key, the database."""
    alter()
    forged = body_of(PLACE)
    mac = entry_mac(settings.ENTRY_KEY.encode(), organisation().ref, "desk", PLACE, forged)
    sql("UPDATE audit_entry SET mac = %s WHERE log = 'desk' AND \"index\" = %s", mac, PLACE)
    entries = list(TileReader(folder(), SIZE).entries())
    entries[PLACE] = forged
    signed_by(keys.read_key_file(key_path(organisation(), "desk")), entries)


def roll_back() -> None:
    truncate()
    entries = list(TileReader(folder(), SIZE).entries(0, SIZE - 20))
    signed_by(keys.read_key_file(key_path(organisation(), "desk")), entries)


KINDS: dict[str, Callable[[], None]] = {
    "alter": alter, "swap": swap, "drop": drop, "drop and close the gap": drop_and_close_the_gap,
    "insert": insert, "truncate": truncate, "back-date": back_date, "hide from search": hide_from_search,
    "tile edit": edit_tile, "bundle edit": edit_bundle, "checkpoint edit": edit_checkpoint,
    "wrong key": wrong_key, "fork with the real key": fork, "rollback": roll_back,
}  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """Let nothing of the block remain, neither rows nor files."""
    kept = settings.DATA / "kept"
    for name in ("logs", "logkeys"):
        shutil.copytree(settings.DATA / name, kept / name)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for name in ("logs", "logkeys"):
            shutil.rmtree(settings.DATA / name)
            (kept / name).rename(settings.DATA / name)


def prepare() -> list[str]:
    """Write and publish SIZE entries; return what verification says of them."""
    import random

    one, chance = organisation(), random.Random(1)
    count = Entry.objects.filter(log="desk").count()
    while count < SIZE:
        write(one, min(2, SIZE - count), chance)
        count = Entry.objects.filter(log="desk").count()
        if count in (100, 101):
            publish_all(one)
    publish_all(one)
    return [str(fault) for fault in verify(one).faults]


def publisher_says() -> str:
    """Whether the publisher would go on signing."""
    try:
        publish(organisation(), "desk")
    except PublisherHalted as halted:
        return halted.code
    return "signed"


def matrix() -> dict[str, Any]:
    """Try every kind; return for each the faults found and what the publisher does with it."""
    found: dict[str, Any] = {"untouched": prepare()}
    for name, tamper in KINDS.items():
        with undone():
            disarm()
            tamper()
            faults = sorted({(fault.kind, fault.index) for fault in verify(organisation()).faults}, key=str)
            found[name] = {"faults": faults, "publisher": publisher_says()}
    found["untouched again"] = [str(fault) for fault in verify(organisation()).faults]
    return found


def injected() -> dict[str, str]:
    """A row somebody put in after what was signed: the publisher must not sign it."""
    with undone():
        row = Entry.objects.filter(log="desk").latest("index")
        row.pk, row.index = None, row.index + 1
        row.save(force_insert=True)
        before = read_checkpoint(folder())
        said = publisher_says()
        return {"publisher": said, "checkpoint": "same" if read_checkpoint(folder()) == before else "new"}


def restored() -> dict[str, str]:
    """Database and log come from an older backup, the publisher's own memory does not: it must notice."""
    with undone():
        disarm()
        kept = memory_path(organisation(), "desk").read_bytes()
        roll_back()
        memory_path(organisation(), "desk").write_bytes(kept)
        return {"publisher": publisher_says()}
