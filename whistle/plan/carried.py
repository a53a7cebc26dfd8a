"""Live figures without reading the whole log: the kept fold of each rule, and the entries since."""

import hashlib
from collections.abc import Mapping
from itertools import chain

from whistle.audit import selectors as log_of
from whistle.core import canonical
from whistle.organisations.models import Organisation
from whistle.plan import folding
from whistle.plan.implied import is_put
from whistle.plan.indicators import compute, rules_of
from whistle.plan.models import Fold, Plan
from whistle.plan.rules import Figure, Period, Rule, wanted

ORDER = ("desk", "channel")  # the desk's size is read first: no answer is fed before the report it answers


def sizes_now(organisation: Organisation) -> dict[str, int]:
    """Return the sizes of the logs, the desk's first."""
    return {log: log_of.size(organisation, log) for log in ORDER}


def live_figures(plan: Plan, period: Period) -> dict[str, Figure]:
    """Return the present figures that are counted from what happened, by indicator code; stores nothing."""
    sizes = sizes_now(plan.organisation)
    found = {}
    for code, rule in rules_of(plan).items():
        if is_put(rule):
            continue
        state = carried(plan.organisation, rule, sizes)[0] if folding.folds(rule) else None
        found[code] = (
            folding.figure(rule, state, period)
            if state is not None and state["seen"] <= period.last.isoformat()
            else compute(plan.organisation, rule, period, sizes=sizes, hashed=False).figure
        )
    return found


def carry(plan: Plan) -> int:
    """Carry the folds of the plan's rules to the end of the logs and keep them; return how many entries were added."""
    sizes, added = sizes_now(plan.organisation), 0
    for rule in (row.document for row in plan.evidencerules.all()):
        if not folding.folds(rule):
            continue
        state, new = carried(plan.organisation, rule, sizes)
        added += new
        Fold.objects.update_or_create(
            organisation=plan.organisation,
            rule_hash=_hash(rule),
            defaults={"sizes": sizes, "state": state},
        )
    return added


def carried(organisation: Organisation, rule: Rule, sizes: Mapping[str, int]) -> tuple[folding.State, int]:
    """Return the state of a rule's fold at `sizes`, and how many entries were added to the kept one."""
    kept = Fold.objects.filter(organisation=organisation, rule_hash=_hash(rule)).first()
    state, done = (kept.state, kept.sizes) if kept else (folding.empty(), {})
    acts = wanted(rule)
    lines = [
        (read.log, {**read.fields, "index": read.index})
        for read in chain.from_iterable(
            log_of.entries(organisation, log, acts=acts[log], first=done.get(log, 0), last=sizes[log] - 1)
            for log in acts
        )
    ]
    folding.feed(rule, state, lines)
    return state, len(lines)


def _hash(rule: Rule) -> str:
    return hashlib.sha256(canonical.encode(rule)).hexdigest()
