"""`python -m tests.audit.lab COMMAND …`: what tests do to a log in processes of their own; answers in JSON.

The process forks instead of starting anew, so that killing it at hundreds of moments takes seconds.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from whistle.audit import services as audit  # noqa: E402
from whistle.audit.folders import LOGS  # noqa: E402
from whistle.audit.models import Entry  # noqa: E402
from whistle.audit.publisher import publish_all, signed_size, start_log  # noqa: E402
from whistle.audit.verify import verify  # noqa: E402
from whistle.core import clock  # noqa: E402
from whistle.organisations.models import Organisation  # noqa: E402

SLUG = "fjellvik"


def organisation() -> Organisation:
    return Organisation.objects.get(slug=SLUG)


def make() -> dict[str, int]:
    """Migrate, and start the logs of one organisation."""
    call_command("migrate", verbosity=0)
    one = Organisation.objects.create(slug=SLUG, name="Fjellvik", log_origin="fjellvik.example", live=True)
    for log in LOGS:
        start_log(one, log)
    audit.adopt_registry(one)
    return publish_all(one)


def write(one: Organisation, count: int, chance: random.Random) -> None:
    """One transaction of `count` entries, the last of which may be a reporter's."""
    with audit.atomic():
        for number in range(count):
            if number == 2:
                audit.record(
                    "reporter.wrote", organisation=one, log="channel", actor="reporter", role="reporter",
                    case=chance.randbytes(16).hex(), item=chance.randbytes(32).hex(),
                )  # fmt: skip
            else:
                audit.record(
                    "note.written", organisation=one, actor=chance.randbytes(16).hex(), role="handler",
                    case=chance.randbytes(16).hex(), item=chance.randbytes(32).hex(),
                )  # fmt: skip


class Abandon(Exception):  # noqa: N818  # no error: a decision
    """The transaction is given up."""


def writer(transactions: int, seed: int) -> None:
    """Write; give up three transactions of ten after their entries were recorded."""
    chance, one = random.Random(seed), organisation()
    for _ in range(transactions):
        try:
            with audit.atomic():
                write(one, chance.randint(1, 3), chance)
                if chance.random() < 0.3:
                    raise Abandon
        except Abandon:
            continue


def fork(work: Callable[[], object]) -> int:
    """Run `work` in a child that has a connection of its own; return its process id."""
    connection.close()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def state() -> dict[str, Any]:
    """Sizes, and whatever is wrong."""
    one = organisation()
    result = verify(one)
    indices = {
        log: list(Entry.objects.filter(log=log).order_by("index").values_list("index", flat=True))
        for log in LOGS
    }
    return {
        "rows": {log: len(found) for log, found in indices.items()},
        "gapless": all(found == list(range(len(found))) for found in indices.values()),
        "signed": {log: signed_size(one, log) for log in LOGS},
        "faults": [str(fault) for fault in result.faults],
    }


def crowd(clients: int, transactions: int) -> dict[str, Any]:
    """Let several processes write at once while another publishes."""
    children = [fork(lambda seed=seed: writer(transactions, seed)) for seed in range(clients)]
    children.append(fork(lambda: [(publish_all(organisation()), time.sleep(0.01)) for _ in range(20)]))
    statuses = [os.waitpid(child, 0)[1] for child in children]
    asked(lambda: publish_all(organisation()))
    return {"statuses": statuses, **asked(state)}


def crash(points: int, seed: int) -> dict[str, Any]:
    """Kill a process that writes and publishes at `points` random moments; look after each."""
    chance = random.Random(seed)
    found: dict[str, Any] = {"points": points, "wrong": [], "lost": 0, "shrunk": 0, "published": 0}
    signed, acked = dict.fromkeys(LOGS, 0), 0
    for point in range(points):
        read, wrote = os.pipe()
        child = fork(lambda wrote=wrote, point=point: _until_killed(wrote, seed * 1000 + point))
        os.close(wrote)
        with os.fdopen(read, "rb") as pipe:
            for _ in range(chance.randint(1, 8)):
                acked = max(acked, int.from_bytes(pipe.read(8), "big"))
            time.sleep(chance.uniform(0, 0.02))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            rest = pipe.read()
        acked = max([acked, *(int.from_bytes(rest[at : at + 8], "big") for at in range(0, len(rest) - 7, 8))])
        now = asked(state)
        if now["faults"] or not now["gapless"]:
            found["wrong"].append([point, now["faults"][:3], now["gapless"]])
        found["lost"] += now["rows"]["desk"] < acked
        found["shrunk"] += any(now["signed"][log] < signed[log] for log in LOGS)
        found["published"] += any(now["signed"][log] > signed[log] for log in LOGS)
        signed = now["signed"]
    asked(lambda: publish_all(organisation()))
    return {**found, **asked(state)}


def _until_killed(pipe: int, seed: int) -> None:
    chance, one = random.Random(seed), organisation()
    while True:
        os.write(pipe, bytes(8))  # a step begins
        write(one, chance.randint(1, 3), chance)
        rows = Entry.objects.filter(organisation=one, log="desk").count()
        os.write(pipe, rows.to_bytes(8, "big"))  # so many are promised by the database
        publish_all(one)


def stream(seed: int) -> None:
    """Write and publish until the database is gone, saying after each transaction how many entries it promised."""
    from django.db import DatabaseError

    try:
        _until_killed(sys.stdout.fileno(), seed)
    except DatabaseError:
        os._exit(0)


def recover() -> dict[str, Any]:
    """Lose the newest entries as a restored backup would, write on, and put everything back."""
    from io import StringIO

    from tests.audit.tampering import disarm

    one, chance, said = organisation(), random.Random(3), StringIO()
    for _ in range(5):
        write(one, 3, chance)
    publish_all(one)
    before = list(Entry.objects.order_by("log", "index").values_list("log", "body"))
    with transaction.atomic(), connection.cursor() as cursor:
        disarm()
        cursor.execute('DELETE FROM audit_entry WHERE "index" >= 4')
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER ALL")
    call_command("migrate", verbosity=0)  # puts the guards up again
    write(one, 3, chance)
    call_command("recover_log", stdout=said)
    after = set(map(bytes, Entry.objects.values_list("body", flat=True)))
    kept = all(bytes(body) in after for _log, body in before)
    publish_all(one)
    return {"said": said.getvalue(), "kept": kept, "guards": guards()["delete"], **state()}


def asked_later(work: Callable[[], Any]) -> Callable[[], Any]:
    """Start `work` in a child; return what waits for its answer."""
    read, wrote = os.pipe()
    child = fork(lambda: os.write(wrote, json.dumps(work()).encode()))
    os.close(wrote)

    def answer() -> Any:
        with os.fdopen(read, "rb") as pipe:
            octets = pipe.read()
        os.waitpid(child, 0)
        return json.loads(octets)

    return answer


def asked(work: Callable[[], Any]) -> Any:
    """Return what `work` returns, computed in a child."""
    return asked_later(work)()


def guards() -> dict[str, str]:
    """Try everything the database must refuse; answer with what it said."""
    from django.db import DatabaseError

    from cases.models import Case

    said = {}
    statements = {
        "update": "UPDATE audit_entry SET act = 'pad'",
        "delete": "DELETE FROM audit_entry",
        "document": "DELETE FROM audit_document",
        "gap": "INSERT INTO audit_entry (organisation_id, log, \"index\", body, mac, act, \"case\", at) "
        "SELECT organisation_id, log, \"index\" + 50, body, mac, act, \"case\", at FROM audit_entry WHERE \"index\" = 0",
    }  # fmt: skip
    if connection.vendor == "postgresql":
        statements["truncate"] = "TRUNCATE audit_entry"
        statements["replica"] = "SET session_replication_role = replica; DELETE FROM audit_entry"
    for name, statement in statements.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            said[name] = "done"
        except DatabaseError as error:
            said[name] = str(error)
        finally:
            connection.close()
    try:
        with transaction.atomic():  # no service, no signal: a row behind everybody's back
            Case.objects.bulk_create(
                [Case(organisation=organisation(), log_ref="x", received_on=clock.today())]
            )
        said["case"] = "done"
    except DatabaseError as error:
        said["case"] = str(error)
    return said


def main(arguments: list[str]) -> None:
    command, *rest = arguments
    if command == "tamper":
        from tests.audit import tampering

        answer: Any = {
            "kinds": tampering.matrix(),
            "injected": tampering.injected(),
            "restored": tampering.restored(),
        }
    elif command == "stream":
        stream(int(rest[0]))
    elif command in ("rates", "latency"):
        from tests.audit import timing

        answer = getattr(timing, command)(*map(int, rest))
    else:
        commands: dict[str, Callable[..., Any]] = {
            "make": make, "crowd": crowd, "crash": crash, "state": state, "guards": guards,
            "recover": recover,
        }  # fmt: skip
        answer = commands[command](*map(int, rest))
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
