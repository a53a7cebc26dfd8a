"""Figures that somebody or another system gave, put in the log, where every figure of the plan is computed from."""

from dataclasses import dataclass
from datetime import date

from whistle.audit import services as audit
from whistle.plan.models import Measure

WORKER = "measure_owner"  # as what people work on a measure, unless the caller knows better


@dataclass(frozen=True)
class Given:
    """A figure that somebody or another system gave: `met` of `counted` for an indicator in a period."""

    indicator: str
    met: int
    counted: int
    period: tuple[date, date]
    source: str  # "import" or "attestation"
    sha256: str = ""  # of the file it was counted from


def give(measure: Measure, figure: Given, *, by: str, role: str = WORKER, second: str = "") -> None:
    """Put a figure in the log.  Needs `audit.atomic()`."""
    more = {"hash": figure.sha256, "second": second}
    audit.record(
        "figure.given",
        organisation=measure.organisation,
        actor=by,
        role=role,
        detail={
            "indicator": figure.indicator.lower(),
            "met": figure.met,
            "counted": figure.counted,
            "from": figure.period[0].isoformat(),
            "to": figure.period[1].isoformat(),
            "source": figure.source,
            **{name: it for name, it in more.items() if it},
        },
    )
