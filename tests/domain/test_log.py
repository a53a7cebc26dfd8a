"""What the log takes in, and what it refuses: the change does not happen without its entry, nor with a wrong one."""

import json
import os

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.town import Town
from whistle.audit import registry, selectors, services
from whistle.audit.entries import EntryError
from whistle.audit.models import Entry
from whistle.audit.publisher import PublisherHalted, publish
from whistle.core import canonical, clock


def written(town: Town, log: str = "desk") -> int:
    return selectors.size(town.organisation, log)


def test_entry_outside_a_transaction_is_refused(town: Town) -> None:
    with pytest.raises(RuntimeError):
        services.record("staff.signed_in", organisation=town.organisation)


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("report.text", {}),
        ("habilitet.declared", {"answer": "Ola Nordmann er min svoger"}),
        ("habilitet.declared", {}),
        ("habilitet.declared", {"answer": "impartial", "note": "x"}),
        ("access.granted", {"to": "ingrid", "part": "handler"}),
        ("report.received", {"item": "0" * 64, "readers": 2, "form": "sealed"}),
    ],
)
def test_entry_that_the_registry_does_not_know_stops_the_change(
    town: Town, act: str, fields: dict[str, object]
) -> None:
    before = written(town)
    name = town.organisation.name

    with pytest.raises(EntryError), services.atomic():
        type(town.organisation).objects.filter(pk=town.organisation.pk).update(name="Changed")
        services.record(act, organisation=town.organisation, actor="0" * 32, role="reader", **fields)  # type: ignore[arg-type]

    town.organisation.refresh_from_db()
    assert town.organisation.name == name
    assert written(town) == before


def test_change_that_fails_leaves_no_entry_and_no_gap(town: Town) -> None:
    before = written(town)

    with pytest.raises(ZeroDivisionError), services.atomic():
        services.record("staff.signed_in", organisation=town.organisation, actor="0" * 32, role="staff")
        raise ZeroDivisionError

    with services.atomic():
        services.record("staff.signed_in", organisation=town.organisation, actor="0" * 32, role="staff")
    assert written(town) == before + 1


def test_inner_change_that_fails_takes_its_own_entries_only(town: Town) -> None:
    before = written(town)

    with services.atomic():
        services.record("staff.signed_in", organisation=town.organisation, actor="1" * 32, role="staff")
        with pytest.raises(ZeroDivisionError), services.atomic():
            services.record("staff.signed_in", organisation=town.organisation, actor="2" * 32, role="staff")
            raise ZeroDivisionError

    new = list(selectors.entries(town.organisation, "desk", first=before))
    assert [read.fields["actor"] for read in new] == ["1" * 32]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_entry_can_be_neither_changed_nor_deleted(town: Town, change: str) -> None:
    rows = Entry.objects.filter(organisation=town.organisation)

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(act="pad") if change == "update" else rows.delete()

    assert rows.exclude(act="pad").exists()


def test_stranger_who_writes_rows_into_the_database_is_found_before_anything_is_signed(town: Town) -> None:
    size = publish(town.organisation, "desk")
    forged = canonical.encode({"v": 1, "act": "pad", "actor": "system", "at": "2026-01-01", "case": None, "d": {},
                               "m": [], "n": "0" * 32, "pv": None, "role": "system"})  # fmt: skip
    Entry.objects.create(
        organisation=town.organisation,
        log="desk",
        index=size,
        body=forged,
        mac=os.urandom(32),
        act="pad",
        at="2026-01-01",
    )

    with pytest.raises(PublisherHalted, match="not written by this application"):
        publish(town.organisation, "desk")


def test_channel_entries_bear_dates_and_the_desk_size_last_signed(town: Town) -> None:
    size = publish(town.organisation, "desk")
    town.report()

    entry = next(selectors.entries(town.organisation, "channel", acts=("report.received",))).fields

    assert entry["at"] == clock.today().isoformat()
    assert 0 <= entry["d"]["desk_size"] <= size
    assert entry["actor"] == "reporter"


def test_registry_is_a_closed_table_of_known_types(town: Town) -> None:
    kinds = {"hash", "ref", "int", "size", "date", "code", "codes", "text64", "key"}

    for act, event in registry.EVENTS.items():
        assert event.log in ("desk", "channel", "both"), act
        assert event.at in ("date", "second", "either"), act
        assert {kind.rstrip("?") for kind in event.d.values()} <= kinds, act
        if event.log == "channel":
            assert event.at == "date"
            assert "desk_size" in event.d
    assert json.loads(registry.octets()) == registry.document()


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=8), inner, max_size=5)
    ),
    max_leaves=20,
)


@hypothesis_settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_canonical_form_is_rfc_8785(value: object) -> None:
    import rfc8785

    assert canonical.encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert canonical.decode(canonical.encode(value)) == value


@pytest.mark.parametrize("value", [1.5, {"å": 1}, 2**53, {1: 2}, "\ud800", float("nan"), {"a": {1, 2}}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(canonical.CanonicalError):
        canonical.encode(value)
