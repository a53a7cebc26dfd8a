"""Looking after an installation: what is wrong, who is told, and what numbers may leave the house.

States come from what is there anyway: files that parts leave behind, the clock, the disk.  Nothing here counts reports,
cases or people.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from whistle.accounts.models import Certificate
from whistle.audit import alarms
from whistle.audit.alarms import Kind
from whistle.audit.folders import LOGS, halt_path, outside_folder
from whistle.core import clock
from whistle.operations import leaks
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import every
from whistle.store.services import inspection
from whistle.tlog import checkpoint, note

HOUR, DAY = 3600, 86400
# How old the last sign of each may be.  A backup runs nightly, a drill weekly, a probe daily.
OLDEST = {"backup": 30 * HOUR, "drill": 8 * DAY, "probe": 26 * HOUR}
KINDS = {"backup": Kind.BACKUP, "drill": Kind.BACKUP, "probe": Kind.PROBE}
BEGAN = "began"  # the sign of an installation's first look at itself
LEAST_ROOM = 0.1  # of a disk
EXPIRES = timedelta(days=30)


@dataclass(frozen=True)
class Finding:
    """Something that people must know of: an alarm's kind, and a word that tells nothing about anybody."""

    kind: Kind
    detail: str


def findings() -> Iterator[Finding]:
    """Yield what is wrong with the installation as a whole."""
    for name, limit in OLDEST.items():
        since = (
            age(name) if age(name) is not None else age(BEGAN)
        )  # what was never done is late from the first day on
        if expected(name) and (since is None or since > limit):
            yield Finding(KINDS[name], f"{name}: none within {limit // HOUR} hours")
    if room() < LEAST_ROOM:
        yield Finding(Kind.DISK, "less than a tenth of the disk is free")
    for name in leaks.noted():
        yield Finding(Kind.LEAK, name)
    if inspection.last().damaged:
        yield Finding(Kind.FILES, "sealed files are damaged or gone")


def findings_of(organisation: Organisation, ending: set[int] | None = None) -> Iterator[Finding]:
    """Yield what is wrong with one organisation; `ending` is asked once for all."""
    if organisation.pk in (with_ending_certificates() if ending is None else ending):
        yield Finding(Kind.CERTIFICATE, "a certificate ends within 30 days")


def with_ending_certificates() -> set[int]:
    """Return the organisations in which somebody's last certificate ends soon."""
    soon = clock.now() + EXPIRES
    running = Certificate.objects.filter(revoked_at=None, not_after__gt=clock.now())
    ends: dict[tuple[int, str], bool] = {}
    for organisation, subject, not_after in running.values_list("organisation_id", "subject", "not_after"):
        whose = (organisation, subject)
        ends[whose] = ends.get(whose, True) and not_after < soon  # a newer one is there in time
    return {organisation for (organisation, _subject), soon_over in ends.items() if soon_over}


def raise_alarms() -> int:
    """Raise an alarm for each finding at each organisation it concerns; return how many are new."""
    if age(BEGAN) is None:
        sign(BEGAN)
    common, ending, new = list(findings()), with_ending_certificates(), 0
    standing = alarms.unanswered()  # a fault lasts for days, and this runs for every municipality
    for organisation in every():
        for found in [*common, *findings_of(organisation, ending)]:
            if (organisation.pk, found.kind.value) not in standing:
                new += alarms.raise_alarm(organisation, found.kind, detail=found.detail)
    return new


def expected(name: str) -> bool:
    """Return whether this installation does such a thing at all: the demo makes no backups."""
    return bool(settings.BACKUP) if name in ("backup", "drill") else bool(settings.PROBE_URL)


def age(name: str) -> float | None:
    """Return the seconds since the last sign of something, None when there never was one."""
    try:
        return max(0.0, time.time() - (settings.HEARTBEATS / name).stat().st_mtime)
    except OSError:
        return None


def sign(name: str) -> None:
    """Leave a sign that something was done."""
    settings.HEARTBEATS.mkdir(parents=True, exist_ok=True, mode=0o770)
    (settings.HEARTBEATS / name).touch()


def room() -> float:
    """Return the free part of the disk that sealed files lie on, 0 to 1."""
    folder = settings.BLOBS if settings.BLOBS.exists() else settings.DATA
    usage = shutil.disk_usage(folder)
    return usage.free / usage.total


def metrics() -> str:
    """Return the figures for Prometheus: states, ages, room; no count that moves when somebody reports.

    Ages are rounded to whole minutes, room to whole hundredths, logs to the size that outsiders know.
    """
    lines: list[str] = []

    def put(name: str, value: float, **labels: str) -> None:
        inner = ",".join(f'{key}="{text}"' for key, text in labels.items())
        lines.append(f"whistle_{name}{{{inner}}} {value:g}" if inner else f"whistle_{name} {value:g}")

    for name in ("celery", "publisher", *OLDEST):
        if (seconds := age(name)) is not None:
            put("last_sign_age_seconds", 60 * (seconds // 60), part=name)
    put("disk_free_ratio", int(100 * room()) / 100)
    put("address_leaks", len(leaks.noted()))
    wrong = [found.kind.value for found in findings()]
    for kind in Kind:
        put("finding", wrong.count(kind.value) > 0, kind=kind.value)
    unanswered = {organisation for organisation, _kind in alarms.unanswered()}
    for organisation in every():
        put("log_halted", halt_path(organisation).exists(), organisation=organisation.slug)
        put("alarms_open", organisation.pk in unanswered, organisation=organisation.slug)
        for log in LOGS:
            path = outside_folder(organisation, log) / "checkpoint"
            if path.exists():
                shown = checkpoint.parse(note.parse(path.read_bytes()).text).size
                put("log_shown_outside", shown, organisation=organisation.slug, log=log)
    return "\n".join(lines) + "\n"


def write_metrics() -> None:
    """Lay the figures where node_exporter's textfile collector, or nginx, finds them."""
    settings.HEARTBEATS.mkdir(parents=True, exist_ok=True, mode=0o770)
    draft = settings.HEARTBEATS / "metrics.draft"
    draft.write_text(metrics())
    draft.replace(settings.HEARTBEATS / "whistle.prom")
