"""Figures that are carried along are the figures one gets by reading everything."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.conftest import KARI, Life, standing, tell
from tests.plan.test_two_programs import of_rule
from whistle.audit import selectors as log_of
from whistle.plan import folding, ordered
from whistle.plan.carried import carry, live_figures, sizes_now
from whistle.plan.indicators import figures_of
from whistle.plan.models import Fold
from whistle.plan.rules import Period, evaluate
from whistle.plan.services.plans import demo_document

FOLDED = [rule for rule in demo_document()["rules"] if folding.folds(rule)]
ORDERED = [rule for rule in FOLDED if ordered.knows(rule)]
RULES = [rule for rule in FOLDED if rule not in ORDERED]
EPOCH = date(2026, 1, 1)
FOREVER = Period(EPOCH, EPOCH + timedelta(days=1500))

# a case's life: the day it begins, and after how many days it is acknowledged, answered, closed (None: never)
gaps = st.none() | st.integers(0, 120)
lives = st.lists(
    st.tuples(st.integers(0, 400), gaps, gaps, gaps, st.sampled_from(["sealed", "probe"])), max_size=12
)


def history(of):
    """Return the lines of some cases' lives in the order of their dates, a start before what follows it."""
    lines = []
    for n, (day, acknowledged, answered, closed, form) in enumerate(of):
        acts = [
            (day, 0, "channel", "report.received", {"form": form}),
            (acknowledged, 1, "desk", "report.acknowledged", {}),
            (answered, 2, "desk", "feedback.sent", {}),
            (closed, 3, "desk", "case.closed", {"outcome": "substantiated", "lesson": "none"}),
        ]
        for gap, order, log, act, d in acts:
            if gap is not None:
                at = EPOCH + timedelta(days=day + (gap if order else 0))
                fields = {"act": act, "at": at.isoformat(), "case": str(n), "actor": KARI, "d": d}
                lines.append((at, order, (log, fields)))
    return [line for _at, _order, line in sorted(lines, key=lambda it: it[:2])]


@given(lives, st.lists(st.integers(0, 60), max_size=4), st.sampled_from(RULES), st.integers(0, 500))
def test_fed_in_any_portions_a_fold_says_what_reading_all_says(of, cuts, rule, first):
    lines = history(of)
    state = folding.empty()
    marks = [0, *sorted(min(cut, len(lines)) for cut in cuts), len(lines)]
    for start, end in pairwise(marks):
        folding.feed(rule, state, lines[start:end])
    period = Period(EPOCH + timedelta(days=first), FOREVER.last)
    assert folding.figure(rule, state, period) == evaluate(rule, lines, period)


@given(st.data(), st.sampled_from(ORDERED), st.integers(0, 500))
def test_what_goes_by_the_order_of_the_log_can_be_fed_in_any_portions_too(data, rule, first):
    lived = data.draw(st.lists(of_rule(rule), max_size=15))
    lines = []
    for (log, act, d), day, case, actor, hour in sorted(lived, key=lambda it: (it[1], it[4])):
        at = (EPOCH + timedelta(days=day)).isoformat() + hour
        fields = {"act": act, "at": at, "case": case, "actor": actor, "d": d, "index": len(lines)}
        lines.append((log, fields))
    state = folding.empty()
    cut = data.draw(st.integers(0, len(lines)))
    folding.feed(rule, state, lines[:cut])
    kept = json.loads(json.dumps(state))  # as the row keeps it
    folding.feed(rule, kept, lines[cut:])
    period = Period(EPOCH + timedelta(days=first), FOREVER.last)
    assert folding.figure(rule, kept, period) == evaluate(rule, lines, period)


@given(lives)
def test_a_fold_stays_small_when_cases_are_settled(of):
    settled = [(day, 1, 2, 3, "sealed") for day, *_rest in of]
    state = folding.empty()
    folding.feed(RULES[1], state, history(settled))
    assert state["open"] == {}


def test_a_fold_does_not_speak_of_the_past():
    state = folding.empty()
    folding.feed(RULES[0], state, history([(10, 1, 2, 3, "sealed")]))
    with pytest.raises(ValueError, match="later entries"):
        folding.figure(RULES[0], state, Period(EPOCH, EPOCH))


def test_the_desk_reads_only_what_is_new(plan, fjellvik, nordvik, monkeypatch):
    tell(fjellvik, *[Life(f"2026-03-{day}", f"2026-03-{day}", "2026-05-01") for day in range(10, 29)])
    with standing("2026-06-01"):
        assert carry(plan) > 0
        assert carry(plan) == 0
    tell(fjellvik, Life("2026-06-02", "2026-06-20"))
    tell(nordvik, Life("2026-06-02"))  # the stranger's
    read = []
    real = log_of.entries
    monkeypatch.setattr(log_of, "entries", lambda *a, **k: (read.append(it) or it for it in real(*a, **k)))
    period = Period(date(2025, 7, 1), date(2026, 6, 30))
    carried = live_figures(plan, period)
    assert 0 < len(read) < 10
    whole = figures_of(plan, period, sizes=sizes_now(fjellvik), codes=carried)
    assert carried == {code: it.figure for code, it in whole.items()}
    assert (carried["9.1-1"].met, carried["9.1-1"].counted) == (19, 20)


def test_a_fold_that_is_thrown_away_is_made_again(plan, fjellvik):
    tell(fjellvik, Life("2026-03-10", "2026-03-11"))
    period = Period(date(2026, 1, 1), date(2026, 12, 31))
    with standing("2026-06-01"):
        carry(plan)
    before = live_figures(plan, period)
    Fold.objects.all().delete()
    assert live_figures(plan, period) == before
