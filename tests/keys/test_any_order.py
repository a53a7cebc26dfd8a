"""Whatever people do in whatever order, permission and key stay one thing, and the log tells the same story."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case
from cases.services.leave import deactivate
from cases.services.revoke import expire
from tests.keys import acts
from tests.keys.equal import assert_equal, key_holders
from tests.town import Town
from whistle.accounts.models import Certificate
from whistle.audit import selectors as audit
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork
from whistle.client.recovery import recover
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store.models import Box

PEOPLE = ("ingrid", "amir", "berit", "hanne", "even", "sissel", "tor")
person = st.sampled_from(PEOPLE)
act = st.one_of(
    st.tuples(
        st.just("report"), st.sampled_from(["", "amir.haddad"]), st.sampled_from(["", "chief_executive"])
    ),
    st.tuples(st.just("share"), person, person),
    st.tuples(st.just("advise"), person, person),
    st.tuples(st.just("revoke"), person, person),
    st.tuples(st.just("step_back"), person, person),
    st.tuples(st.just("hand_over"), person, person),
    st.tuples(st.just("rekey"), person, person),
    st.tuples(st.just("settle"), person, person),
    st.tuples(st.just("noise"), person, person),
    st.tuples(st.just("lapse"), person, person),
    st.tuples(st.just("recover"), person, person),
    st.tuples(st.just("expire"), person, person),
    st.tuples(st.just("leave"), person, person),
)


def ref(town: Town, name: str) -> str:
    return town.people[name].staff.ref


def report(town: Town, exclude: str, about: str) -> None:
    town.report(exclude=[exclude] if exclude else [], about=[about] if about else [])


def as_wire(export: dict[str, object]) -> dict[str, Any]:
    """Return an export as the offline machine reads it."""
    import json

    from cases.management.commands.recovery_export import in_json

    return json.loads(json.dumps(export, default=in_json))


def recovered(town: Town, lost: str, newcomer: str) -> None:
    from cases.management.commands.recovery_import import read_seals
    from cases.services import recovery

    people = town.people[lost].staff, town.people[newcomer].staff
    wire = as_wire(recovery.export(*people))
    done = recover(wire, town.ceremony.recovery_seeds["ordinary"], town.ceremony.root.public)
    recovery.take_in(*people, read_seals(done.sent["boxes"]), actor="system")


def noise(town: Town, giver: str, newcomer: str) -> None:
    """Seal noise to a colleague, which no server can tell from a key."""
    from cases.services.share import share

    case, to = town.newest(), town.people[newcomer].staff
    seals = acts.noise(town, case, newcomer, giver)
    given = {"reference": case.reference, "staff_id": to.ref, "announcement": None}
    share(**given, seals=seals, actor=town.people[giver].staff)


def lapse(town: Town, name: str) -> None:
    """Let a colleague's certificate run out."""
    own = Certificate.objects.filter(subject=town.people[name].staff.ref)
    own.update(not_after=clock.now() - timedelta(hours=1))


def later(town: Town) -> None:
    with clock.standing_at(clock.now() + timedelta(days=3)):
        expire(town.organisation)


DO: dict[str, Callable[[Town, str, str], object]] = {
    "report": report,
    "share": lambda town, a, b: town.open(a).share(ref(town, b)),
    "advise": lambda town, a, b: town.open(a).share(ref(town, b), until=clock.today().isoformat()),
    "revoke": lambda town, a, b: KeyWork(town.desk(a)).revoke(town.newest().reference, ref(town, b)),
    "step_back": lambda town, a, b: KeyWork(town.desk(a)).step_back(town.newest().reference),
    "hand_over": lambda town, a, b: KeyWork(town.desk(a)).hand_over(
        ref(town, "amir"), ref(town, b), impartial=True
    ),
    "rekey": lambda town, a, b: KeyWork(town.desk(a)).rekey(town.newest().reference),
    "settle": lambda town, a, b: KeyWork(town.desk(a)).settle(),
    "noise": noise,
    "lapse": lambda town, a, b: lapse(town, b),
    "recover": recovered,
    "expire": lambda town, a, b: later(town),
    "leave": lambda town, a, b: deactivate(
        staff_id=ref(town, b), why="left", actor=town.people["grete"].staff
    ),
}


def told(town: Town, case: Case) -> set[str]:
    """Return who holds the case by the log alone: who opened it first, who was given it, who lost it."""
    held = {row.staff.log_name for row in case.assignments.select_related("staff")}
    last: dict[str, str] = {}
    for read in audit.entries(town.organisation, "desk", case=case.log_ref):
        if read.fields["act"].startswith("access.") and "to" in read.fields["d"]:
            last[read.fields["d"]["to"]] = read.fields["act"]
    assert {name for name, did in last.items() if did != "access.revoked"} <= held
    assert not {name for name, did in last.items() if did == "access.revoked"} & held
    return held


@given(st.lists(act, min_size=1, max_size=7))
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_permission_and_key_stay_one_thing_in_any_order(town: Town, acts: list[tuple[str, str, str]]) -> None:
    mark = transaction.savepoint()
    town.desks.clear()
    report(town, "", "")
    for name, first, second in acts:
        try:
            with transaction.atomic():
                DO[name](town, first, second)
        except (ClientError, DomainError):
            pass  # refused: then nothing may have changed, which is what is looked at
        assert_equal(town)
        for case in Case.objects.filter(organisation=town.organisation):
            told(town, case)
        for box in Box.objects.filter(organisation=town.organisation):
            assert key_holders(box), "a case that nobody can open"
            assert box.seals.filter(epoch=box.epoch, holder="reporter").exists() == (box.kind == "mailbox")
            assert box.seals.filter(epoch=box.epoch, holder="recovery").count() == 1
    transaction.savepoint_rollback(mark)
    for enrolled in town.people.values():
        enrolled.staff.refresh_from_db()


def test_stranger_of_another_town_holds_nothing_whatever_they_try(town: Town, other_town: Town) -> None:
    town.report()
    reference = town.newest().reference
    anne = KeyWork(other_town.desk("anne"))
    attempts: list[Callable[[], object]] = [
        lambda: anne.rekey(reference),
        lambda: anne.step_back(reference),
        lambda: anne.revoke(reference, ref(town, "amir")),
        lambda: anne._hand_one(reference, ref(town, "amir"), other_town.people["odd"].staff.ref),
    ]

    for attempt in attempts:
        with pytest.raises(ClientError, match=r"request\.absent"):
            attempt()

    assert_equal(town)
    assert_equal(other_town)
