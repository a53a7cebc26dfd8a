"""Deleting a case destroys its keys: with everything else kept, nobody can open it, and the log still verifies."""

import gzip
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cases.models import Case
from cases.services import shred
from tests.keys.test_keys_are_taken import code_of
from tests.town import Town, photo
from tests.watching import Watcher
from whistle.audit import selectors as audit
from whistle.audit import stakes
from whistle.audit.tasks import carry_out_witnessed, publish_and_show
from whistle.audit.verify import verify
from whistle.client.desk import OpenCase
from whistle.client.reporter import Sent
from whistle.core import clock
from whistle.operations import backup
from whistle.store.models import Box, Item, ItemHeader, ReporterAccess, Seal
from whistle.vault import seal
from whistle.vault.errors import VaultError
from whistle.vault.item import Context, open_item
from whistle.vault.keys import KemPair


def ready(town: Town) -> tuple[Sent, OpenCase]:
    """Return a closed case whose time is over."""
    sent = town.report("A dinner for everybody.", files=[photo()])
    case = town.open("ingrid")
    case.note("Seen.")
    case.record("retention", {"class": "unfounded", "basis": "own_rule"}, reason="Six months.")
    past = clock.today().replace(year=clock.today().year - 2)
    Case.objects.filter(pk=town.newest().pk).update(state="closed", outcome="unfounded", closed_on=past)
    case.refresh()
    return sent, case


def deleted(town: Town, case: OpenCase) -> None:
    """Let two people delete the case, and a witness see it."""
    town.propose_deletion(case.reference)
    second = town.open("berit", Case.objects.get(reference=case.reference))
    town.desk("berit").server.post(
        f"cases/{case.reference}/decide", {"version": second.card["version"], "confirm": True}
    )
    publish_and_show(town.organisation)
    carry_out_witnessed()


def test_case_cannot_be_opened_from_records_and_files_with_every_key_there_is(
    watched_town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent, case = ready(watched_town)
    kept = tmp_path / "backup"
    monkeypatch.setattr(backup, "snapshot", nullcontext)  # the test's own transaction is one
    backup.make(kept)
    box_keys = {box.box_id.hex(): dict(box.keys) for box in case.boxes.values()}
    items = list(Item.objects.select_related("box").all())
    contexts = {item.item_id: _context(watched_town, item) for item in items}
    headers = {bytes(row.octets) for row in ItemHeader.objects.all()}
    seals = {bytes(row.sealed) for row in Seal.objects.all()}
    assert len(items) >= 4

    with django_capture_on_commit_callbacks(execute=True):
        deleted(watched_town, case)

    assert not Case.objects.exists()
    assert not Box.objects.exists()
    assert not Seal.objects.exists()
    assert not ItemHeader.objects.exists()
    assert not ReporterAccess.objects.exists()
    assert not [path for path in settings.BLOBS.rglob("*") if path.is_file()]
    # what a thief of the long-lived backups has, with the box's own keys and everybody's besides
    records = b"".join(gzip.decompress(path.read_bytes()) for path in (kept / "records").glob("*.gz"))
    for secret in headers | seals:
        for form in (secret, secret.hex().encode(), _b64(secret)):
            assert form not in records
    files = {path.relative_to(kept / "blobs").as_posix(): path for path in (kept / "blobs").rglob("*")}
    for item in items:
        octets = _unpacked(files[item.blob])
        for key in box_keys[item.box.box_id].values():
            with pytest.raises(VaultError):
                open_item(key, contexts[item.item_id], octets[:56], octets)
    assert code_of(watched_town.reporter().mailbox, sent.code) == "mailbox.unknown"


def test_log_verifies_after_a_deletion_and_says_how_much_it_holds_about_the_case(watched_town: Town) -> None:
    _sent, case = ready(watched_town)
    reference = watched_town.newest().log_ref

    deleted(watched_town, case)
    publish_and_show(watched_town.organisation)

    entries = list(audit.entries(watched_town.organisation, "desk", case=reference))
    last = entries[-1].fields
    assert (last["act"], last["d"]["ground"]) == ("case.shredded", "unfounded")
    assert last["d"]["desk"] == len(entries) - 1
    assert last["d"]["channel"] == audit.count_of_case(watched_town.organisation, "channel", reference)
    told = [read.fields["act"] for read in entries]
    assert told.index("step.proposed") < told.index("case.moved") < told.index("act.approved")
    assert verify(watched_town.organisation).faults == []


def test_one_person_alone_deletes_nothing(watched_town: Town) -> None:
    _sent, case = ready(watched_town)
    assert code_of(case.step, "delete") == "step.lacks", "whoever works on it cannot so much as propose it"
    watched_town.propose_deletion(case.reference)
    case.refresh()

    unni = watched_town.desk("unni").server
    said = {"version": case.card["version"], "confirm": True}
    assert code_of(unni.post, f"cases/{case.reference}/decide", said) == "request.absent"
    publish_and_show(watched_town.organisation)
    carry_out_witnessed()
    assert Seal.objects.exists()


def test_nothing_is_deleted_while_no_witness_has_seen_it(watched_town: Town, watcher: Watcher) -> None:
    _sent, case = ready(watched_town)
    watcher.stop()

    watched_town.propose_deletion(case.reference)
    town = watched_town
    second = town.open("berit")
    second.decide()
    carry_out_witnessed()

    assert Seal.objects.exists()
    assert town.open("ingrid").messages


def test_without_a_witness_outside_the_step_is_refused(town: Town) -> None:
    _sent, case = ready(town)
    town.propose_deletion(case.reference)
    second = town.open("berit")

    assert code_of(second.decide) == "audit.no_witness"
    assert town.newest().state == "closed"


def test_hold_that_came_after_the_decision_keeps_the_case(watched_town: Town) -> None:
    _sent, case = ready(watched_town)
    watched_town.propose_deletion(case.reference)
    second = watched_town.open("berit")
    second.decide()
    hold = {"why": "police", "state": "on"}
    Case.objects.update(state="closed")
    case.refresh()
    case.record("hold", hold, due_on=clock.today().isoformat(), reason="They asked us to keep it.")
    Case.objects.update(state="deleted")

    publish_and_show(watched_town.organisation)
    carry_out_witnessed()

    assert Seal.objects.exists()
    assert not stakes.pending(watched_town.organisation, act="case.shredded")
    assert shred.put_back(watched_town.organisation) == 1
    assert watched_town.newest().state == "closed"
    assert shred.put_back(watched_town.organisation) == 0


def test_word_of_the_reporter_that_nobody_has_seen_yet_keeps_a_case_two_people_had_decided_to_delete(
    watched_town: Town,
) -> None:
    sent, case = ready(watched_town)
    watched_town.propose_deletion(case.reference)
    watched_town.open("berit").decide()
    watched_town.mailbox(sent).reply("I have found the invoices.")  # the worker has not looked since

    publish_and_show(watched_town.organisation)
    carry_out_witnessed()
    watched_town.worker()
    shred.put_back(watched_town.organisation)

    assert watched_town.newest().state == "closed"
    assert watched_town.open("ingrid").messages[-1].body["text"] == "I have found the invoices."
    assert watched_town.newest().reporter_waits_since is not None


def test_word_of_the_reporter_while_a_deletion_is_proposed_makes_two_people_decide_anew(
    watched_town: Town,
) -> None:
    sent, case = ready(watched_town)
    watched_town.propose_deletion(case.reference)
    second = watched_town.open("berit")
    watched_town.mailbox(sent).reply("I have found the invoices.")
    assert code_of(second.decide) == "step.lacks", "a second before the worker looks"

    watched_town.worker()
    watched_town.open("ingrid").answer("Thank you, we have read it.")
    second.refresh()

    assert code_of(second.decide) == "step.unknown", "what was decided before the word came is decided anew"
    [stopped] = list(audit.entries(watched_town.organisation, "desk", acts=("deletion.stopped",)))
    assert len(stopped.fields["at"]) == 10, "a time would be that of the reporter's writing"
    watched_town.propose_deletion(watched_town.open("ingrid").reference)
    second.refresh()
    second.decide()


def test_stranger_deletes_nothing_and_strangers_cases_stay(watched_town: Town, other_town: Town) -> None:
    other_town.report("Elsewhere.")
    theirs = other_town.newest()
    _sent, case = ready(watched_town)

    assert code_of(
        other_town.desk("anne").server.post, f"cases/{case.reference}/steps/delete", {"version": 1}
    )
    deleted(watched_town, case)

    assert other_town.open("anne", theirs).messages[0].body["text"] == "Elsewhere."


def test_seed_of_the_recovery_key_opens_nothing_either(watched_town: Town) -> None:
    _sent, case = ready(watched_town)
    box = next(iter(case.boxes.values()))
    pairs = [KemPair.from_seed(seed) for seed in watched_town.ceremony.recovery_seeds.values()]

    deleted(watched_town, case)

    for pair in pairs:
        with pytest.raises(VaultError):
            seal.open(bytes(1168), pair, box.trust.org, box.box_id, 1)
    assert not Seal.objects.filter(holder="recovery").exists()


def _context(town: Town, item: Item) -> Context:
    org, box_id = town.organisation.ref_bytes, bytes.fromhex(item.box.box_id)
    return Context(item.kind, org, box_id, item.epoch, bytes.fromhex(item.item_id), item.role, item.seq)


def _unpacked(path: Path) -> bytes:
    octets = path.read_bytes()
    return gzip.decompress(octets) if octets[:2] == b"\x1f\x8b" else octets


def _b64(octets: bytes) -> bytes:
    import base64

    return base64.b64encode(octets)
