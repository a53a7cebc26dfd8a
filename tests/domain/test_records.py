"""Records: sealed for colleagues; the server knows codes and dates of a table, and nothing else."""

import json

import pytest
from django.db import connection

from cases.models import Record
from cases.records import KINDS
from tests.domain.test_desk import acts, refusal
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.client.errors import ClientError
from whistle.client.paperwork import ASSESSMENT
from whistle.core import clock, deadlines
from whistle.store.models import Box

SECRET = "Kari Nordmann took the envelope"


def dump() -> str:
    """Return everything that stands in the database, as text."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            found += cursor.fetchall()
    return repr(found)


def test_record_is_read_by_colleagues_and_its_words_are_nowhere_in_the_database(town: Town) -> None:
    sent = town.report()
    case = town.open("ingrid")

    case.record("assessment", ASSESSMENT, reason=SECRET)

    theirs = town.open("berit").records[0]
    assert (theirs.kind, theirs.number, theirs.body["reason"]) == ("assessment", 1, SECRET)
    assert theirs.codes == ASSESSMENT
    assert SECRET not in dump()
    assert SECRET not in json.dumps(town.mailbox(sent).wire)
    assert acts(town)[-3:] == ["record.written", "habilitet.declared", "case.read"]


def test_newer_version_supersedes_and_the_older_one_stays(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.record("task", {"state": "open"}, what="Ask the archive.")

    case.record("task", {"state": "done"}, number=1, what="Ask the archive.", result="Done.")

    (newest,) = case.records
    assert (newest.version, newest.codes["state"], newest.done_on) == (2, "done", clock.today().isoformat())
    assert Record.objects.filter(kind="task").count() == 2
    assert len(case.boxes["room"].opened) == 2


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_text_gets_into_the_database_with_any_kind_of_record(town: Town, kind) -> None:
    town.report()
    case = town.open("ingrid")
    good = {field.name: field.values[0] for field in kind.fields if field.values and not field.many}
    good |= {field.name: [field.values[0]] for field in kind.fields if field.many and field.values}

    wrong = [{**good, "note": SECRET}]
    for field in kind.fields:
        wrong.append({**good, field.name: [SECRET] if field.many else SECRET})
        wrong.append(
            {**good, field.name: SECRET if field.many else [field.values[0] if field.values else "1"]}
        )
    for codes in wrong:
        refused = refusal(case.record, kind.name, codes, due_on="2027-01-01")
        assert refused.code in ("record.codes", "step.refused")

    assert SECRET not in dump()
    assert not Record.objects.exists()
    assert not Box.objects.filter(kind="room").exists(), "a refused record opens no room"


def test_two_people_cannot_write_the_same_record(town: Town) -> None:
    town.report()
    first, second = town.open("ingrid"), town.open("berit")
    first.note("The room.")
    second.refresh()
    first.record("allegation", {"category": "a1"}, what="Paid twice.")

    refused = refusal(second.record, "allegation", {"category": "a1"}, what="Paid thrice.")

    assert refused.code == "case.moved_on"
    assert second.record  # and after looking again it can be written
    second.refresh()
    assert second.record("allegation", {"category": "a1"}, what="Paid thrice.") == 2


def test_everybody_named_is_owed_information_within_a_month_or_a_reason_looked_at_again(town: Town) -> None:
    town.report()
    case = town.open("ingrid")

    case.record("person", {"role": "subject", "notice": "not_yet"}, name="Kari Nordmann")
    assert case.records[0].due_on == deadlines.notice_due(clock.today()).isoformat()
    refused = refusal(case.record, "person", {"notice": "exempt"}, number=1, name="Kari Nordmann")
    assert (refused.code, refused.details["fields"]) == ("record.codes", ["ground"])
    case.refresh()
    case.record(
        "person", {"notice": "exempt", "ground": "crime_investigation"}, number=1, name="Kari Nordmann"
    )
    assert case.records[0].done_on is None
    case.record("person", {"notice": "sent", "ground": ""}, number=1, name="Kari Nordmann")
    assert case.records[0].done_on == clock.today().isoformat()


def test_server_that_misquotes_a_record_is_found_out(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.record("allegation", {"category": "a1", "outcome": "substantiated"}, what="Paid twice.")
    Record.objects.update(codes={"category": "a1", "outcome": "unfounded"})

    with pytest.raises(ClientError, match=r"client\.record") as found:
        _ = town.open("berit").records
    assert "something else of a record" in str(found.value.message)


def test_no_version_is_written_of_a_record_that_is_not_there(town: Town) -> None:
    town.report()
    case = town.open("ingrid")

    with pytest.raises(ClientError, match=r"client\.record"):
        case.record("task", {"state": "done"}, number=1, what="Ask the archive.")

    assert not Record.objects.exists()


def test_stranger_and_adviser_write_no_record(town: Town, other_town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.note("The room.")
    case.share(town.people["even"].staff.ref, until=clock.today().isoformat())
    adviser = town.open("even")

    assert refusal(adviser.record, "task", {"state": "open"}, what="x").code == "step.refused"
    stranger = other_town.desk("anne").server
    with pytest.raises(ClientError) as refused:
        stranger.post(
            f"cases/{case.reference}/records", {"kind": "task", "number": 1, "version": 1, "items": []}
        )
    assert refused.value.status == 404


def test_letter_on_paper_informs_somebody_as_a_message_does_and_the_log_says_that_it_was_one(
    town: Town,
) -> None:
    town.report()
    case = town.open("ingrid")
    case.record("person", {"role": "subject", "notice": "not_yet"}, name="Kari Nordmann", notice_text=SECRET)

    case.record("person", {"notice": "letter"}, number=1, name="Kari Nordmann", notice_text=SECRET)

    assert case.records[0].done_on == clock.today().isoformat()
    told = [
        read.fields["d"].get("code")
        for read in audit.entries(town.organisation, "desk", acts=("record.written",))
    ]
    assert told[-2:] == ["not_yet", "letter"]
    assert SECRET not in dump()
