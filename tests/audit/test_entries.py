"""What may stand in the log, and when it does: with its transaction or not at all."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town
from whistle.audit import registry, selectors
from whistle.audit import services as audit
from whistle.audit.entries import EntryError, check_fields
from whistle.audit.models import Entry
from whistle.core import clock

ACTOR = "ab" * 16


def acts(town: Town, log: str = "desk") -> list[str]:
    return [read.fields["act"] for read in selectors.entries(town.organisation, log)]


def note(town: Town, item: str = "cd" * 32, **more: object) -> None:
    audit.record(
        "note.written", organisation=town.organisation, actor=ACTOR, role="handler", item=item, **more
    )


def test_an_entry_comes_with_the_change_or_not_at_all(town: Town) -> None:
    before = acts(town)

    with pytest.raises(ZeroDivisionError), audit.atomic():
        note(town)
        1 / 0  # noqa: B018

    assert acts(town) == before


def test_an_inner_act_that_fails_takes_only_its_own_entries_with_it(town: Town) -> None:
    before = acts(town)

    with audit.atomic():
        note(town)
        with pytest.raises(ZeroDivisionError), audit.atomic():
            audit.record("probe.passed", organisation=town.organisation)
            1 / 0  # noqa: B018
        audit.record("staff.signed_in", organisation=town.organisation, actor=ACTOR, role="staff")

    assert acts(town) == [*before, "note.written", "staff.signed_in"]


def test_an_outer_failure_takes_the_inner_entries_with_it(town: Town) -> None:
    before = acts(town)

    with pytest.raises(ZeroDivisionError), audit.atomic():
        with audit.atomic():
            note(town)
        1 / 0  # noqa: B018

    assert acts(town) == before


def test_an_entry_that_cannot_be_written_stops_the_change(town: Town) -> None:
    with pytest.raises(EntryError), audit.atomic():
        town.organisation.name = "Changed"
        town.organisation.save()
        note(town, item="a name instead of a hash")

    town.organisation.refresh_from_db()
    assert town.organisation.name == "Fjellvik kommune"


def test_nothing_is_recorded_outside_a_transaction(town: Town) -> None:
    with pytest.raises(RuntimeError, match="atomic"):
        note(town)


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("note.written", {"item": "cd" * 32, "text": "what it says"}),
        ("note.written", {}),
        ("note.written", {"item": "CD" * 32}),
        ("case.read", {"ip": "10.0.0.1"}),
        ("case.dreamt", {}),
        ("access.granted", {"to": "Kari Nordmann", "part": "reader"}),
        ("case.moved", {"step": "close", "source": "open", "target": "a sentence about it"}),
        ("log.anchor", {"log": "desk", "size": -1, "root": "ab" * 32}),
        ("log.anchor", {"log": "desk", "size": True, "root": "ab" * 32}),
    ],
)
def test_the_registry_decides_what_an_entry_may_say(town: Town, act: str, fields: dict[str, object]) -> None:
    before = acts(town)

    with pytest.raises(EntryError), audit.atomic():
        audit.record(act, organisation=town.organisation, detail=fields)

    assert acts(town) == before


@pytest.mark.parametrize("actor", ["Kari Nordmann", "kari@fjellvik.example", "", "AB" * 16, "10.0.0.1"])
def test_no_name_or_address_passes_as_an_actor(town: Town, actor: str) -> None:
    with pytest.raises(EntryError), audit.atomic():
        audit.record("case.read", organisation=town.organisation, actor=actor, role="handler")


def test_a_reporters_act_cannot_be_written_where_times_are_exact(town: Town) -> None:
    with pytest.raises(EntryError), audit.atomic():
        audit.record(
            "reporter.wrote", organisation=town.organisation, log="desk", actor="reporter", role="reporter",
            item="ab" * 32,
        )  # fmt: skip


@given(st.text(min_size=1), st.sampled_from(sorted(registry.EVENTS)))
def test_no_field_takes_free_text(text: str, act: str) -> None:
    """`text64` and `key` take printable ASCII only, and no event uses them for what people say."""
    for name, kind in registry.EVENTS[act].d.items():
        assert kind.rstrip("?") not in ("text64", "key")
        with pytest.raises(EntryError):
            check_fields(act, {name: f" {text}"})


def oslo_day(at: str) -> str:
    """The date of an entry, whichever its precision: dates are Oslo's, seconds are UTC."""
    return at if len(at) == 10 else datetime.fromisoformat(at).astimezone(clock.OSLO).date().isoformat()


def test_time_does_not_go_back_when_somebody_sets_the_clock(town: Town) -> None:
    now = clock.now()
    with audit.atomic():
        note(town)
    with clock.standing_at(now - timedelta(days=3)), audit.atomic():
        note(town)
        audit.record(
                "reporter.wrote", organisation=town.organisation, log="channel", actor="reporter", role="reporter",
                item="ab" * 32,
            )  # fmt: skip

    for log in ("desk", "channel"):
        days = [oslo_day(read.fields["at"]) for read in selectors.entries(town.organisation, log)]
        assert days == sorted(days)
    seconds = [
        read.fields["at"] for read in selectors.entries(town.organisation, "desk", acts=("note.written",))
    ]
    assert seconds == sorted(seconds)


def test_a_strangers_log_is_another_log(town: Town, other_town: Town) -> None:
    before = acts(other_town)

    with audit.atomic():
        note(town)

    assert acts(other_town) == before
    assert Entry.objects.filter(organisation=other_town.organisation).count() == len(before) + len(
        acts(other_town, "channel")
    )


def test_an_entry_is_never_changed(town: Town) -> None:
    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET act = 'pad'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
