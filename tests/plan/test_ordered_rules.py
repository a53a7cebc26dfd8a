"""Rules that go by the order of the log: what counts, what is in time, whose it is."""

from datetime import date

from tests.plan.conftest import KARI, PER
from tests.plan.stranger import PLAN
from whistle.plan.rules import Figure, Period, evaluate

RULES = {rule["id"]: rule for rule in PLAN["rules"]}
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def log(*entries):
    """Return desk entries in order: (act, at, {more of the entry or of its `d`})."""
    lines = []
    for index, (act, at, more) in enumerate(entries):
        fields = {"act": act, "at": at, "case": more.get("case", "a"), "actor": more.get("actor", KARI)}
        d = {name: it for name, it in more.items() if name not in fields}
        lines.append(("desk", {**fields, "d": d, "index": index}))
    return lines


def figure(rule, *entries):
    found = evaluate(RULES[rule], log(*entries), YEAR)
    return found.met, found.counted


def test_who_reads_before_declaring_is_a_deviation_however_soon_they_declare():
    declared = ("habilitet.declared", "2026-03-01T10:00:00Z", {"answer": "impartial"})
    read = ("case.read", "2026-03-01T10:00:00Z", {})
    assert figure("9.1-impartial", declared, read) == (1, 1)
    assert figure("9.1-impartial", read, declared, read) == (0, 1)


def test_a_colleagues_declaration_and_one_for_another_case_do_not_count():
    read = ("file.read", "2026-03-02T10:00:00Z", {})
    others = {"actor": PER}, {"case": "b"}
    for of in others:
        assert figure("9.1-impartial", ("habilitet.declared", "2026-03-01T10:00:00Z", of), read) == (0, 1)


def test_each_person_is_counted_once_in_the_year_they_first_opened_the_case():
    declared = ("habilitet.declared", "2025-12-01T10:00:00Z", {})
    old = ("case.read", "2025-12-02T10:00:00Z", {})
    again = ("case.read", "2026-03-02T10:00:00Z", {})
    assert figure("9.1-impartial", declared, old, again, again) == (0, 0)
    assert figure("9.1-impartial", declared, again, again) == (1, 1)


def test_seventy_two_hours_are_hours_not_dates():
    offered = ("transfer.offered", "2026-03-01T10:00:00Z", {"transfer": "t"})
    taken = ("transfer.accepted", "2026-03-04T10:00:00Z", {"transfer": "t"})
    late = ("transfer.accepted", "2026-03-04T10:00:01Z", {"transfer": "t"})
    other = ("transfer.accepted", "2026-03-02T10:00:00Z", {"transfer": "u"})
    assert figure("9.1-taken-over", offered, taken) == (1, 1)
    assert figure("9.1-taken-over", offered, late) == (0, 1)
    assert figure("9.1-taken-over", offered, other) == (0, 1)
    assert figure("9.1-taken-over", offered, ("transfer.declined", *taken[1:])) == (1, 1)


def test_a_person_named_is_informed_or_exempted_by_two_within_a_month():
    def person(version, day, code):
        return (
            "record.written",
            f"2026-{day}T10:00:00Z",
            {"kind": "person", "number": 1, "version": version, "code": code},
        )

    named = person(1, "01-31", "not_yet")
    assert figure("9.1-informed", named, person(2, "02-28", "letter")) == (1, 1)
    assert figure("9.1-informed", named, person(2, "03-01", "sent")) == (0, 1)
    assert figure("9.1-informed", person(1, "01-31", "sent")) == (1, 1)
    exempt = person(2, "02-01", "exempt")
    agreed = ("record.agreed", "2026-02-02T10:00:00Z", {"kind": "person", "number": 1, "version": 2})
    assert figure("9.1-informed", named, exempt) == (0, 1)  # nobody exempts alone
    assert figure("9.1-informed", named, exempt, agreed) == (1, 1)


def test_a_case_whose_time_is_up_is_deleted_or_held_within_thirty_days():
    due = ("retention.due", "2026-03-01", {})
    assert figure("9.1-deleted", due, ("case.shredded", "2026-03-31", {})) == (1, 1)
    assert figure("9.1-deleted", due, ("case.shredded", "2026-04-01", {})) == (0, 1)
    assert figure("9.1-deleted", due, ("case.moved", "2026-03-02T10:00:00Z", {"target": "deleted"})) == (0, 1)
    hold = (
        "record.written",
        "2026-03-02T10:00:00Z",
        {"kind": "hold", "number": 1, "version": 1, "code": "on"},
    )
    assert figure("9.1-deleted", due, hold) == (1, 1)
    later = ("retention.due", "2026-06-01", {})
    assert figure("9.1-deleted", due, hold, later) == (1, 2)  # the hold is over, and it is due again


def test_a_name_unsealed_is_looked_at_when_a_part_of_the_log_that_holds_it_is_signed_off():
    def review(day, first, last, of="desk"):
        return ("log.reviewed", f"2026-03-{day}T10:00:00Z", {"log": of, "first": first, "last": last})

    unsealed = ("identity.unsealed", "2026-03-01T10:00:00Z", {})
    assert figure("8.4-reviewed", unsealed, review("06", 0, 0)) == (1, 1)
    assert figure("8.4-reviewed", unsealed, review("07", 0, 0)) == (0, 1)
    assert figure("8.4-reviewed", unsealed, review("02", 1, 1)) == (0, 1)
    assert figure("8.4-reviewed", unsealed, review("02", 0, 0, of="channel")) == (0, 1)
    assert figure("8.4-reviewed", review("01", 0, 9), unsealed) == (0, 1)


def test_a_lesson_counts_when_the_plan_has_answered_it_within_sixty_days():
    def closed(day, lesson="training", area="r1"):
        of = {"outcome": "substantiated", "lesson": lesson, "risk_area": area}
        return ("case.closed", f"2026-{day}T10:00:00Z", of)

    def answered(day, area="r1"):
        return ("proposal.answered", f"2026-{day}T10:00:00Z", {"case": None, "risk_area": area})

    assert figure("9.4-lessons", closed("01-10"), answered("03-11")) == (1, 1)
    assert figure("9.4-lessons", closed("01-10"), answered("03-12")) == (0, 1)
    assert figure("9.4-lessons", closed("01-10"), answered("02-01", "r2")) == (0, 1)
    assert figure("9.4-lessons", closed("01-10")) == (0, 1)
    # the oldest is answered first; a case without a lesson takes no other's answer and is never in time
    old, none, new = closed("01-10"), closed("02-10", "none"), closed("03-01")
    assert figure("9.4-lessons", old, none, new, answered("03-12"), answered("03-12")) == (1, 3)
    late = closed("01-10"), closed("02-10"), answered("03-15")
    assert figure("9.4-lessons", *late) == (
        0,
        2,
    )  # the answer is for the older one, which it reaches too late
    dated = evaluate(RULES["9.4-lessons"], log(old, answered("01-20")), YEAR)
    assert dated == Figure(1, 1, 10)


def test_the_same_check_begins_again_after_it_ended_and_not_while_it_is_open():
    def due(day):
        return ("care.due", f"2026-{day}", {"check": "after"})

    def done(day):
        return ("care.done", f"2026-{day}", {"check": "after"})

    assert figure("9.2-talks", due("01-01"), due("01-05"), done("01-10"), done("01-11")) == (1, 1)
    assert figure("9.2-talks", due("01-01"), done("01-10"), due("06-01"), done("06-30")) == (1, 2)
    assert figure("9.2-talks", due("01-01"), due("06-01"), done("06-02")) == (1, 2)
