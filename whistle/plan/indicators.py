"""Readings: figures computed from the log alone, each naming the part of the log it was computed from.

Anybody who holds the log can check one: take the leaf hashes of the range (they are the bytes of the level-0 tiles),
hash them with SHA-256, compare; then run the rule that the reading carries over the range's entries.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from whistle.audit import selectors as log_of
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.models import Plan, Reading
from whistle.plan.rules import Figure, Line, Period, Rule, evaluate, wanted
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
    organisation: Organisation, rule: Rule, period: Period, *, sizes: dict[str, int] | None = None
) -> Computed:
    """Return what a rule makes of the organisation's logs in a period.

    `sizes` are the sizes the logs are read to; by default as far as they go.
    """
    acts = wanted(rule)
    sizes = {log: log_of.size(organisation, log) for log in acts} if sizes is None else sizes
    ranges = tuple(range_of(organisation, log, last=sizes[log] - 1) for log in acts)
    lines = chain.from_iterable(_lines(organisation, part, acts[part.log]) for part in ranges)
    return Computed(period, rule, evaluate(rule, lines, period), ranges)


def range_of(organisation: Organisation, log: str, *, first: int = 0, last: int) -> Range:
    """Return a range of a log with its hash."""
    digest = hashlib.sha256()
    for octets in log_of.octets(organisation, log, first=first, last=last):
        digest.update(leaf_hash(octets))
    return Range(log, first, last, digest.hexdigest())


def live(plan: Plan, period: Period) -> dict[str, Computed]:
    """Return the present figures of the plan's log indicators, by indicator code.  For the desk only."""
    rules = {rule.code: rule.document for rule in plan.evidencerules.all()}
    sizes = {log: log_of.size(plan.organisation, log) for log in ("desk", "channel")}
    return {
        indicator.code: compute(plan.organisation, rules[indicator.rule], period, sizes=sizes)
        for indicator in plan.indicators.exclude(rule="")
    }


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


def _lines(organisation: Organisation, part: Range, acts: tuple[str, ...]) -> Iterator[Line]:
    for read in log_of.entries(organisation, part.log, acts=acts, first=part.first, last=part.last):
        yield part.log, read.fields
