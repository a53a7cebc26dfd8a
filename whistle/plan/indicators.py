"""Readings: figures computed from the log alone, each naming the part of the log it was computed from.

Anybody who holds the log can check one: take the leaf hashes of the range (they are the bytes of the level-0 tiles),
hash them with SHA-256, compare; then run the rule that the reading carries over the range's entries.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from django.conf import settings

from whistle.audit import selectors as log_of
from whistle.audit.folders import LOGS
from whistle.audit.outside import outside_checkpoint
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.implied import is_put, rule_of
from whistle.plan.models import Plan, Reading
from whistle.plan.rules import Figure, Line, Period, Rule, civil_date, evaluate, wanted
from whistle.tlog.hashing import leaf_hash


@dataclass(frozen=True)
class Range:
    """Entries `first` to `last` of one log, both included, and the SHA-256 over their leaf hashes.

    An empty log has no last entry: `last` is -1.
    """

    log: str
    first: int
    last: int
    sha256: str


@dataclass(frozen=True)
class Computed:
    """A figure with the rule that made it and the ranges it was made from."""

    period: Period
    rule: Rule
    figure: Figure
    ranges: tuple[Range, ...]


def compute(
    organisation: Organisation, rule: Rule, period: Period, *, sizes: Mapping[str, int], hashed: bool = True
) -> Computed:
    """Return what a rule makes of the organisation's logs in a period, read up to `sizes`.

    Without `hashed` the ranges are left out: hashing takes time in proportion to the whole log.
    """
    acts = wanted(rule)
    lines = chain.from_iterable(_lines(organisation, log, acts[log], sizes[log]) for log in acts)
    figure = evaluate(rule, lines, period)
    ranges = tuple(range_of(organisation, log, last=sizes[log] - 1) for log in acts) if hashed else ()
    return Computed(period, rule, figure, ranges)


def range_of(organisation: Organisation, log: str, *, first: int = 0, last: int) -> Range:
    """Return a range of a log with its hash."""
    digest = hashlib.sha256()
    for octets in log_of.octets(organisation, log, first=first, last=last):
        digest.update(leaf_hash(octets))
    return Range(log, first, last, digest.hexdigest())


def whole_sizes(organisation: Organisation) -> dict[str, int]:
    """Return the sizes of the logs as they are.  For the desk: exact sizes tell when somebody wrote."""
    return {log: log_of.size(organisation, log) for log in LOGS}


def shown_sizes(organisation: Organisation, until: date) -> dict[str, int]:
    """Return the sizes that outsiders know already and that hold all that happened up to the end of `until`.

    What is published names these, not how long the logs really are.  Raises `reading.not_shown` while the logs
    shown outside do not reach that far.  Where every checkpoint is shown at once (the demo), the whole logs.
    """
    if not settings.PUBLIC_LOG_MINUTES:
        return whole_sizes(organisation)
    sizes = {}
    for log in LOGS:
        head = outside_checkpoint(organisation, log)
        after = next(log_of.entries(organisation, log, first=head.size), None) if head else None
        if head is None or (after is not None and civil_date(after.fields["at"]) <= until):
            raise DomainError("reading.not_shown", status=409)
        sizes[log] = head.size
    return sizes


def rules_of(plan: Plan) -> dict[str, Rule]:
    """Return the rule of each of the plan's indicators, by indicator code."""
    written = {rule.code: rule.document for rule in plan.evidencerules.all()}
    found = {}
    for it in plan.indicators.select_related("measure"):
        due = it.measure.due.isoformat() if it.measure.due else None
        measure = {"id": it.measure.code, "due": due, "recurrence": it.measure.recurrence}
        indicator = {"id": it.code, "unit": it.unit, "rule": it.rule, "counts": it.counts}
        found[it.code] = rule_of(measure, indicator, written)
    return found


def figures_of(
    plan: Plan,
    period: Period,
    *,
    sizes: Mapping[str, int],
    codes: Collection[str] | None = None,
) -> dict[str, Computed]:
    """Return the figures of the plan's indicators with the ranges they come from, by indicator code.

    `codes` are the indicators asked for; without them, all.
    """
    ranges = {log: range_of(plan.organisation, log, last=sizes[log] - 1) for log in LOGS}
    found = {}
    for code, rule in rules_of(plan).items():
        if codes is None or code in codes:
            computed = compute(plan.organisation, rule, period, sizes=sizes, hashed=False)
            found[code] = replace(computed, ranges=tuple(ranges[log] for log in wanted(rule)))
    return found


def put_figures(plan: Plan, period: Period) -> dict[str, Figure]:
    """Return the present figures that people and other systems put in the log, by indicator code; none that is empty.

    Our registers' are left out: they are counted anew (`whistle.plan.figures`).
    """
    sizes = whole_sizes(plan.organisation)
    lines: dict[tuple[str, ...], list[Line]] = {}
    found = {}
    for code, rule in rules_of(plan).items():
        if is_put(rule):
            (acts,) = wanted(rule).values()
            if acts not in lines:
                read = _lines(plan.organisation, "desk", acts, sizes["desk"])
                lines[acts] = [line for line in read if line[1]["d"].get("source") != "register"]
            figure = evaluate(rule, lines[acts], period)
            if figure.counted:
                found[code] = figure
    return found


def recompute(reading: Reading) -> Computed:
    """Return the reading's figure computed again from the ranges it names.

    Raises `reading.log_changed` when the log no longer has the hash that the reading names.
    """
    if reading.rule is None:
        raise DomainError("reading.not_from_log")
    period = Period(reading.period_from, reading.period_to)
    sizes = {part["log"]: part["last"] + 1 for part in reading.ranges}
    again = compute(reading.organisation, reading.rule, period, sizes=sizes)
    if [vars(part) for part in again.ranges] != list(reading.ranges):
        raise DomainError("reading.log_changed", status=409)
    return again


def agrees(reading: Reading) -> bool:
    """Say whether the log still has the hashes that a reading names and gives the same figure."""
    try:
        figure = recompute(reading).figure
    except DomainError:
        return False
    return figure == Figure(reading.counted, reading.met, reading.median_days)


def _lines(organisation: Organisation, log: str, acts: tuple[str, ...], size: int) -> Iterator[Line]:
    for read in log_of.entries(organisation, log, acts=acts, last=size - 1):
        yield log, {**read.fields, "index": read.index}
