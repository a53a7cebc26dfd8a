"""The program that makes the page and the one that checks it share no line, and agree on whatever may have happened."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan.conftest import KARI
from tests.plan.stranger import RULES, verifier
from whistle.plan.rules import PUT, Period, evaluate, wanted
from whistle.plan.suppression import share

HAPPENINGS = [
    ("channel", "report.received", {"form": "sealed"}),
    ("channel", "report.received", {"form": "probe"}),
    ("desk", "report.acknowledged", {}),
    ("desk", "feedback.sent", {}),
    ("desk", "care.due", {"check": "30"}),
    ("desk", "care.done", {"check": "30"}),
    *(
        ("desk", "case.closed", {"outcome": "substantiated", "lesson": lesson, "risk_area": area})
        for lesson in ("none", "training")
        for area in ("r1", "r2")
    ),
    *(("desk", "proposal.answered", {"risk_area": area}) for area in ("r1", "r2")),
    *(("desk", act, {"gift": gift}) for act in ("gift.registered", "gift.decided") for gift in "gh"),
    ("desk", "habilitet.declared", {"answer": "impartial"}),
    ("desk", "case.read", {}),
    ("desk", "file.read", {}),
    *(("desk", f"transfer.{what}", {"transfer": "7"}) for what in ("offered", "accepted", "declined")),
    *(
        ("desk", "record.written", {"kind": "person", "number": 1, "version": n, "code": code})
        for n in (1, 2)
        for code in ("not_yet", "sent")
    ),
    ("desk", "record.agreed", {"kind": "person", "number": 1}),
    ("desk", "record.written", {"kind": "hold", "number": 1, "version": 1, "code": "on"}),
    ("desk", "retention.due", {}),
    ("desk", "case.shredded", {}),
    ("desk", "case.moved", {"target": "follow_up"}),
    ("desk", "case.moved", {"target": "deleted"}),
    ("desk", "identity.unsealed", {}),
    ("desk", "access.recovered", {}),
    *(
        ("desk", "log.reviewed", {"log": log, "first": 0, "last": last})
        for log in ("desk", "channel")
        for last in (3, 99)
    ),
    ("desk", "log.verified", {"faults": 0}),
    *(
        (
            "desk",
            "figure.given",
            {"indicator": "1.1-1", "met": n, "counted": 40, "to": to, "source": of},
        )
        for n, to in ((3, "2026-03-01"), (9, "2026-03-01"), (5, "2026-12-31"))
        for of in ("import", "register")
    ),
    *(
        ("desk", "measure.shown", {"measure": "1.3", "due": f"202{y}-0{m}-3{m % 2}"})
        for y in (6, 7)
        for m in (3, 6)
    ),
    *(
        (
            "desk",
            "control.run",
            {"measure": of, "population": 90, "sample": 30, "deviations": 4, "closed": 3},
        )
        for of in ("1.3", "4.3", "8.2", "7.1")
    ),
]


def events(happenings):
    """Return a strategy: what happened, on which day, in whose case, by whom, at which hour."""
    return st.tuples(
        st.sampled_from(happenings),
        st.one_of(st.integers(0, 90), st.integers(0, 500)),
        st.sampled_from("abc"),
        st.sampled_from([KARI, "system"]),
        st.sampled_from(["", "T21:59:59Z", "T23:00:00Z", "T22:30:00Z"]),
    )


# the rules that are written, each of its own shape, and some of those that follow
CHOSEN = [it for it in RULES if it["kind"] not in PUT] + [it for it in RULES if it["kind"] in PUT][::4]


def of_rule(rule):
    """Return a strategy of the events that a rule reads."""
    read = {act for acts in wanted(rule).values() for act in acts}
    return events([it for it in HAPPENINGS if it[1] in read])


@settings(max_examples=600)
@given(st.data(), st.integers(0, 120), st.integers(0, 300), st.sampled_from(CHOSEN))
def test_two_programs_that_share_no_line_compute_the_same_figure(data, start, length, rule):
    lived = data.draw(st.lists(events(HAPPENINGS), max_size=8)) + data.draw(
        st.lists(of_rule(rule), max_size=12)
    )
    epoch = date(2026, 1, 1)
    logs, lines = {"desk": [], "channel": []}, []
    for (log, act, d), day, case, actor, hour in sorted(lived, key=lambda it: (it[1], it[4])):
        at = (epoch + timedelta(days=day)).isoformat() + hour
        fields = {"act": act, "at": at, "case": case, "actor": actor, "d": d}
        lines.append((log, {**fields, "index": len(logs[log])}))
        logs[log].append(fields)
    first = epoch + timedelta(days=start)
    last = first + timedelta(days=length)
    figure = evaluate(rule, lines, Period(first, last))
    assert verifier.compute(rule, logs, first, last) == (figure.met, figure.counted)


@given(st.integers(0, 200), st.data(), st.booleans())
def test_both_programs_hide_alike(counted, data, people):
    met = data.draw(st.integers(0, counted))
    ours = share(met, counted, people=people)
    assert verifier.shown(met, counted, people) == (ours.shown, ours.low, ours.high)
