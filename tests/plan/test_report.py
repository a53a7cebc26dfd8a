"""The yearly report: hidden before anybody sees it, made by one, published by another, and it stands."""

import json
import secrets

import pytest

from tests.plan.conftest import KARI, PER, Life, standing, tell
from tests.plan.test_planverify import verifier
from whistle.audit import selectors as log_of
from whistle.audit import services as audit
from whistle.core import canonical
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.plan.models import CouncilReport, Evidence
from whistle.plan.services.reports import draft_report, publish_report

pytestmark = pytest.mark.django_db

WORDS = {
    code: {
        "title": f"Alle fikk svar ({code})",
        "lead": "Flere sier fra.",
        "lessons": ["Små kjøp ble ikke fanget opp."],
    }
    for code in ("nb", "nn", "en")
}
CLOSED = (  # area, outcome, lesson, how many
    ("r1", "substantiated", "new_measure", 7),
    ("r1", "not_substantiated_lacking", "none", 3),
    ("r1", "outside_scheme", "none", 2),
    ("r9", "partly_substantiated", "training", 4),
    ("r9", "unfounded", "none", 8),
    ("r9", "duplicate", "none", 3),
    ("r4", "substantiated", "changed_routine", 1),
    ("r5", "not_substantiated_refuted", "none", 6),
)


@pytest.fixture
def year(fjellvik, nordvik, plan):
    """Sixty-one reports in 2026, two acknowledged late; thirty-four cases closed."""
    tell(
        fjellvik,
        *[Life(f"2026-04-{1 + n % 28:02}", f"2026-04-{1 + n % 28:02}", "2026-06-01") for n in range(59)],
        *[Life("2026-04-02", "2026-05-02", "2026-06-02")] * 2,
    )
    tell(nordvik, Life("2026-04-02"))
    with standing("2026-11-20"):
        for area, outcome, lesson, many in CLOSED:
            for _ in range(many):
                followed = ["personnel"] if area == "r4" else ["routine_changed", "training"]
                close(fjellvik, outcome=outcome, risk_area=area, lesson=lesson, consequences=followed)
        for number, (track, category) in enumerate([("a", "b1"), ("c", "a1"), ("d", "a1")] * 8):
            assess(fjellvik, track if number < 20 or track != "d" else "x", category)
    return fjellvik


def assess(organisation, track, category):
    with audit.atomic():
        of = {"organisation": organisation, "actor": KARI, "role": "leader", "case": secrets.token_hex(16)}
        audit.record("case.assessed", category=category, track=track, **of)


def close(organisation, case=None, **d):
    with audit.atomic():
        audit.record(
            "case.closed",
            organisation=organisation,
            actor=KARI,
            role="leader",
            case=case or secrets.token_hex(16),
            **d,
        )


def made(organisation, words=WORDS):
    with standing("2027-03-01"):
        return draft_report(organisation, 2026, words, by=KARI)


def published(organisation):
    with standing("2027-04-29"):
        return publish_report(made(organisation), by=PER, role="plan_owner", decision_ref="sak 27/27")


def every_number(value):
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in (
                "v",
                "edition",
                "version",
                "first",
                "last",
                "median_days",
                "low",
                "high",
                "target",
                "plan",  # measures and risks: nothing in it counts people
                "verified",
            ):
                yield from every_number(part)
    elif isinstance(value, list):
        for part in value:
            yield from every_number(part)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def test_no_number_from_one_to_four_is_in_the_document_at_all(year):
    figures = made(year).document["figures"]
    assert not [number for number in every_number(figures) if 0 < number < 5]


def test_the_strangers_report_and_the_rehearsal_are_not_counted(year):
    received = made(year).document["figures"]["received"]
    assert received == [{"year": 2026, "count": 61}]


def test_two_late_of_sixty_one_are_a_span(year):
    deadlines = {it["id"]: it for it in made(year).document["figures"]["deadlines"]}
    assert deadlines["9.1-1"]["shown"] == "between"
    assert (deadlines["9.1-1"]["low"], deadlines["9.1-1"]["high"]) == (93, 98)


def test_the_tables_show_what_can_be_shown(year):
    table = made(year).document["figures"]["outcomes"]
    assert [row["code"] for row in table["rows"]] == ["R1", "R9", "other"]  # one in R4 goes with six in R5
    assert table["cells"][-1][-1] == 34
    assert table["cells"][0][1] is None


def test_what_followed_and_who_reported_are_counted_with_the_small_ones_hidden(year):
    figures = made(year).document["figures"]
    followed = dict(zip(figures["consequences"]["columns"], figures["consequences"]["cells"], strict=True))
    assert (followed["routine_changed"], followed["personnel"], followed["supervision"]) == (None, None, 0)
    assert figures["outcomes"]["cells"][-1][-1] == 34  # 33 of them is one of them
    assert "police" not in followed  # told for the whole of the plan's period only
    reporters = figures["reporters"]["cells"]
    assert reporters[-1] == 24
    assert reporters[-2] is None  # two that nobody knows
    assert reporters.count(None) == 2


def test_the_report_shows_the_deadlines_of_the_year_before_as_its_own_report_had_them(year):
    first = published(year)
    with standing("2028-03-01"):
        second = draft_report(year, 2027, WORDS, by=KARI)
    before = {it["id"]: it["before"] for it in second.document["figures"]["deadlines"]}
    for it in first.document["figures"]["deadlines"]:
        assert it["before"] is None
        assert before[it["id"]] == {name: it[name] for name in ("shown", "low", "high")}


def test_the_stand_alone_verifier_finds_each_number_of_the_tables_that_is_not_the_logs(year):
    figures = made(year).document["figures"]
    logs = {log: [read.fields for read in log_of.entries(year, log)] for log in ("desk", "channel")}
    assert not any(wrong for _name, wrong in verifier.table_faults(figures, logs, 2026))
    for name in ("lessons", "consequences", "subjects", "reporters", "outcomes"):
        rows = figures[name]["cells"] if name == "outcomes" else [figures[name]["cells"]]
        for row in rows:
            for place, value in enumerate(row):
                row[place] = 7 if value is None else value + 1 if value else None  # none of these is true
                found = dict(verifier.table_faults(figures, logs, 2026))
                assert bool(found[name]) or value is None
                row[place] = value


def test_a_case_closed_twice_counts_once_by_its_last_closing(fjellvik, plan):
    with standing("2026-11-20"):
        for _ in range(9):
            close(fjellvik, outcome="unfounded", lesson="none")
        case = secrets.token_hex(16)
        close(fjellvik, case, outcome="unfounded", lesson="none")
        close(fjellvik, case, outcome="unfounded", lesson="none")
    assert made(fjellvik).document["figures"]["lessons"]["cells"][-1] == 10


def test_the_year_must_be_over(year):
    with standing("2026-12-31"), pytest.raises(DomainError, match=r"reading\.too_early"):
        draft_report(year, 2026, WORDS, by=KARI)


def test_kari_cannot_publish_what_she_made_and_per_can_once(year):
    report = made(year)
    with pytest.raises(DomainError, match=r"yearly\.own"):
        publish_report(report, by=KARI, role="plan_owner")
    with standing("2027-04-29"):
        publish_report(report, by=PER, role="plan_owner")
        with pytest.raises(DomainError, match=r"yearly\.published"):
            publish_report(report, by=PER, role="plan_owner")


def test_the_reports_hash_stands_in_the_log_and_shows_that_it_was_delivered_in_time(year):
    report = published(year)
    entry = next(log_of.entries(year, "desk", acts=("plan.reported",)))
    assert entry.fields["d"] == {"hash": report.hash, "year": 2026, "edition": 1}
    assert canonical.encode(report.document)
    assert Evidence.objects.get(measure="9.6").for_due.isoformat() == "2027-04-30"


def test_a_report_that_came_late_is_no_evidence_for_its_date(year):
    with standing("2027-05-01"):
        publish_report(made(year), by=PER, role="plan_owner")
    assert Evidence.objects.get(measure="9.6").for_due is None


def test_a_second_edition_changes_words_and_never_figures(year):
    first = published(year)
    with standing("2027-05-02"):
        close(year, outcome="unfounded", lesson="none")
        words = {code: {**WORDS[code], "title": "Rettet"} for code in WORDS}
        second = draft_report(year, 2026, words, by=KARI)
    assert second.edition == 2
    assert second.document["figures"] == first.document["figures"]


@pytest.mark.parametrize("lead", ["", "Se sak K7-QF-39.", "f" * 2001])
def test_words_that_are_missing_or_name_a_case_are_refused(year, lead):
    with pytest.raises(DomainError, match=r"yearly\.words"):
        made(year, {**WORDS, "nn": {**WORDS["nn"], "lead": lead}})


def test_residents_read_the_report_in_three_languages_and_take_its_figures(year, client):
    assert client.get("/plan/nb/report/2026/").status_code == 404  # a preview is not public
    report = published(year)
    for lang in WORDS:
        page = client.get(f"/plan/{lang}/report/2026/").content.decode()
        assert f"Alle fikk svar ({lang})" in page
        assert report.hash in page
    assert json.loads(client.get("/plan/nb/report/2026/report.json").content)["hash"] == report.hash
    table = client.get("/plan/nb/report/2026/report.csv").content.decode()
    assert ";61" in table
    assert ";:" in table
    assert client.get("/nordvik/plan/nb/report/2026/").status_code == 404


def test_the_desk_makes_it_and_a_second_person_publishes(year, person, sign_in):
    sent = {"year": "2026"}
    for code, words in WORDS.items():
        sent |= {
            f"title_{code}": words["title"],
            f"lead_{code}": words["lead"],
            f"lessons_{code}": "Det ene\nDet andre",
        }
    with standing("2027-03-01"):
        desk = sign_in(person(year, "olga", Duty.PLAN_OWNER))
        assert desk.post("/desk/plan/report/draft/", {"year": "2026"}).status_code == 400
        assert desk.post("/desk/plan/report/draft/", sent).status_code == 302
        assert "Alle fikk svar" in desk.get("/desk/plan/report/").content.decode()
        assert desk.post("/desk/plan/report/2026/publish/", {}).status_code == 403
        assert sign_in(person(year, "ivar", Duty.INVESTIGATOR)).get("/desk/plan/report/").status_code == 404
        desk = sign_in(person(year, "berit", Duty.COMPLIANCE_LEADER))
        assert desk.post("/desk/plan/report/2026/publish/", {"decision_ref": "sak 27/27"}).status_code == 302
    assert CouncilReport.objects.get().document["narrative"]["nb"]["lessons"] == ["Det ene", "Det andre"]
