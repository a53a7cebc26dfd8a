"""The log as evidence for the plan: how often a measure was carried out, and which reports waited too long."""

from pathlib import Path
from typing import Any

import pytest

from .histories import Municipality, run, verify


@pytest.fixture
def place(tmp_path: Path) -> Municipality:
    return Municipality(tmp_path)


def test_measures_are_counted_with_first_and_last(place: Municipality) -> None:
    first = place.record("desk", "case.read", at="2026-03-01")
    place.record("desk", "case.read", at="2026-03-01")
    last = place.record("desk", "case.read", at="2026-03-01T09:00:00Z")
    place.now = place.now.replace(hour=10)

    counted = verify(place.export())["measures"]

    assert counted == {
        "8.4": {
            "events": 3,
            "first": {"at": "2026-03-01", "log": "desk", "index": first},
            "last": {"at": "2026-03-01T09:00:00Z", "log": "desk", "index": last},
        }
    }


def clock(place: Municipality, *arguments: str) -> dict[str, Any]:
    return verify(place.export(), *arguments)["clock"]["C1"]  # type: ignore[no-any-return]


def test_a_report_acknowledged_on_the_seventh_date_is_in_time_and_on_the_eighth_is_late(
    place: Municipality,
) -> None:
    intime, late = place.receive(), place.receive()
    place.now = place.now.replace(day=8, hour=22, minute=59)  # one minute to midnight in Oslo
    place.acknowledge(intime)
    place.wait(minutes=1)
    place.acknowledge(late)

    result = clock(place)

    assert (result["received"], result["met"]) == (2, 1)
    assert [(row["case"], row["due"], row["acknowledged"]) for row in result["late"]] == [
        (late, "2026-03-08", "2026-03-09")
    ]


def test_a_report_nobody_acknowledged_is_overdue_on_the_day_after(place: Municipality) -> None:
    case = place.receive()

    assert clock(place, "--as-of", "2026-03-08")["open"] == 1
    overdue = clock(place, "--as-of", "2026-03-09")["overdue"]

    assert [(row["case"], row["log"]) for row in overdue] == [(case, "channel")]


def test_the_last_entrys_date_counts_when_no_date_is_given(place: Municipality) -> None:
    place.receive()
    place.wait(days=20)
    place.record("desk", "case.read")

    assert clock(place)["as_of"] == "2026-03-21"
    assert len(clock(place)["overdue"]) == 1


def test_the_words_for_people_name_measure_overdue_case_and_verdict(place: Municipality) -> None:
    case = place.receive()
    directory = place.export()

    status, words = run(directory, "--as-of", "2026-05-01")

    assert status == 0
    assert "measure 9.1: 1 event(s)" in words
    assert f"overdue: case {case} (channel 2), received 2026-03-01, due 2026-03-08" in words
    assert words.endswith("The log is intact.\n")
