"""Fills a database and asks for the desk's pages: `python -m tests.bench._desk_pages SIZE…`, one line a figure."""

import os
import secrets
import sys
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter, process_time
from typing import Any

ROUNDS = 9
MODEL = 1000  # so many are made one by one; the database copies them
FEW, FEW_CASES = "even", 30  # somebody who has so few of all of them
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
    clients = {name: Client() for name in ("amir", FEW)}
    for name, client in clients.items():
        client.force_login(town.people[name].staff)
    made = 1
    for size in sizes:
        fill(town, made, size)
        made = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for what, path in paths(town).items():
            tell(what, size, clients["amir"], path)
        for what, path in {
            "list, of somebody with 30": "/desk/cases/",
            "needs me, with 30": "/desk/",
        }.items():
            tell(what, size, clients[FEW], path)


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
    began = process_time()
    times = [seconds(lambda: client.get(path)) for _ in range(ROUNDS)]
    spent = (process_time() - began) / ROUNDS
    figures = median(times) * 1000, len(answer.content) / 1000, len(asked), spent * 1000
    print(name, size, *figures, sep="\t", flush=True)


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def fill(town: Any, made: int, size: int) -> None:
    """Add cases up to `size`: the first MODEL one by one, the rest as copies that the database makes of them."""
    from whistle.audit import services as audit

    if made < MODEL:
        add(town, made, min(MODEL, size))
    with audit.atomic():  # the database takes no change of a case without an entry
        for first in range(max(made, MODEL), size, MODEL):
            copy(first // MODEL)
        audit.record("probe.passed", organisation=town.organisation, actor="system", role="system")


def copy(times: int) -> None:
    """Copy the first MODEL cases with what hangs on them, as rows `times` blocks further on."""
    from cases.models import Assignment, Case, CaseGrant, Declaration, SearchEntry

    away = times * MODEL
    case = {"id": f"id + {away}", "log_ref": f"md5(log_ref || '{times}')"}
    case["reference"] = f"upper(lpad(to_hex(id + {away}), 8, '0'))"
    multiply(Case, case, f"id <= {MODEL}")
    for model, column in (
        (Assignment, "case_id"),
        (CaseGrant, "content_object_id"),
        (Declaration, "case_id"),
        (SearchEntry, "case_id"),
    ):
        who = "user_id" if model is CaseGrant else "staff_id"
        rows = f"{column} <= {MODEL} AND {who} NOT IN (SELECT id FROM accounts_staff WHERE username LIKE '{FEW}%%')"
        multiply(model, {column: f"{column} + {away}"}, rows)


def multiply(model: Any, changed: dict[str, str], rows: str) -> None:
    """Insert `rows` of a table once more, the `changed` columns as these expressions say."""
    from django.db import connection

    columns = [field.column for field in model._meta.concrete_fields]
    kept = [name for name in columns if name != "id" or "id" in changed]
    names = ", ".join(f'"{name}"' for name in kept)
    values = ", ".join(changed.get(name, f'"{name}"') for name in kept)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE {rows}')


def assignment(case: Any, staff: Any, part: str) -> Any:
    """Return somebody's part on a case, which asks for what its clocks ask for."""
    from cases.models import Assignment
    from cases.standing import NEVER

    held = Assignment(case=case, staff=staff, part=part, since=case.received_on)
    if case.calls_on != NEVER:
        held.call, held.calls_on, held.due_on = "feedback", case.calls_on, case.due_on
    return held


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
            received = today - timedelta(days=number * 3 % 300)
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
            few = [(town.people[FEW].staff, Part.HANDLER)] if case.pk <= FEW_CASES else []
            for staff, part in people + few:
                rows[Assignment].append(assignment(case, staff, part))
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
