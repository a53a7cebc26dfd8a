"""Fills a database and asks for the desk's pages: `python -m tests.bench._desk_pages SIZE…`, one line a figure."""

import os
import secrets
import sys
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 9
OPEN = 20  # one in so many is open: a municipality closes what it gets


def main(sizes: list[int]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from tests.town import make_town

    call_command("migrate", verbosity=0)
    town = make_town("fjellvik")
    town.report("The bridge was paid twice.")
    town.open("amir").acknowledge("Thank you.")
    client = Client()
    client.force_login(town.people["amir"].staff)
    made = 1
    for size in sizes:
        fill(town, made, size)
        made = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for name, path in paths(town).items():
            tell(name, size, client, path)


def paths(town: Any) -> dict[str, str]:
    from cases.models import Case
    from cases.selectors import listing

    staff = town.people["amir"].staff
    deep = ""
    for _ in range(3):
        deep = listing.page(staff, listing.Asked(order="newest", after=deep)).next or deep
    first = Case.objects.earliest("id")
    return {
        "list": "/desk/cases/",
        "list, one state": "/desk/cases/?state=investigation",
        "list, past a deadline": "/desk/cases/?clock=late",
        "list, by part, newest, fourth page": f"/desk/cases/?part=reader&order=newest&after={deep}",
        "needs me": "/desk/",
        "case page": f"/desk/cases/{first.reference}/",
        "case opened (sealed)": f"/desk/api/cases/{first.reference}/sealed",
        "search index, 500 cases": "/desk/api/search",
    }


def tell(name: str, size: int, client: Any, path: str) -> None:
    from django.db import connection

    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    times = [seconds(lambda: client.get(path)) for _ in range(ROUNDS)]
    print(name, size, median(times) * 1000, len(answer.content) / 1000, len(asked), sep="\t", flush=True)


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def fill(town: Any, made: int, size: int) -> None:
    """Add cases up to `size`: with parts, permissions, declarations, and entries of Amir's search index."""
    for first in range(made, size, 5000):
        add(town, first, min(first + 5000, size))


def add(town: Any, first: int, last: int) -> None:
    from django.contrib.auth.models import Permission

    from cases.models import Assignment, Case, CaseGrant, Declaration, SearchEntry
    from whistle.audit import services as audit
    from whistle.core import clock
    from whistle.core.policy import MATRIX, Part

    today = clock.today()
    people = [
        (town.people[name].staff, part) for name, part in (("amir", Part.READER), ("berit", Part.LEADER))
    ]
    rights = {
        row.codename: row
        for row in Permission.objects.filter(content_type__app_label="cases", content_type__model="case")
    }
    with audit.atomic():
        cases = []
        for number in range(first, last):
            received = today - timedelta(days=number % 3000 // 10)
            state = "closed" if number % OPEN else ("assessment", "investigation", "follow_up")[number % 3]
            acknowledged = received + timedelta(days=3)
            case = Case(
                organisation=town.organisation, log_ref=secrets.token_hex(16), state=state,
                reference=f"{number:08X}"[-8:], received_on=received, acknowledged_on=acknowledged,
                feedback_on=acknowledged if state == "closed" or number % 40 else None,
            )  # fmt: skip
            case.stand()
            cases.append(case)
        Case.objects.bulk_create(cases, batch_size=1000)
        rows: dict[type, list[Any]] = {Assignment: [], CaseGrant: [], Declaration: [], SearchEntry: []}
        for case in cases:
            for staff, part in people:
                rows[Assignment].append(Assignment(case=case, staff=staff, part=part, since=case.received_on))
                rows[Declaration].append(
                    Declaration(case=case, staff=staff, answer="impartial", at=clock.now())
                )
                rows[CaseGrant] += [
                    CaseGrant(user=staff, permission=rights[perm.value], content_object=case)
                    for perm in MATRIX[part]
                ]
            entry = SearchEntry(case=case, staff=people[0][0], version=1, header=bytes(56), body=bytes(1040))
            rows[SearchEntry].append(entry)
        for model, made in rows.items():
            model.objects.bulk_create(made, batch_size=1000)
        audit.record("probe.passed", organisation=town.organisation, actor="system", role="system")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
