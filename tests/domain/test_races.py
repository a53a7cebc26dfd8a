"""Two people at once on PostgreSQL: one of them goes first, the other is told, and the log says it once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import close_old_connections, connection, connections

from cases.models import Case, Proposal, Record
from cases.services import agree, move, set_aside
from tests.domain.test_desk import acts
from tests.town import Town, make_town
from whistle.accounts.models import Staff
from whistle.core.errors import DomainError

pytestmark = [
    pytest.mark.soak,  # it empties the database after itself: `python -m tests.on_postgres -m soak tests/domain/test_races.py`
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        reason="SQLite takes one writer at a time",
    ),
]
TIMES = 5


# Every trigger that speaks up when a table is emptied, as (table, trigger).
REFUSING = (
    "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"
)
Guards = list[tuple[str, str]]


@pytest.fixture(scope="module")
def guards(django_db_setup: None, django_db_blocker: Any) -> Iterator[Guards]:
    """Return what refuses to have a table emptied; it stands again after the last test, when all was emptied.

    For the module, because pytest-django empties the tables after everything else that is there for one test.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(REFUSING)
        found: Guards = cursor.fetchall()
    assert found, "the log can be emptied"
    yield found
    with django_db_blocker.unblock():
        _stand(found)


def _stand(guards: Guards) -> None:
    with connection.cursor() as cursor:
        for table, name in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


@pytest.fixture
def town(guards: Guards, transactional_db: None, own_folders: None) -> Iterator[Town]:
    """Fjellvik, committed, so that others see it."""
    _stand(guards)
    yield make_town("fjellvik")
    with connection.cursor() as cursor:
        for table, name in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")


def at_once(*wanted: Callable[[], Any]) -> list[str]:
    """Do all of these at the same moment, each on a connection of its own; return what each came to."""
    moment = Barrier(len(wanted))

    def one(act: Callable[[], Any]) -> str:
        close_old_connections()
        try:
            moment.wait(10)
            act()
            return "done"
        except DomainError as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(wanted)) as pool:
        return sorted(pool.map(one, wanted))


def person(town: Town, name: str) -> Staff:
    return Staff.objects.get(pk=town.people[name].staff.pk)


def confirmed(town: Town) -> Case:
    town.report()
    for name in ("ingrid", "amir", "berit"):
        town.open(name)
    town.open("ingrid").acknowledge("We have it.")
    return town.newest()


def test_two_people_who_take_a_step_at_the_same_moment_take_it_once(town: Town) -> None:
    for _ in range(TIMES):
        case = confirmed(town)

        def propose(name: str, case: Case = case) -> Callable[[], Any]:
            actor = person(town, name)
            how = {"reference": case.reference, "version": case.version, "codes": {}, "actor": actor}
            return lambda: move.take_step(name="set_aside", **how)

        assert at_once(propose("ingrid"), propose("amir")) == ["case.moved_on", "done"]
        assert Proposal.objects.filter(case=case).count() == 1
        assert acts(town).count("step.proposed") == 1


def test_confirming_and_declining_at_the_same_moment_is_one_of_them(town: Town) -> None:
    for _ in range(TIMES):
        case = confirmed(town)
        set_aside.propose_all(references=[case.reference], impartial=True, actor=person(town, "amir"))
        version = Case.objects.get(pk=case.pk).version

        def answer(
            name: str, *, confirm: bool, case: Case = case, version: int = version
        ) -> Callable[[], Any]:
            actor = person(town, name)
            how = {"reference": case.reference, "version": version, "actor": actor}
            return lambda: move.decide(confirm=confirm, **how)

        told = at_once(answer("berit", confirm=True), answer("ingrid", confirm=False))
        assert told == ["case.moved_on", "done"]
        ends = acts(town)
        assert ends.count("case.moved") + ends.count("step.declined") == 1
        assert Proposal.objects.filter(case=case, decided_at=None).count() == 0


def test_two_second_persons_at_the_same_moment_answer_an_entry_once(town: Town) -> None:
    for _ in range(TIMES):
        case = confirmed(town)
        town.open("amir").record("no_feedback", {"why": "not_wanted"}, reason="So they said.")

        def answer(name: str, *, yes: bool, case: Case = case) -> Callable[[], Any]:
            actor = person(town, name)
            how = {"reference": case.reference, "kind": "no_feedback", "number": 1, "version": 1}
            return lambda: agree.answer(agree=yes, actor=actor, **how)

        assert at_once(answer("berit", yes=True), answer("ingrid", yes=False)) == ["case.moved_on", "done"]
        row = Record.objects.get(case=case)
        assert (Case.objects.get(pk=case.pk).feedback_on is not None) == row.agreed


def test_stranger_who_tries_at_the_same_moment_changes_nothing(town: Town) -> None:
    case = confirmed(town)
    how = {"reference": case.reference, "name": "set_aside", "version": case.version, "codes": {}}
    told = at_once(
        lambda: move.take_step(actor=person(town, "ingrid"), **how),
        lambda: move.take_step(actor=person(town, "sissel"), **how),
    )
    assert told == ["done", "request.absent"]
