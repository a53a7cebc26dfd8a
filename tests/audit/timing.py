"""How fast the log is in a database of its own, against transactions that do not log; called by `tests.audit.lab`."""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection, transaction

import whistle.celery  # noqa: F401  # the broker that a hurried publisher is asked through
from tests.audit.lab import asked_later, fork, organisation, write
from whistle.audit import services as audit
from whistle.audit import stakes
from whistle.audit.models import Approval
from whistle.audit.publisher import signed_size
from whistle.audit.tasks import publish_and_show
from whistle.core import clock
from whistle.organisations.models import Organisation

# a row of an ordinary journal that can be searched as the log can, without order, proof or guard
SEARCHABLE = (
    "CREATE TABLE searchable (id {key}, org integer, log varchar(8), place bigint, body varchar(800), act varchar(40), "
    "about varchar(32), at varchar(30))",
    "CREATE UNIQUE INDEX searchable_place ON searchable (org, log, place)",
    "CREATE INDEX searchable_act ON searchable (org, log, act, place)",
    "CREATE INDEX searchable_about ON searchable (org, about, place)",
)


def rates(clients: int, rounds: int) -> dict[str, float]:
    """Transactions of one business row: with an entry in the log, with a plain row beside it, with nothing.

    Returns medians of interleaved rounds: logged / plain, logged / searchable, logged / nothing, logged ones a second.
    """
    key = {"sqlite": "integer PRIMARY KEY AUTOINCREMENT", "postgresql": "bigserial PRIMARY KEY"}[
        connection.vendor
    ]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE business (id integer, what varchar(80))")
        cursor.execute("CREATE TABLE plain (body varchar(400), at varchar(30))")
        for statement in SEARCHABLE:
            cursor.execute(statement.format(key=key))
    ways: dict[str, Callable[[Organisation, random.Random], None]] = {
        "logged": _logged, "plain": _plain, "searchable": _searchable, "nothing": _nothing
    }  # fmt: skip
    found: dict[str, list[float]] = {name: [] for name in ways}
    try:
        for _ in range(rounds):
            for name, way in ways.items():
                taken = [asked_later(lambda way=way, seed=seed: _rate(way, seed)) for seed in range(clients)]
                found[name].append(sum(answer() for answer in taken))
    finally:
        with connection.cursor() as cursor:
            for table in ("business", "plain", "searchable"):
                cursor.execute(f"DROP TABLE {table}")
    logged = found.pop("logged")
    return {
        **{
            name: median(one / other for one, other in zip(logged, rates, strict=True))
            for name, rates in found.items()
        },
        "rate": max(logged),
    }


def _rate(way: Callable[[Organisation, random.Random], None], seed: int) -> float:
    one, chance = organisation(), random.Random(seed)
    way(one, chance)
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < 0.6:
        way(one, chance)
        done += 1
    return done / (time.perf_counter() - began)


def _business(chance: random.Random) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO business VALUES (%s, %s)", [chance.randrange(2**30), "x" * 60])


def _logged(one: Organisation, chance: random.Random) -> None:
    with audit.atomic():
        _business(chance)
        audit.record(
            "note.written", organisation=one, actor="a" * 32, role="handler",
            case=chance.randbytes(16).hex(), item=chance.randbytes(32).hex(),
        )  # fmt: skip


def _plain(one: Organisation, chance: random.Random) -> None:
    with transaction.atomic():
        _business(chance)
        with connection.cursor() as cursor:
            body = {
                "act": "note.written",
                "actor": "a" * 32,
                "item": chance.randbytes(32).hex(),
                "n": "c" * 100,
            }
            cursor.execute("INSERT INTO plain VALUES (%s, %s)", [json.dumps(body), clock.now().isoformat()])


def _searchable(one: Organisation, chance: random.Random) -> None:
    with transaction.atomic():
        _business(chance)
        with connection.cursor() as cursor:
            body = {
                "act": "note.written",
                "actor": "a" * 32,
                "item": chance.randbytes(32).hex(),
                "n": "c" * 100,
            }
            row = [
                one.pk,
                "desk",
                time.time_ns(),
                json.dumps(body),
                "note.written",
                chance.randbytes(16).hex(),
            ]
            cursor.execute(
                "INSERT INTO searchable (org, log, place, body, act, about, at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [*row, clock.now().isoformat()],
            )


def _nothing(one: Organisation, chance: random.Random) -> None:
    with transaction.atomic():
        _business(chance)


def latency(seconds: int) -> dict[str, float]:
    """How long until an entry stands under a signed checkpoint, and until a high-stake act was seen and done.

    The publisher comes as often as its timetable says, outsiders see the log once an hour, and a witness answers.
    Returns the 99th percentiles in seconds.
    """
    from tests.watching import Watcher, be_watched

    settings.PUBLIC_LOG_MINUTES = 60
    one = organisation()
    watcher = Watcher(Path(settings.DATA) / "committee", "committee")
    be_watched(one, watcher)

    def publisher() -> None:
        while True:
            publish_and_show(organisation())
            time.sleep(settings.PUBLISH_SECONDS)

    child = fork(publisher)
    try:
        signed, acts = _signed_after(one, seconds), _done_after(one, seconds)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        watcher.stop()
    return {"signed": _p99(signed), "acts": _p99(acts), "entries": len(signed), "approved": len(acts)}


def _signed_after(one: Organisation, seconds: int) -> list[float]:
    chance, waiting, taken = random.Random(5), dict[int, float](), list[float]()
    end = time.monotonic() + seconds
    while waiting or time.monotonic() < end:
        if time.monotonic() < end:
            write(one, 1, chance)
            waiting[audit.size(one.pk, "desk") - 1] = time.monotonic()
        time.sleep(0.02)
        size = signed_size(one, "desk")
        taken += [time.monotonic() - waiting.pop(index) for index in sorted(waiting) if index < size]
    return taken


def _done_after(one: Organisation, seconds: int) -> list[float]:
    def open_it(approval: Approval) -> None:
        audit.record(approval.act, organisation=one, to="ab" * 16, approval=approval.ref)

    stakes.effect("identity.unsealed")(open_it)
    taken, end = list[float](), time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        approval = stakes.approve("identity.unsealed", organisation=one, actor="system", role="system")
        assert stakes.settle(approval, seconds=30) is stakes.State.DONE
        taken.append(time.monotonic() - began)
    return taken


def _p99(taken: list[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.99))]
