"""Many writers, sudden death, and owners of the database who cheat: on SQLite and on PostgreSQL."""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.audit.databases import Place, Postgres, new_postgres
from tests.deploy.programs import HERE

# what verification must name, at least; 40 is the entry that was meddled with
NAMED = {
    "alter": [["row.injected", 40], ["row.altered", 40]],
    "swap": [["row.altered", 40], ["row.altered", 41], ["row.injected", 40], ["row.injected", 41]],
    "drop": [["row.missing", 40]],
    "drop and close the gap": [["row.altered", 40], ["row.missing", 299]],
    "insert": [["row.injected", 40], ["row.altered", 40]],
    "truncate": [["row.missing", 280], ["row.missing", 299]],
    "back-date": [["row.altered", 40], ["row.injected", 40]],
    "hide from search": [["row.columns", 40]],
    "tile edit": [["entry.differs_from_tile", 40]],
    "bundle edit": [["root.mismatch", None]],
    "checkpoint edit": [["checkpoint.signature", None]],
    "wrong key": [["key.changed", None], ["checkpoint.signature", None]],
    "fork with the real key": [["history.forked", 299]],
    "rollback": [["history.rolled_back", 280]],
}


def test_every_way_to_cheat_is_found_and_named(place: Place) -> None:
    """The cheat is a stranger to nobody: they own the database, in the last two cases the keys too."""
    found = place.run("tamper")

    kinds = found["kinds"]
    assert kinds.pop("untouched") == []
    assert kinds.pop("untouched again") == []
    assert set(kinds) == set(NAMED)
    for name, due in NAMED.items():
        assert [fault for fault in due if fault not in kinds[name]["faults"]] == [], name
    assert {kinds[name]["publisher"] for name in ("truncate", "rollback", "drop")} == {"lost"}
    assert (
        kinds["fork with the real key"]["publisher"] == "signed"
    )  # nothing new to sign: verification's business
    assert found["injected"] == {"publisher": "injected", "checkpoint": "same"}
    assert found["restored"] == {"publisher": "lost"}


def test_four_colleagues_write_at_once_and_no_place_stays_empty(place: Place) -> None:
    found = place.run("crowd", "4", "40")

    assert found["statuses"] == [0] * 5
    assert found["faults"] == []
    assert found["gapless"]
    assert found["signed"] == found["rows"]
    assert found["rows"]["desk"] > 100


def test_a_process_killed_at_any_moment_leaves_no_gap_and_loses_nothing_promised(place: Place) -> None:
    found = place.run("crash", "20", "1")

    assert found["wrong"] == []
    assert (found["lost"], found["shrunk"]) == (0, 0)
    assert found["published"] > 3  # it was killed while it published, too
    assert found["gapless"]
    assert found["signed"] == found["rows"]


@pytest.mark.soak
def test_two_hundred_sudden_deaths(place: Place) -> None:
    found = place.run("crash", "200", "2", timeout=900)

    assert found["wrong"] == []
    assert (found["lost"], found["shrunk"]) == (0, 0)
    assert found["published"] > 30
    assert found["signed"] == found["rows"]


def test_the_database_itself_refuses_what_nobody_may_do(place: Place) -> None:
    said = place.run("guards")

    for name in ("update", "delete", "document"):
        assert "append-only" in said[name], name
    assert "next place" in said["gap"]
    assert "entry" in said["case"] or "FOREIGN KEY" in said["case"]
    if place.kind == "postgresql":
        assert "append-only" in said["truncate"]
        assert "append-only" in said["replica"]


def test_a_restored_backup_is_made_whole_and_guarded_again(place: Place) -> None:
    found = place.run("recover")

    assert "an accident" in found["said"]
    assert found["kept"]
    assert "append-only" in found["guards"]
    assert (found["faults"], found["gapless"]) == ([], True)
    assert found["signed"] == found["rows"]


def crashes(folder: Path, count: int, seed: int) -> list[str]:
    """Kill the server under two writers and publishers at once, again and again; return what was wrong after each."""
    chance, wrong = random.Random(seed), list[str]()
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        server = Postgres(Path(name))
        place = new_postgres(name, folder)
        place.run("make")
        before = 0
        for number in range(count):
            streams = [
                subprocess.Popen(
                    [sys.executable, "-W", "ignore", "-m", "tests.audit.lab", "stream", str(seed + 2 * number + one)],
                    cwd=HERE, env=place.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                )
                for one in range(2)
            ]  # fmt: skip
            for each in streams:  # both are at work
                assert each.stdout is not None
                each.stdout.read(8 * chance.randint(3, 12))
            time.sleep(chance.uniform(0, 0.02))
            server.kill()
            said = b"".join(each.communicate(timeout=30)[0] for each in streams)
            promised = max(
                [before, *(int.from_bytes(said[at : at + 8], "big") for at in range(0, len(said) - 7, 8))]
            )
            server.start()
            now = place.run("state")
            if now["faults"] or not now["gapless"] or now["rows"]["desk"] < promised:
                wrong.append(f"{number}: {now['rows']} of {promised}, {now['faults'][:3]}")
            before = now["rows"]["desk"]
        assert before > 3 * count, "it was killed at work"
        server.stop()
    return wrong


def test_a_database_server_that_dies_loses_nothing_that_was_promised_or_signed(tmp_path: Path) -> None:
    """A colleague's entry may be seen before it is on the disk; nobody was told of it then, and nobody signed it."""
    assert crashes(tmp_path, 3, 7) == []


@pytest.mark.soak
def test_fifty_deaths_of_the_database_server(tmp_path: Path) -> None:
    assert crashes(tmp_path, 50, 11) == []
