"""`manage.py verify_log` on a log nobody touched, and what it says of one somebody did."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.town import Town
from whistle.audit.folders import log_folder
from whistle.audit.models import Entry, InForce
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
