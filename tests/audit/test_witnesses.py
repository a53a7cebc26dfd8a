"""Whoever rewrites the log is found out by the witness, and people who are not the administrator hear of it."""

import shutil
from datetime import timedelta

import pytest
from django.core import mail

from tests.town import Town
from tests.watching import Watcher
from whistle.access.services.alarms import tell
from whistle.audit import alarms, selectors
from whistle.audit import services as audit
from whistle.audit.folders import halt_path, key_path, log_folder, memory_path, origin, outside_folder
from whistle.audit.models import Alarm, Entry
from whistle.audit.outside import SILENCE_SECONDS, outside_checkpoint
from whistle.audit.tasks import publish_and_show
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.tlog import checkpoint, keys
from whistle.tlog.tile_reader import TileReader, read_checkpoint
from whistle.tlog.tile_writer import TileWriter


def rewrite(town: Town, log: str, entries: list[bytes]) -> None:
    """Make another history with the real key, and let the server forget that there was one."""
    organisation = town.organisation
    folder = log_folder(organisation, log)
    shutil.rmtree(folder / "tile")
    (folder / "checkpoint").unlink()
    memory_path(organisation, log).unlink()
    shutil.rmtree(outside_folder(organisation, log))
    with TileWriter(folder) as writer:
        size, root = writer.append(entries)
        head = checkpoint.Checkpoint(origin(organisation, log), size, root)
        writer.write_checkpoint(checkpoint.sign(head, keys.read_key_file(key_path(organisation, log)), at=0))


def history(town: Town, log: str = "desk") -> list[bytes]:
    signed = read_checkpoint(log_folder(town.organisation, log))
    size = int(signed.split(b"\n")[1])
    return list(TileReader(log_folder(town.organisation, log), size).entries())


def test_a_fork_signed_with_the_real_key_raises_an_alarm(watched: Town) -> None:
    entries = history(watched)
    entries[3] = entries[3].replace(b'"v":1', b'"v":2')
    rewrite(watched, "desk", entries)

    publish_and_show(watched.organisation)

    alarm = alarms.waiting(watched.organisation)[0]
    assert (alarm.kind, alarm.log, alarm.witness) == ("forked", "desk", "committee")
    assert outside_checkpoint(watched.organisation, "desk") is None  # nothing newer is shown outside


def test_a_rollback_signed_with_the_real_key_raises_an_alarm(watched: Town) -> None:
    rewrite(watched, "channel", history(watched, "channel")[:1])
    from django.db import connection

    with connection.cursor() as cursor:  # the database was rolled back, too
        cursor.execute("DROP TRIGGER audit_entry_no_delete")
        cursor.execute("DELETE FROM audit_entry WHERE log = 'channel' AND \"index\" > 0")

    publish_and_show(watched.organisation)

    alarm = alarms.waiting(watched.organisation)[0]
    assert (alarm.kind, alarm.log) == ("rolled_back", "channel")
    assert alarm.size == 3 or alarm.size > 1


def test_the_mail_goes_to_auditor_and_leader_and_says_nothing(watched: Town, other_town: Town) -> None:
    for town in (watched, other_town):
        for enrolled in town.people.values():
            type(enrolled.staff).objects.filter(pk=enrolled.staff.pk).update(
                email=f"{enrolled.person.username}@{town.organisation.slug}.example"
            )
    alarms.raise_alarm(watched.organisation, alarms.Kind.FORKED, log="desk", witness="committee", size=7)

    sent = tell()
    again = tell()

    told = {address.partition(".")[0] for message in mail.outbox for address in message.to}
    assert (sent, again) == (len(mail.outbox), 0)
    assert told == {"ingrid", "berit", "randi"}  # two leaders and the auditor
    assert all(address.endswith("@fjellvik.example") for message in mail.outbox for address in message.to)
    assert not any("nils" in address for message in mail.outbox for address in message.to)
    assert "fork" not in "".join(message.subject + message.body for message in mail.outbox).lower()


def test_the_same_alarm_is_raised_once_until_it_is_answered(watched: Town) -> None:
    organisation = watched.organisation
    raised = [
        alarms.raise_alarm(organisation, alarms.Kind.FORKED, log="desk", witness="committee")
        for _ in range(2)
    ]
    alarm = alarms.waiting(organisation)[0]

    alarms.answer(organisation, alarm.pk, actor="ab" * 16, role="auditor", finding="explained")

    assert raised == [True, False]
    assert alarms.waiting(organisation) == []
    with pytest.raises(DomainError, match="no_alarm"):
        alarms.answer(organisation, alarm.pk, actor="ab" * 16, role="auditor", finding="explained")
    acts = [read.fields["act"] for read in selectors.entries(organisation, "desk")]
    assert acts[-2:] == ["alarm.raised", "alarm.answered"]


def test_a_stranger_cannot_answer_another_towns_alarm(watched: Town, other_town: Town) -> None:
    alarms.raise_alarm(watched.organisation, alarms.Kind.FORKED, log="desk")
    alarm = alarms.waiting(watched.organisation)[0]

    with pytest.raises(DomainError, match="no_alarm"):
        alarms.answer(other_town.organisation, alarm.pk, actor="cd" * 16, role="auditor", finding="explained")


def test_a_publisher_that_halts_tells_people_and_adds_nothing_to_the_log(watched: Town) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_entry_no_delete")
        cursor.execute("DELETE FROM audit_entry WHERE log = 'desk' AND \"index\" > 5")
    size = Entry.objects.count()

    assert not publish_and_show(watched.organisation)

    assert Alarm.objects.get().kind == "halted"
    assert Entry.objects.count() == size
    assert "signed" in halt_path(watched.organisation).read_text()


def test_a_witness_that_is_away_is_no_alarm_for_a_day(watched: Town, watcher: Watcher) -> None:
    watcher.stop()
    watched.report("While the witness was away.")
    shown = outside_checkpoint(watched.organisation, "desk")
    assert publish_and_show(watched.organisation)
    assert outside_checkpoint(watched.organisation, "desk") == shown  # nothing is shown that nobody saw
    assert alarms.waiting(watched.organisation) == []

    with clock.standing_at(clock.now() + timedelta(seconds=SILENCE_SECONDS + 60)):
        publish_and_show(watched.organisation)

    assert [alarm.kind for alarm in alarms.waiting(watched.organisation)] == ["silent"]


def test_entries_go_on_while_no_witness_answers(watched: Town, watcher: Watcher) -> None:
    """A dead witness, like a dead publisher, never stops a report."""
    watcher.stop()

    sent = watched.report("Sent all the same.")

    assert watched.mailbox(sent).messages[0].body["text"] == "Sent all the same."
    with audit.atomic():
        audit.record("probe.passed", organisation=watched.organisation)


def test_an_alarm_that_somebody_closed_in_the_database_comes_back_and_an_answered_one_does_not(
    watched: Town, other_town: Town
) -> None:
    organisation = watched.organisation
    for kind in (alarms.Kind.FORKED, alarms.Kind.SILENT):
        alarms.raise_alarm(organisation, kind, log="desk", witness="committee", size=7)
    silent = Alarm.objects.get(kind="silent")
    alarms.answer(organisation, silent.pk, actor="ab" * 16, role="auditor", finding="explained")
    Alarm.objects.filter(kind="forked").update(answered_at=clock.now())  # no entry says so

    assert (alarms.put_back(organisation), alarms.put_back(organisation)) == (1, 0)

    (back,) = alarms.waiting(organisation)
    assert (back.kind, back.log, back.size, back.told_at) == ("forked", "desk", 7, None)
    assert (alarms.put_back(other_town.organisation), alarms.waiting(other_town.organisation)) == (0, [])
