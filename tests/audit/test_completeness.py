"""Nothing about a case changes without an entry: by any route, and not behind the application's back either."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from ninja import NinjaAPI

from cases.models import Case, CaseBox, Declaration
from tests.debts import owed
from tests.town import Town, photo
from whistle.apis import desk as desk_api
from whistle.audit.guards import audited_tables
from whistle.audit.models import Entry
from whistle.channel.api import api as channel_api
from whistle.client.keys import KeyWork
from whistle.client.paperwork import before
from whistle.demo.inside import Inside

# routes that are about cases; what others change of one, the database asks at COMMIT
OF_CASES = ("cases/", "boxes/", "reports", "mailbox/")
# and change nothing
HARMLESS = {
    "mailbox/open": "a reporter's visit is not logged",
    "mailbox/body": "a reporter's visit is not logged",
    "mailbox/receipts": "a reporter's visit is not logged",
}


def routes(api: NinjaAPI) -> set[str]:
    found = set()
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            if any(set(operation.methods) - {"GET"} for operation in view.operations):
                found.add(path.strip("/"))
    return found


class Walk:
    """Remembers which routes were walked, and that each left no debt."""

    def __init__(self) -> None:
        self.walked: set[str] = set()

    def note(self, method: str, path: str) -> None:
        assert owed() == 0, f"{method} {path} changed a case without an entry"
        if method != "GET":
            parts = path.partition("/api/")[2].partition("?")[0].strip("/").split("/")
            self.walked.add("/".join(parts))

    def saw(self, route: str) -> bool:
        pattern = route.split("/")
        return any(
            len(pattern) == len(path.split("/"))
            and all(
                due.startswith("{") or due == had for due, had in zip(pattern, path.split("/"), strict=True)
            )
            for path in self.walked
        )


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    it, send = Walk(), Inside.__call__

    def watched(
        self: Inside, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        answer = send(self, method, path, body, headers)
        it.note(method, path)
        return answer

    monkeypatch.setattr(Inside, "__call__", watched)
    return it


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the debt can be read on SQLite; PostgreSQL asks at COMMIT"
)
def test_every_route_that_writes_leaves_no_debt(town: Town, other_town: Town, walk: Walk) -> None:
    """The whole life of a case, with a stranger's report beside it."""
    other_town.report("Somebody else's.")
    sent = town.report("A dinner.", files=[photo()])
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    town.mailbox(sent).reply("More.")
    town.worker()
    case.refresh()
    case.answer("Thank you.", files=[photo()])
    case.note("The first note opens the room.")
    case.note("The second does not.")
    case.share(town.people["even"].staff.ref)
    case.give_feedback("This is what we did.")
    before(case, "investigate")
    case.step("investigate")
    town.open("berit").decide()
    town.desk("amir").declare(case.reference, "conflict")
    case.refresh()
    case.rekey()
    case.name_contact(town.people["berit"].staff.ref)
    before(case, "conclude")
    case.step("conclude")
    _move_keys(town)

    writers = {route for api in (desk_api, channel_api) for route in routes(api)}
    missed = {
        route
        for route in writers
        if route.startswith(OF_CASES) and not walk.saw(route) and route not in HARMLESS
    }
    assert {route for route in missed if not _called_in_another_test(route)} == set()
    assert owed() == 0


def _called_in_another_test(route: str) -> bool:
    """Whether some other test walks a route: there each request is looked at too (`tests.debts`).

    The table of routes in tests/keys is one: `test_every_route` calls each of its rows.
    """
    tail = route.rpartition("}/")[2] or route
    here = Path(__file__).parents[1]
    walked = [*here.rglob("test_*.py"), here / "keys/routes.py"]
    return any(f"/{tail}" in path.read_text() for path in walked if path != Path(__file__))


def _move_keys(town: Town) -> None:
    """Another case, whose reader leaves and whose newcomer loses the key again."""
    town.report("About the keys.")
    reference = town.open("ingrid").reference
    leaver, newcomer = town.people["amir"].staff.ref, town.people["even"].staff.ref
    town.open("berit")
    KeyWork(town.desk("berit")).hand_over(leaver, newcomer)
    town.open("even")
    KeyWork(town.desk("ingrid")).revoke(reference, newcomer)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL asks at COMMIT: see test_databases")
def test_a_change_behind_the_applications_back_does_not_commit(town: Town) -> None:
    """Bulk updates and raw SQL, which signals never see, are seen."""
    town.report()
    assert owed() == 0

    Case.objects.filter(organisation=town.organisation).update(state="closed")

    assert owed() > 0
    with pytest.raises(IntegrityError):
        connection.check_constraints()  # what COMMIT does
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_owed")  # or the end of this test would say the same


def test_the_tables_of_a_case_are_guarded() -> None:
    assert {
        Case._meta.db_table,
        CaseBox._meta.db_table,
        Declaration._meta.db_table,
        "store_item",
        "keystore_seal",
    } <= set(audited_tables())
    assert Entry._meta.db_table not in audited_tables()
