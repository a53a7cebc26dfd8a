"""Removing what must not be kept: nobody opens it again, and nobody can do it in silence."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from cases.models import Record, SearchEntry
from tests.audit.test_export import outsider
from tests.desk_tools.test_junk_and_twins import merged, twins
from tests.domain.removal.conftest import CANARY, card, everything, removed, witness
from tests.domain.test_desk import refusal
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.audit.tasks import publish_and_show
from whistle.audit.verify import verify
from whistle.client import package
from whistle.client.desk import OpenCase
from whistle.client.errors import ClientError
from whistle.client.reporter import Sent
from whistle.operations import backup, restore
from whistle.store import blobs
from whistle.store.models import Item, ItemHeader, Removal
from whistle.store.services import inspection
from whistle.vault.item import Kind


def test_nobody_opens_it_again_with_every_key_in_hand_and_a_restored_backup_neither(
    watched_town: Town,
    told: tuple[Sent, OpenCase],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent, case = told
    SearchEntry.objects.create(
        case=watched_town.newest(),
        staff=watched_town.people["berit"].staff,
        version=3,
        header=bytes(56),
        body=b"x",
    )
    monkeypatch.setattr(backup, "snapshot", nullcontext)  # the test's own transaction is one
    backup.make(tmp_path)
    files = {row.blob: blobs.read(row.blob) for row in Item.objects.all()}
    headers = {row.pk: bytes(row.octets) for row in ItemHeader.objects.all()}

    with django_capture_on_commit_callbacks(execute=True):
        for thing in everything(case):
            removed(watched_town, case, [thing], "special_category")

    gone = list(Item.objects.exclude(removal=None))
    assert sorted(item.kind for item in gone) == [Kind.MESSAGE, Kind.ATTACHMENT, Kind.DESCRIPTION, Kind.NOTE]
    assert not ItemHeader.objects.filter(item__in=gone).exists()
    assert not [item for item in gone if (settings.BLOBS / item.blob).exists()]
    assert not SearchEntry.objects.exists(), "search words were made of it"
    for reader in (watched_town.open("berit"), case):
        assert CANARY not in str([box.opened for box in reader.boxes.values()])
        path = f"boxes/{case.boxes['mailbox'].box_id.hex()}/items/{_attachment(gone).item_id}/body"
        assert refusal(reader.desk.server.octets, "GET", path).status == 404
    mailbox = watched_town.mailbox(sent)
    assert CANARY not in str(mailbox.messages)
    asked = {**mailbox.code, "item_id": _attachment(gone).item_id}
    assert refusal(mailbox.reporter.server.octets, "POST", "mailbox/body", asked).status == 404
    assert inspection.look().damaged == (), "a tombstone is no damage"
    assert restore.sample(100) == []
    kept = backup.make(tmp_path / "later")
    assert (kept.blobs, kept.missing) == (len(files) + 3 - len(gone), ()), (
        "three records came, four things went"
    )

    # the server burns down, and comes back as it was before
    Removal.objects.all().delete()
    for item in gone:
        ItemHeader.objects.create(item_id=item.pk, octets=headers[item.pk])
        blobs.put(item.blob, _file(tmp_path / item.pk, files[item.blob]))
    case.refresh()
    assert CANARY in str(case.messages), "so it could be opened again"
    with django_capture_on_commit_callbacks(execute=True):
        assert restore.remove_again(watched_town.organisation) == len(gone)
    case.refresh()
    assert CANARY not in str([box.opened for box in case.boxes.values()])
    assert not [item for item in gone if (settings.BLOBS / item.blob).exists()]
    assert {(row.ground, row.by, row.agreed) for row in Removal.objects.all()} == {
        ("special_category", watched_town.people["ingrid"].staff.ref, watched_town.people["berit"].staff.ref)
    }
    assert restore.remove_again(watched_town.organisation) == 0


def test_tombstone_stands_with_colleagues_with_the_reporter_in_the_log_and_in_the_sealed_package(
    watched_town: Town, told: tuple[Sent, OpenCase], tmp_path: Path
) -> None:
    sent, case = told
    number = case.remove([case.messages[1]], "third_person", "About somebody else.")
    assert refusal(case.agree, "removal", number).code == "step.needs_second"
    assert CANARY in str(case.messages), "one person alone removes nothing"
    watched_town.open("berit").agree("removal", number)
    witness(watched_town)
    case.refresh()

    ingrid, berit = (watched_town.people[name].staff for name in ("ingrid", "berit"))
    mailbox = watched_town.mailbox(sent)
    for seen in (case.messages[1], next(each for each in mailbox.messages if each.removed)):
        assert seen.removed is not None
        assert (seen.body, seen.role, seen.author) == ({}, 1, "")
        assert (seen.removed["ground"], seen.removed["by"], seen.removed["agreed"]) == (
            "third_person", ingrid.ref, berit.ref,
        )  # fmt: skip
        assert seen.removed["size"] > len(CANARY)
    assert {each["name"] for each in mailbox.wire["removers"]} == {ingrid.name, berit.name}
    assert next(row for row in case.records if row.kind == "removal").done_on

    [said] = [
        read.fields for read in audit.entries(watched_town.organisation, "desk", acts=("item.removed",))
    ]
    assert (said["actor"], said["d"]["by"]) == (berit.log_name, ingrid.log_name)
    assert (said["d"]["what"], said["d"]["ground"], "author" in said["d"]) == (
        "message",
        "third_person",
        False,
    )
    page = (
        watched_town.desk("berit")
        .server.transport("GET", f"/desk/cases/{case.reference}/", b"", {})[1]
        .decode()
    )
    assert "Innholdet i én ting i en sak ble fjernet: Melding" in page

    sealed = tmp_path / "case.zip"
    sealed.write_bytes(case.desk.server.octets("GET", f"cases/{case.reference}/package"))
    opened = [each for _kind, each, _octets in package.read(sealed, case.desk.keys.kem)]
    assert [each.removed is not None for each in opened].count(True) == 1
    package.write(package.read(sealed, case.desk.keys.kem), tmp_path / "out")
    assert "third_person" in (tmp_path / "out" / "case.json").read_text()

    mailbox.reply("I go on writing.")
    watched_town.worker()
    assert watched_town.open("berit").messages[-1].body["text"] == "I go on writing."
    publish_and_show(watched_town.organisation)
    assert verify(watched_town.organisation).faults == []


def test_reporter_without_script_reads_who_removed_what_and_why(
    watched_town: Town, told: tuple[Sent, OpenCase], client: Any
) -> None:
    sent, case = told
    removed(watched_town, case, [card(case)], "special_category")
    page = client.post("/plain/en/mailbox/", {"code": sent.code})
    text = " ".join(page.content.decode().split())
    assert "was removed by Ingrid Solvang, and Berit Nyhus agreed" in text
    assert "it was about health or other sensitive matters, and was not needed" in text
    assert "list.txt" not in text


def test_server_that_hides_something_by_itself_is_found_out(
    watched_town: Town, told: tuple[Sent, OpenCase]
) -> None:
    sent, case = told
    item = Item.objects.get(item_id=case.messages[1].item_id)
    staff = watched_town.people["berit"].staff
    from whistle.audit import services

    with services.atomic():
        services.record("pad", organisation=watched_town.organisation)
        Removal.objects.create(
            item=item, ground="not_relevant", by=staff.ref, agreed=staff.ref, on_date=item.on_date
        )
    for look in (case.refresh, lambda: watched_town.mailbox(sent)):
        with pytest.raises(ClientError) as found:
            look()
        assert found.value.code == "client.buried"


def test_in_a_case_of_two_reporters_each_sees_their_own_and_a_hold_on_either_keeps_both(
    watched_town: Town, tmp_path: Path
) -> None:
    sent, (first, second) = twins(watched_town)
    for name in ("ingrid", "berit"):
        watched_town.open(name, first), watched_town.open(name, second)
    watched_town.mailbox(sent[1]).reply(CANARY)
    watched_town.worker()
    watched_town.open("ingrid", second).answer("Read.")
    watched_town.open("ingrid", second).record(
        "hold", {"why": "police", "state": "on"}, due_on="2027-01-31", reason="x"
    )
    second.refresh_from_db()
    merged(watched_town, second, first)
    case = watched_town.open("ingrid", first)
    stray = next(each for each in case.messages if each.body["text"] == CANARY)
    assert refusal(case.remove, [stray], "not_relevant", "So.").code == "removal.held"
    Record.objects.filter(kind="hold").update(done_on="2026-11-24")
    removed(watched_town, case, [stray])

    assert CANARY not in str(case.messages)
    assert [any(each.removed for each in watched_town.mailbox(one).messages) for one in sent] == [False, True]
    case.record("task", {"state": "open"}, what=CANARY)
    case.record("task", {"state": "done"}, number=1, what=CANARY)
    tasks = set(Record.objects.filter(kind="task").values_list("item_id", flat=True))
    removed(watched_town, case, [each for each in case.boxes["room"].opened if each.item_id in tasks])
    told = list(audit.entries(watched_town.organisation, "desk", acts=("item.removed",)))
    assert [read.fields["case"] for read in told] == [second.log_ref, first.log_ref, first.log_ref]
    shown = (
        watched_town.desk("ingrid")
        .server.transport("GET", f"/desk/cases/{case.reference}/", b"", {})[1]
        .decode()
    )
    assert "Innholdet i én ting" in shown
    publish_and_show(watched_town.organisation)
    call_command("export_log", str(tmp_path / "export"), organisation="fjellvik")
    status, found = outsider(tmp_path / "export")
    assert (status, found["faults"]) == (0, []), json.dumps(found["faults"])


def _attachment(items: list[Item]) -> Item:
    return next(item for item in items if item.kind == Kind.ATTACHMENT)


def _file(path: Path, octets: bytes) -> Path:
    path.write_bytes(octets)
    return path
