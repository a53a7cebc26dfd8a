"""`manage.py verify_log` on a log nobody touched, and what it says of one somebody did."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.town import Town
from whistle.audit.folders import document_path, log_folder
from whistle.audit.models import Document, Entry, InForce
from whistle.audit.verify import verify


def test_a_log_nobody_touched_has_no_fault(watched: Town) -> None:
    said = io.StringIO()

    call_command("verify_log", organisation="fjellvik", stdout=said)

    assert "no fault" in said.getvalue()


def test_entries_not_signed_yet_are_no_fault(watched: Town) -> None:
    watched.report("It happened again.")

    result = verify(watched.organisation)

    assert result.faults == []
    assert result.rows["channel"] > result.signed["channel"]


def test_a_strangers_row_is_named_with_its_place(watched: Town) -> None:
    last = Entry.objects.filter(organisation=watched.organisation, log="desk").latest("index")
    Entry.objects.create(
        organisation=watched.organisation, log="desk", index=last.index + 1, body=last.body, mac=b"\0" * 32,
        act=last.act, case=last.case, at=last.at,
    )  # fmt: skip

    kinds = {(fault.index, fault.kind) for fault in verify(watched.organisation).faults}

    assert kinds == {(last.index + 1, "row.injected"), (last.index + 1, "row.twice")}


def test_faults_end_in_exit_status_1_and_can_be_read_by_machines(watched: Town) -> None:
    path = log_folder(watched.organisation, "desk") / "checkpoint"
    path.write_text(path.read_text().replace("/desk/", "/desc/", 1))
    said = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify_log", organisation="fjellvik", json=True, stdout=said)

    assert ended.value.code == 1
    kinds = {fault["kind"] for fault in json.loads(said.getvalue())["faults"]}
    assert kinds == {"checkpoint.origin", "checkpoint.signature"}


def test_a_plan_put_in_force_behind_the_logs_back_is_found(watched: Town) -> None:
    InForce.objects.filter(organisation=watched.organisation).update(plan_hash="ab" * 32)

    kinds = {fault.kind for fault in verify(watched.organisation).faults}

    assert kinds == {"plan.in_force", "plan.missing"}


def test_a_stranger_to_this_machine_has_no_log(watched: Town, other_town: Town) -> None:
    with pytest.raises(CommandError, match="fjellvik, nordvik"):
        call_command("verify_log", organisation="sorvik")


def test_a_guard_that_somebody_took_away_or_emptied_is_named(watched: Town) -> None:
    """The owner of the database, who hoped to change a case without an entry and to put the guard back later."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cases_case_owes_update")
            cursor.execute("DROP TRIGGER audit_entry_no_update")
            cursor.execute(
                "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END"
            )
            gone = {"cases_case_owes_update", "audit_entry_no_update"}
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER cases_case_owes")
            cursor.execute("CREATE OR REPLACE FUNCTION audit_in_order() RETURNS trigger LANGUAGE plpgsql AS "
                           "$$ BEGIN RETURN NEW; END $$")  # fmt: skip
            gone = {"cases_case_owes", "audit_in_order"}

    faults = verify(watched.organisation).faults

    assert {(fault.kind, fault.about) for fault in faults} == {("guard.gone", name) for name in gone}
    assert sorted(gone)[0] in str(min(faults, key=str))


def test_a_document_that_was_changed_under_its_hash_is_named(watched: Town) -> None:
    kept = Document.objects.get(organisation=watched.organisation, kind="registry")
    path = document_path(watched.organisation, "registry", kept.hash)
    path.write_bytes(path.read_bytes().replace(b'"stake":"high"', b'"stake":null', 1))

    (fault,) = verify(watched.organisation).faults

    assert (fault.kind, fault.about) == ("registry.altered", kept.hash)
