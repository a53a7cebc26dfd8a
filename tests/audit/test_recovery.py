"""A backup that is older than the log: an accident is repaired, and never confused with a theft."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.audit.test_export import outsider
from tests.town import Town
from whistle.audit import selectors
from whistle.audit.export import write
from whistle.audit.folders import log_folder
from whistle.audit.models import Document, Entry, InForce
from whistle.audit.recover import Verdict, judge, recover
from whistle.audit.tasks import publish_and_show
from whistle.audit.verify import verify
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence


def sql(statement: str, *values: object) -> None:
    """What a database's owner can do."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS audit_entry_no_delete")
        cursor.execute("DROP TRIGGER IF EXISTS audit_entry_no_update")
        cursor.execute("DROP TRIGGER IF EXISTS audit_document_no_delete")
        cursor.execute(statement, values)


def restore_backup(town: Town, log: str = "desk", *, losing: int = 4) -> None:
    """Let the newest entries be gone, as after restoring yesterday's backup."""
    size = selectors.size(town.organisation, log)
    sql("DELETE FROM audit_entry WHERE organisation_id = %s AND log = %s AND \"index\" >= %s",
        town.organisation.pk, log, size - losing)  # fmt: skip


def damage(town: Town, *, cut: bool = False) -> None:
    """Change an octet of every published entry's file of the desk log, or cut it off."""
    for path in (log_folder(town.organisation, "desk") / "tile" / "entries").rglob("*"):
        if path.is_file():
            octets = bytearray(path.read_bytes())
            octets[len(octets) // 2] ^= 1
            path.chmod(0o600)
            path.write_bytes(octets[:10] if cut else octets)


def test_a_restored_backup_is_recognised_and_made_whole(
    watched: Town, other_town: Town, tmp_path: object
) -> None:
    before = [read.octets for read in selectors.entries(watched.organisation, "desk")]
    others = selectors.size(other_town.organisation, "desk")
    restore_backup(watched)
    assert not publish_and_show(watched.organisation)
    said = io.StringIO()

    call_command("recover_log", organisation="fjellvik", stdout=said)

    after = [read.octets for read in selectors.entries(watched.organisation, "desk")]
    assert "an accident" in said.getvalue()
    assert after[: len(before)] == before
    assert [read.fields["act"] for read in selectors.entries(watched.organisation, "desk")][
        -1
    ] == "log.recovered"
    assert selectors.size(other_town.organisation, "desk") == others
    assert publish_and_show(watched.organisation)
    assert verify(watched.organisation).faults == []


def test_what_was_written_since_moves_to_the_end_and_a_stranger_agrees(
    watched: Town, tmp_path: object
) -> None:
    restore_backup(watched, losing=2)
    watched.new_desk("ingrid")  # signs in: an entry in a place that was promised to another
    sizes = judge(watched.organisation, "desk")
    assert (sizes.verdict, len(sizes.displaced)) == (Verdict.ACCIDENT, 1)

    call_command("recover_log", organisation="fjellvik", stdout=io.StringIO())

    acts = [read.fields["act"] for read in selectors.entries(watched.organisation, "desk")]
    assert acts[-2:] == ["staff.signed_in", "log.recovered"]
    assert publish_and_show(watched.organisation)
    assert verify(watched.organisation).faults == []
    write(watched.organisation, tmp_path / "export")  # type: ignore[operator]
    assert outsider(tmp_path / "export")[1]["faults"] == []  # type: ignore[operator]


def test_an_entry_taken_out_of_the_middle_is_no_accident(watched: Town) -> None:
    sql(
        "DELETE FROM audit_entry WHERE organisation_id = %s AND log = 'desk' AND \"index\" = 5",
        watched.organisation.pk,
    )
    rows = Entry.objects.count()
    said = io.StringIO()

    with pytest.raises(CommandError) as refused:
        call_command("recover_log", organisation="fjellvik", stdout=said)

    assert str(refused.value) == str(sentence("audit.tampered"))
    assert "NO ACCIDENT" in said.getvalue()
    assert Entry.objects.count() == rows


def test_a_changed_entry_is_no_accident(watched: Town) -> None:
    sql("UPDATE audit_entry SET body = %s WHERE organisation_id = %s AND log = 'desk' AND \"index\" = 5",
        b"{}", watched.organisation.pk)  # fmt: skip

    assert judge(watched.organisation, "desk").verdict == Verdict.TAMPERING


@pytest.mark.parametrize("cut", [True, False], ids=["cut off", "changed"])
def test_nothing_is_put_back_from_a_published_log_that_is_damaged_itself(watched: Town, cut: bool) -> None:
    restore_backup(watched)
    rows = list(Entry.objects.values_list("index", "body"))
    damage(watched, cut=cut)

    with pytest.raises(DomainError, match=r"audit\.damaged"):
        recover(watched.organisation, despite_tampering=True)

    assert list(Entry.objects.values_list("index", "body")) == rows


def test_a_stolen_entry_can_be_put_back_once_people_have_looked(watched: Town) -> None:
    sql(
        "DELETE FROM audit_entry WHERE organisation_id = %s AND log = 'desk' AND \"index\" = 5",
        watched.organisation.pk,
    )

    call_command("recover_log", organisation="fjellvik", despite_tampering=True, stdout=io.StringIO())

    assert verify(watched.organisation).faults == []
    assert judge(watched.organisation, "desk").verdict == Verdict.WHOLE


def test_plan_and_registry_come_back_too(watched: Town) -> None:
    sql("DELETE FROM audit_document WHERE organisation_id = %s", watched.organisation.pk)
    InForce.objects.filter(organisation=watched.organisation).update(registry_hash="")
    restore_backup(watched)

    call_command("recover_log", organisation="fjellvik", stdout=io.StringIO())

    assert Document.objects.filter(organisation=watched.organisation, kind="registry").exists()
    assert verify(watched.organisation).faults == []


def test_looking_changes_nothing(watched: Town) -> None:
    restore_backup(watched)
    rows = Entry.objects.count()

    call_command("recover_log", organisation="fjellvik", look=True, stdout=io.StringIO())

    assert Entry.objects.count() == rows


def test_a_whole_log_is_left_alone(watched: Town) -> None:
    rows = Entry.objects.count()

    call_command("recover_log", organisation="fjellvik", stdout=io.StringIO())

    assert Entry.objects.count() == rows
