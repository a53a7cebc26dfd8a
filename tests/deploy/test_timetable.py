"""The timetable starts again whatever a power cut left of its file: clocks that stand still are noticed by nobody."""

import shutil
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings

from whistle import work
from whistle.celery import app as workers
from whistle.timetable import SCHEDULER, Scheduler, timetable


def start(file: Path) -> set[str]:
    """Start a timetable on this file and stop it; return what it will do."""
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.update(beat_schedule=timetable(settings))
    scheduler = Scheduler(app=app, schedule_filename=str(file))
    known = set(scheduler.schedule)
    scheduler.close()
    return known


def test_every_process_that_keeps_time_does_so_with_it() -> None:
    assert isinstance(work.timekeeper().get_scheduler(lazy=True), Scheduler)
    assert workers.conf.beat_scheduler == SCHEDULER


@pytest.mark.parametrize("left", [0, 1, 10, 0.5, 0.99], ids=str)
def test_a_torn_file_loses_no_task(tmp_path: Path, left: float) -> None:
    whole = start(tmp_path / "beat")
    assert whole >= set(timetable(settings))
    for torn in sorted(tmp_path.glob("beat*")):
        folder = tmp_path / f"torn-{torn.name}"
        folder.mkdir()
        for file in tmp_path.glob("beat*"):
            shutil.copy(file, folder)
        octets = torn.read_bytes()
        (folder / torn.name).write_bytes(octets[: left if isinstance(left, int) else int(len(octets) * left)])
        assert start(folder / "beat") == whole
        assert start(folder / "beat") == whole, "and once more, from the new file"


def test_a_stranger_s_file_in_its_place_loses_no_task(tmp_path: Path) -> None:
    for name in ("beat", "beat.dat", "beat.dir", "beat.bak"):
        (tmp_path / name).write_bytes(b"\x80nothing of ours")
    assert start(tmp_path / "beat") >= set(timetable(settings))
