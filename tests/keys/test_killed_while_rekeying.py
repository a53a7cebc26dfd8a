"""The process dies while keys are renewed: after it is begun again, exactly the right people can read every case."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.audit.databases import Place
from tests.deploy.programs import HERE
from tests.keys.equal import assert_equal, key_holders
from tests.town import Town
from whistle.audit.verify import verify
from whistle.client.keys import KeyWork
from whistle.store.models import Box

STEP = 11  # every so many statements of a renewal, one is the last


FEW = 4


class Killed(BaseException):
    """The process is gone: nothing catches this."""


def dying_at(statement: int) -> Callable[..., Any]:
    left = [statement]

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return execute(sql, params, many, context)

    return run


def test_keys_renewed_by_halves_are_not_renewed_at_all(town: Town) -> None:
    sent = town.report("Kept whole.")
    town.open("ingrid").note("Ours.")
    reference = town.newest().reference
    KeyWork(town.desk("amir")).step_back(reference)
    work = KeyWork(town.desk("berit"))
    ingrid, berit = (town.people[name].staff.ref for name in ("ingrid", "berit"))

    statement, deaths = 0, 0
    while Box.objects.filter(rekey_due=True).exists():
        statement += STEP
        assert statement < 1000
        try:
            with transaction.atomic(), connection.execute_wrapper(dying_at(statement)):
                work.rekey(reference)
        except Killed:
            deaths += 1
            assert {frozenset(key_holders(box)) for box in Box.objects.all()} == {frozenset({ingrid, berit})}
            assert {box.epoch for box in Box.objects.all()} == {1}
            assert_equal(town)

    assert deaths > 3
    assert {box.epoch for box in Box.objects.all()} == {2}
    assert_equal(town)
    for name in ("ingrid", "berit"):
        assert town.open(name).messages[0].body["text"] == "Kept whole."
    assert town.desk("amir").cases() == []
    assert town.mailbox(sent).messages[0].body["text"] == "Kept whole."


class Renewing:
    """A database of its own, and processes that renew its keys."""

    def __init__(self, folder: Path, cases: int) -> None:
        self.place = Place("sqlite", f"sqlite:///{folder}/town.sqlite3", folder)
        self.kept = folder / "kept.json"
        self.run("make", str(cases))

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start a process."""
        line = [sys.executable, "-W", "ignore", "-m", "tests.keys.rekeying", command[0], str(self.kept)]
        here = {"WHISTLE_HOSTS": "testserver,localhost", "WHISTLE_DEFAULT_ORGANISATION": "fjellvik"}
        return subprocess.Popen(
            [*line, *command[1:]],
            cwd=HERE,
            env=self.place.env | here,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str) -> str:
        """Run one to its end; return what it said."""
        process = self.start(*command)
        said, _none = process.communicate(timeout=900)
        assert process.returncode == 0
        return said

    def killed(self, after: int, wait: float) -> bool:
        """Renew keys, and kill the process a moment after so many cases; return whether it had finished."""
        seen = 0
        with self.start("go") as process:
            assert process.stdout is not None
            for line in process.stdout:
                seen += 1
                if line.strip() == "done":
                    return True
                if seen == after:
                    time.sleep(wait)
                    os.kill(process.pid, signal.SIGKILL)
        return False


def renewed(folder: Path, cases: int, most: int, seed: int) -> int:
    chance = random.Random(seed)
    place = Renewing(folder, cases)
    deaths = 0
    while not place.killed(chance.randint(1, most), chance.random() * 0.12):
        deaths += 1
        if cases > FEW:
            assert json.loads(place.run("check"))["faults"] == []
    said = json.loads(place.run("check"))
    assert said == {"cases": cases, "due": 0, "faults": []}
    return deaths


def test_process_killed_while_it_renews_leaves_every_case_to_exactly_the_right_people(tmp_path: Path) -> None:
    assert renewed(tmp_path, cases=FEW, most=2, seed=4) >= 1


@pytest.mark.soak
def test_two_hundred_cases_survive_being_killed_at_random(tmp_path: Path) -> None:
    assert renewed(tmp_path, cases=200, most=25, seed=int(time.time())) >= 5


def test_stranger_of_another_town_renews_nothing(town: Town, other_town: Town) -> None:
    town.report()
    KeyWork(town.desk("amir")).step_back(town.newest().reference)

    assert KeyWork(other_town.desk("anne"))._left(town.people["amir"].staff.ref)["due"] == []
    assert verify(town.organisation).faults == []
