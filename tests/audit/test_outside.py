"""What a stranger learns from size and time of the logs: nothing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.audit.test_export import outsider
from tests.town import Town, make_town
from tests.watching import Watcher, be_watched
from whistle.audit import outside, selectors, stakes
from whistle.audit.export import write
from whistle.audit.folders import organisation_folder
from whistle.audit.outside import STEP, outside_checkpoint
from whistle.audit.tasks import publish_and_show
from whistle.core import clock
from whistle.core.errors import DomainError

MORNING = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_hour(settings: Any) -> None:
    settings.PUBLIC_LOG_MINUTES = 60


class Stranger:
    """Somebody who copies the public folder every five minutes and listens on the wire to the witness."""

    def __init__(self, town: Town, watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
        self.town, self.minute = town, 0
        self.heard: list[tuple[int, int]] = []
        answer = watcher.witness.add_checkpoint
        monkeypatch.setattr(
            watcher.witness, "add_checkpoint", lambda body, at: self.hear(body) or answer(body, at=at)
        )

    def hear(self, body: bytes) -> None:
        self.heard.append((self.minute, len(body)))

    def looks(self) -> list[tuple[str, int]]:
        """Every public file with its size, and the readable part of each checkpoint."""
        folder = organisation_folder(self.town.organisation) / "outside"
        found = [
            (str(path.relative_to(folder)), path.stat().st_size)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ]
        sizes = [
            (path.parent.name, int(path.read_text().split("\n")[1]))
            for path in sorted(folder.glob("*/checkpoint"))
        ]
        return found + sizes


def a_day(town: Town, stranger: Stranger, minutes: int, *, reports: int) -> list[list[tuple[str, int]]]:
    """Live five minutes at a time; somebody writes in the second hour.  Returns what the stranger saw."""
    seen = []
    for minute in range(0, minutes, 5):
        stranger.minute = minute
        with clock.standing_at(MORNING + timedelta(minutes=minute)):
            if reports and minute == 70:
                for number in range(reports):
                    town.report(f"Report {number}.")
            assert publish_and_show(town.organisation)
            seen.append(stranger.looks())
    return seen


@pytest.fixture
def morning() -> Iterator[None]:
    """Towns are founded before the day that is watched."""
    with clock.standing_at(MORNING - timedelta(hours=1)):
        yield


def lived(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, *, reports: int
) -> tuple[Any, Any, int]:
    """Found a town, live a day in it, and take it all back; return what a stranger saw and heard."""
    settings.LOGS, settings.LOG_KEYS = folder / "logs", folder / "keys"
    with transaction.atomic():
        town = make_town("fjellvik")
        watcher = Watcher(folder, "committee")
        be_watched(town.organisation, watcher)
        stranger = Stranger(town, watcher, monkeypatch)
        seen = a_day(town, stranger, 240, reports=reports)
        received = selectors.entries(town.organisation, "channel", acts=("report.received",))
        count = len(list(received))
        transaction.set_rollback(True)
    watcher.stop()
    return seen, stranger.heard, count


def test_a_day_with_reports_looks_like_a_day_without(
    db: None, own_folders: None, morning: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    quiet, heard_quiet, none = lived(tmp_path / "quiet", monkeypatch, settings, reports=0)
    busy, heard_busy, two = lived(tmp_path / "busy", monkeypatch, settings, reports=2)

    assert (none, two) == (0, 2)
    assert busy == quiet
    assert heard_busy == heard_quiet
    assert len({str(look) for look in quiet}) == 4  # one change an hour


def test_both_logs_grow_by_the_same_step_each_hour(town: Town, watcher: Watcher) -> None:
    be_watched(town.organisation, watcher)
    sizes = []
    began = clock.now()
    for hour in range(3):
        with clock.standing_at(began + timedelta(hours=hour)):
            publish_and_show(town.organisation)
        sizes.append([outside_checkpoint(town.organisation, log).size for log in ("desk", "channel")])  # type: ignore[union-attr]

    steps = [[later - earlier for earlier, later in zip(*pair, strict=True)] for pair in pairwise(sizes)]
    assert steps == [[STEP, STEP], [STEP, STEP]]
    assert all(size % STEP == 0 for pair in sizes for size in pair)


def test_a_busy_hour_is_filled_to_the_next_step(town: Town) -> None:
    began = clock.now()
    publish_and_show(town.organisation)
    for number in range(STEP + 1):
        town.desk("ingrid").sign_out() if number == 0 else town.new_desk("ingrid")
    before = outside_checkpoint(town.organisation, "desk")

    with clock.standing_at(began + timedelta(hours=1)):
        publish_and_show(town.organisation)

    after = outside_checkpoint(town.organisation, "desk")
    assert before is not None
    assert after is not None
    assert after.size - before.size == 2 * STEP


def test_a_reporter_who_asks_often_sees_no_newer_checkpoint(town: Town) -> None:
    publish_and_show(town.organisation)
    sent = town.report("First.")
    publish_and_show(town.organisation)
    waiting = town.mailbox(sent).wire["receipts"][0]
    town.report("Somebody else's.")
    publish_and_show(town.organisation)
    still = town.mailbox(sent).wire["receipts"][0]

    with clock.standing_at(clock.now() + timedelta(hours=1)):
        publish_and_show(town.organisation)
        proved = town.mailbox(sent).wire["receipts"][0]

    assert waiting["checkpoint"] == still["checkpoint"] == ""
    assert proved["proof"]
    assert re.search(r"\n\d*[02468]\n", proved["checkpoint"])


def test_a_crash_between_padding_and_publishing_pads_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_given: object, **_named: object) -> int:
        raise KeyboardInterrupt

    real = outside.publish
    monkeypatch.setattr(outside, "publish", crash)
    with pytest.raises(KeyboardInterrupt):
        publish_and_show(town.organisation)
    size = selectors.size(town.organisation, "desk")
    monkeypatch.setattr(outside, "publish", real)

    publish_and_show(town.organisation)

    assert selectors.size(town.organisation, "desk") == size
    head = outside_checkpoint(town.organisation, "desk")
    assert head is not None
    assert head.size == size


def test_a_high_stake_act_does_not_wait_for_the_hour(town: Town, watcher: Watcher) -> None:
    be_watched(town.organisation, watcher)
    publish_and_show(town.organisation)
    approval = stakes.approve("role.granted", organisation=town.organisation, actor="ab" * 16, role="staff")
    assert stakes.state(approval) is stakes.State.WAITING

    stakes.await_witness(approval, publish=publish_and_show, seconds=1)

    with stakes.carrying_out(approval):
        pass
    with pytest.raises(DomainError, match="done"), stakes.carrying_out(approval):
        pass
    assert selectors.size(town.organisation, "desk") % STEP == 0


def test_anchors_and_pads_satisfy_a_strangers_program(
    db: None,
    own_folders: None,
    morning: None,
    watcher: Watcher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = make_town("fjellvik")
    be_watched(town.organisation, watcher)
    answer, moment = watcher.witness.add_checkpoint, MORNING
    monkeypatch.setattr(  # the witness's thread has no part in our standing clock
        watcher.witness, "add_checkpoint", lambda body, at: answer(body, at=int(moment.timestamp()))
    )
    for hour in range(0, 30, 5):
        moment = MORNING + timedelta(hours=hour)
        with clock.standing_at(moment):
            publish_and_show(town.organisation)
    write(town.organisation, tmp_path / "export")

    status, found = outsider(tmp_path / "export")

    assert (status, found["faults"]) == (0, [])
    anchors = selectors.entries(town.organisation, "channel", acts=("log.anchor",))
    assert {read.fields["d"]["log"] for read in anchors} == {"desk", "channel"}
    for log in ("desk", "channel"):
        assert found["logs"][log]["older_checkpoints_held"] == 2  # one kept each day
        assert found["logs"][log]["anchors_held"] == 4  # each named in both logs, signatures and all
