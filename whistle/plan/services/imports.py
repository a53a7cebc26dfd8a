"""Taking a counted file in: all of it, once."""

from datetime import date

from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.due import occurrences
from whistle.plan.imports.check import Counted, count
from whistle.plan.imports.kinds import KINDS, Kind
from whistle.plan.models import Evidence, ImportRun
from whistle.plan.selectors import plan_in_force
from whistle.plan.services import work
from whistle.plan.services.given import WORKER, Given, give


def preview(kind: str, octets: bytes) -> Counted:
    """Return what a file would come to; nothing is stored.  Raises `import.kind` or another `import.*`."""
    return count(kind_of(kind), octets)


def kind_of(code: str) -> Kind:
    """Return a kind of file.  Raises `import.kind`."""
    if code not in KINDS:
        raise DomainError("import.kind")
    return KINDS[code]


@audit.atomic()
def take_in(
    organisation: Organisation,
    counted: Counted,
    *,
    period: tuple[date, date],
    by: str,
    role: str = WORKER,
) -> ImportRun:
    """Store what a file came to, as evidence too, and return it.

    Raises `import.faults` for a file with faults, `import.period` for a period that is none, `import.taken` for the
    same file twice, `plan.not_in_force`; then nothing is stored.
    """
    first, last = period
    plan = plan_in_force(organisation)
    if counted.faults:
        raise DomainError("import.faults")
    if first > last or last > clock.today():
        raise DomainError("import.period")
    indicator = (
        plan.indicators.filter(code=counted.indicator).select_related("measure").first() if plan else None
    )
    if indicator is None:
        raise DomainError("plan.not_in_force", status=409)
    if ImportRun.objects.filter(
        organisation=organisation, indicator=counted.indicator, file_hash=counted.sha256
    ).exists():
        raise DomainError("import.taken", status=409)
    measure = indicator.measure
    covered: list[date | None] = [
        day for day in occurrences(measure.due, measure.recurrence, last) if first <= day
    ]
    for day in covered or [None]:
        of = {"by": by, "role": role, "sha256": counted.sha256}
        work.show(measure, Evidence.Kind.IMPORT, period=period, for_due=day, **of)
    figure = Given(counted.indicator, counted.met, counted.counted, period, "import", counted.sha256)
    give(measure, figure, by=by, role=role)
    return ImportRun.objects.create(
        organisation=organisation,
        indicator=counted.indicator,
        kind=counted.kind,
        period_from=first,
        period_to=last,
        counted=counted.counted,
        met=counted.met,
        file_hash=counted.sha256,
        by=by,
        at=clock.now(),
    )
