"""What outsiders see of the log, and when: on a fixed clock, in sizes that tell nothing.

Size and time of a log are information: a tree that grows by one at 21:14 says that somebody wrote.  So the logs are
shown (to witnesses, and in the folder `outside`) at fixed minutes only, whether or not anything happened, and each
time both have grown by `STEP` entries, or a multiple of it on a busy day; what is missing is filled with `pad`.
Inside the house checkpoints are signed as often as before; nobody outside sees those.

WHISTLE_PUBLIC_LOG_MINUTES = 0 switches clock and padding off: every checkpoint is shown at once (demo, tests).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from whistle.audit import alarms, policies, stakes, timestamps
from whistle.audit import services as audit
from whistle.audit.alarms import Kind
from whistle.audit.appending import hold
from whistle.audit.folders import LOGS, log_folder, organisation_folder, outside_folder
from whistle.audit.models import InForce
from whistle.audit.publisher import publish
from whistle.audit.registry import CHANNEL, DESK
from whistle.audit.witnesses import show_outside
from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note
from whistle.tlog.durable import Batch
from whistle.tlog.tile_reader import read_checkpoint

STEP = 16
ANCHOR_SECONDS = 3600
STAMP_SECONDS = 24 * 3600
SILENCE_SECONDS = 24 * 3600


@dataclass
class Ticks:
    """The numbers of the intervals in which things were last done; -1 before the first time."""

    round: int = -1
    anchor: int = -1
    stamp: int = -1
    met: int = 0  # POSIX seconds when the quorum was last met


def show(organisation: Organisation) -> bool:
    """Show both logs outside if the clock says so, or a high-stake act waits; return whether they were shown."""
    ticks = _read(organisation)
    now = int(clock.now().timestamp())
    minutes = settings.PUBLIC_LOG_MINUTES
    number = now // (60 * minutes) if minutes else -1
    if minutes and number == ticks.round and not stakes.waiting(organisation):
        return False
    if now // ANCHOR_SECONDS != ticks.anchor:
        anchor(organisation)
        ticks.anchor = now // ANCHOR_SECONDS
    ends = {log: _pad(organisation, log) if minutes else None for log in LOGS}
    shown = {}
    for log in (DESK, CHANNEL):
        signed = publish(organisation, log, end=ends[log])
        shown[log] = show_outside(organisation, log) >= signed
    ticks.round = number
    if all(shown.values()):
        ticks.met = now
    _alarm_of_silence(organisation, ticks, now)
    if now // STAMP_SECONDS != ticks.stamp and timestamps.stamp(organisation):
        ticks.stamp = now // STAMP_SECONDS
    _name_desk_size(organisation)
    _write(organisation, ticks)
    return True


def anchor(organisation: Organisation) -> None:
    """Log in each log what was last shown outside of both: nothing later can be dated before it.

    The hash of the whole note is logged as well: with the witnesses' signatures in it, nobody could know it earlier.
    """
    raw = {log: read_checkpoint(outside_folder(organisation, log)) for log in LOGS}
    with audit.atomic():
        for log in LOGS:
            for named in filter(raw.get, LOGS):
                head = checkpoint.parse(note.parse(raw[named]).text)
                about = {"log": named, "size": head.size, "root": head.root.hex()}
                about["note"] = hashlib.sha256(raw[named]).hexdigest()
                audit.record("log.anchor", organisation=organisation, log=log, coarse=True, detail=about)
    for log in filter(raw.get, LOGS):
        keep_checkpoint(organisation, log)


def keep_checkpoint(organisation: Organisation, log: str) -> None:
    """Keep what was last shown, once a day: the verifier holds the log against every one of these."""
    folder = log_folder(organisation, log) / "checkpoints"
    path = folder / clock.today().isoformat()
    if not path.exists():
        batch = Batch()
        batch.write(path, read_checkpoint(outside_folder(organisation, log)))
        batch.flush()


def outside_checkpoint(organisation: Organisation, log: str) -> checkpoint.Checkpoint | None:
    """Return the checkpoint outsiders have, None before the first."""
    raw = read_checkpoint(outside_folder(organisation, log))
    return checkpoint.parse(note.parse(raw).text) if raw else None


def _pad(organisation: Organisation, log: str) -> int:
    """Fill the log up to the size that is shown next, and return that size.

    The lock of the log is held from counting to committing, so nobody's entry gets in between.
    """
    head = outside_checkpoint(organisation, log)
    before = head.size if head else 0
    with audit.atomic():
        hold(organisation.pk, log)
        size = audit.size(organisation.pk, log)
        grown = max(STEP, -(-(size - before) // STEP) * STEP)
        for _ in range(before + grown - size):
            audit.record("pad", organisation=organisation, log=log, coarse=True)
    return before + grown


def _name_desk_size(organisation: Organisation) -> None:
    """Let entries of the channel log name the desk log's size as outsiders know it."""
    head = outside_checkpoint(organisation, DESK)
    if head is not None:
        InForce.objects.filter(organisation=organisation, desk_size__lt=head.size).update(desk_size=head.size)


def _alarm_of_silence(organisation: Organisation, ticks: Ticks, now: int) -> None:
    if not policies.has_witnesses(organisation):
        return
    ticks.met = ticks.met or now
    if now - ticks.met > SILENCE_SECONDS:
        alarms.raise_alarm(organisation, Kind.SILENT)


def _path(organisation: Organisation) -> Path:
    return organisation_folder(organisation) / "ticks.json"


def _read(organisation: Organisation) -> Ticks:
    try:
        return Ticks(**json.loads(_path(organisation).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return Ticks()


def _write(organisation: Organisation, ticks: Ticks) -> None:
    batch = Batch()
    batch.write(_path(organisation), json.dumps(asdict(ticks)).encode())
    batch.flush()
