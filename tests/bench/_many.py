"""Fills an installation with many cases, backs it up, restores it: the work that `tests.bench.backup` measures."""

import datetime
import hashlib
import os
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from cases.models import Case, CaseBox  # noqa: E402
from whistle.audit import services as audit  # noqa: E402
from whistle.audit.publisher import publish_all, start_log  # noqa: E402
from whistle.core.ids import new_id  # noqa: E402
from whistle.organisations.models import Organisation  # noqa: E402
from whistle.store import blobs  # noqa: E402
from whistle.store.models import Box, Item, ItemHeader, ReporterAccess, Seal  # noqa: E402
from whistle.vault import item as envelope  # noqa: E402

TODAY = datetime.date(2026, 11, 2)
ITEMS, SEALS, BATCH = 5, 6, 250


def make(count: int) -> None:
    """Fill an empty installation."""
    call_command("migrate", verbosity=0)
    one = Organisation.objects.create(slug="bench", name="Bench", log_origin="bench.example", live=True)
    for log in ("desk", "channel"):
        start_log(one, log)
    audit.adopt_registry(one)
    for first in range(0, count, BATCH):
        some(one, min(BATCH, count - first))
    publish_all(one)


def some(one: Organisation, count: int) -> None:
    """Add some cases in one transaction."""
    boxes, seals, items, headers, readers, links, cases = [], [], [], [], [], [], []
    for _ in range(count):
        case = Case(organisation=one, log_ref=new_id(), received_on=TODAY)
        cases.append(case)
        for kind in ("mailbox", "room"):
            box = Box(
                box_id=new_id(), organisation=one, kind=kind, nonce=os.urandom(16), kem_pub=os.urandom(1216),
                sig_pub=os.urandom(32), made_on=TODAY,
                log_ref=case.log_ref if kind == "mailbox" else new_id(),
            )  # fmt: skip
            boxes.append(box)
            links.append(CaseBox(case=case, box=box))
            seals += [
                Seal(box=box, epoch=1, key_id=new_id(), holder="staff", sealed=os.urandom(1168))
                for _ in range(SEALS)
            ]
            if kind == "mailbox":
                hashed = [hashlib.sha256(os.urandom(16)).hexdigest() for _ in range(2)]
                readers.append(ReporterAccess(box=box, lookup_hash=hashed[0], auth_hash=hashed[1]))
        for place in range(ITEMS):
            row, header = sealed(one, boxes[-2], place + 1)
            items.append(row)
            headers.append(header)
    with audit.atomic():
        Box.objects.bulk_create(boxes)
        Seal.objects.bulk_create(seals)
        Item.objects.bulk_create(items)
        ItemHeader.objects.bulk_create(headers)
        ReporterAccess.objects.bulk_create(readers)
        Case.objects.bulk_create(cases)
        for link in links:
            link.case_id = link.case.pk
        CaseBox.objects.bulk_create(links)
        for case in cases:
            audit.record(
                "report.received", organisation=one, log="channel", actor="reporter", role="reporter",
                case=case.log_ref, item="0" * 64, readers=SEALS, form="sealed",
            )  # fmt: skip
            audit.record("case.opened", organisation=one, case=case.log_ref, coarse=True, readers=SEALS)


def sealed(one: Organisation, box: Box, place: int) -> tuple[Item, ItemHeader]:
    """Return an item of noise whose hash is right."""
    item_id, octets, header = os.urandom(16), os.urandom(envelope.body_size(1500)), os.urandom(56)
    context = envelope.Context(1, one.ref_bytes, bytes.fromhex(box.box_id), 1, item_id, 1, place)
    row = Item(
        item_id=item_id.hex(), box=box, position=place, kind=1, epoch=1, role=1, seq=place,
        item_hash=envelope.item_hash(context, header, octets).hex(), blob=blobs.keep([octets]),
        size=len(octets), on_date=TODAY,
    )  # fmt: skip
    return row, ItemHeader(item=row, octets=header)


if __name__ == "__main__":
    act, *rest = sys.argv[1:]
    if act == "make":
        os.fsync = lambda _descriptor: None  # the noise need not survive a power cut
        make(int(rest[0]))
    elif act == "migrate":
        call_command("migrate", verbosity=0)
    else:
        call_command(act, Path(rest[0]))
