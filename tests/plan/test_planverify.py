"""A stranger with the exported log and the page's open data gets the same figures, and sees when one was changed."""

import hashlib
import importlib.util
import json
import secrets
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.conftest import KARI, PER, Life, standing, tell
from tests.town import make_town
from whistle.audit import services as audit
from whistle.audit.folders import organisation_folder
from whistle.audit.publisher import publish_all
from whistle.plan.due import occurrences
from whistle.plan.implied import rule_of
from whistle.plan.rules import Period, evaluate, wanted
from whistle.plan.services import work
from whistle.plan.services.demo import load_demo
from whistle.plan.services.given import Given, give
from whistle.plan.services.plans import demo_document
from whistle.plan.services.readings import publish
from whistle.plan.suppression import share

PROGRAM = Path(__file__).resolve().parents[2] / "deploy" / "planverify.py"


def load():
    spec = importlib.util.spec_from_file_location("planverify", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = load()
PLAN = demo_document()
WRITTEN = {rule["id"]: rule for rule in PLAN["rules"]}
RULES = [rule_of(measure, it, WRITTEN) for measure in PLAN["measures"] for it in measure["indicators"]]


@pytest.fixture
def exported(db, own_folders, tmp_path):
    """The published logs of Fjellvik after a year of which every indicator says something, and the page's JSON."""
    with standing("2026-01-02"):
        town = make_town("fjellvik")
        plan = load_demo(town.organisation, by=KARI, approved_by=PER)
    organisation = town.organisation
    good = [Life(f"2026-03-{day}", f"2026-03-{day}", "2026-05-01") for day in range(10, 29)]
    tell(organisation, *good, Life("2026-03-29", "2026-04-20"), Life("2026-04-01", form="probe"))
    with standing("2026-05-02"):
        _happen(organisation)
    for day in range(1, 9):
        with standing(f"2027-01-0{day}"), audit.atomic():
            verified = {"log": "desk", "size": 1, "root": "0" * 64, "faults": 0}
            audit.record("log.verified", organisation=organisation, detail=verified)
    with standing("2027-02-20"):
        _give(plan)
    with standing("2027-03-01"):
        edition = publish(organisation)
        publish_all(organisation)
    page = tmp_path / "plan.json"
    page.write_text(json.dumps(edition.document), encoding="utf-8")
    return organisation_folder(organisation), page


def _happen(organisation):
    """Put in the log what the other rules read: gifts, talks, closings."""
    with audit.atomic():
        for n in range(20):
            of = {"organisation": organisation, "actor": KARI, "role": "leader"}
            case, gift = secrets.token_hex(16), secrets.token_hex(16)
            audit.record("gift.registered", **of, gift=gift)
            audit.record("care.due", organisation=organisation, case=case, check="30")
            audit.record("case.closed", **of, case=case, outcome="substantiated", lesson="training")
            if n < 14:
                audit.record("gift.decided", **of, gift=gift, answer="allowed")
                audit.record("care.done", **of, case=case, check="30")


@audit.atomic()
def _give(plan):
    """Give every figure that people or other systems give, and run every control, for 2027."""
    for it in plan.indicators.filter(rule="", counts="").select_related("measure"):
        given = Given(it.code, 40, 60, (date(2027, 1, 1), date(2027, 2, 20)), "import")
        give(it.measure, given, by=KARI)
    for measure in plan.measures.filter(control__isnull=False):
        figures = {"population": 300, "sample": 60, "deviations": 20, "closed_in_time": 10}
        work.run_control(measure, by=KARI, **figures)
    for it in plan.indicators.filter(counts="done").select_related("measure"):
        days = due_in(it.measure.due, it.measure.recurrence, 2027)
        work.show(it.measure, "document", by=KARI, for_due=days[0])


def due_in(first, recurrence, year):
    return [day for day in occurrences(first, recurrence, date(year, 12, 31)) if day.year == year]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-I", PROGRAM, *arguments], capture_output=True, text=True, check=False
    )


def test_a_stranger_gets_every_figure_of_the_page_from_the_log(exported):
    done = run(*exported)
    assert done.returncode == 0, done.stdout
    figures = [it for measure in json.loads(exported[1].read_text())["measures"] for it in measure["figures"]]
    assert done.stdout.count("agrees") == len(figures) + 1  # and the plan itself
    assert all(it["shown"] != "none" for it in figures)  # each had something to compute


# for each kind of event that a rule reads, a change of one entry that moves a figure by more than a rounding
CHANGES = {
    "report.acknowledged": ("at", lambda at: at.replace("2026-03", "2026-06")),
    "feedback.sent": ("at", lambda at: at.replace("2026-05", "2026-12")),
    "report.received": ("at", lambda at: "2024-01-01"),
    "care.done": ("act", lambda act: "note.written"),
    "gift.decided": ("act", lambda act: "note.written"),
    "case.closed": ("lesson", lambda lesson: "none"),
    "log.verified": ("act", lambda act: "note.written"),
    "figure.given": ("met", lambda met: met // 2),
    "control.run": ("d", lambda d: {**d, "deviations": 35, "population": 900}),
    "measure.shown": ("due", lambda due: None),
}


def logs_of(folder):
    return {
        log: [json.loads(entry) for entry in verifier.bundles(folder / log)] for log in ("desk", "channel")
    }


def test_for_every_indicator_there_are_entries_whose_change_changes_what_the_verifier_says(exported):
    """Whoever rewrites the log *and* its hashes is found by the figure, for each indicator of the plan."""
    folder, page = exported
    document, plan = json.loads(page.read_text()), demo_document()
    logs, rules = logs_of(folder), verifier.indicators(demo_document())
    for measure in document["measures"]:
        for figure in measure["figures"]:
            indicator, rule = rules[figure["id"]]
            first, last = (date.fromisoformat(day) for day in figure["proof"]["period"])
            shown = tuple(figure[name] for name in ("shown", "low", "high", "done", "of"))
            assert verifier.as_shown(indicator, rule, *verifier.compute(rule, logs, first, last)) == shown
            forged = forge(logs, rule)
            assert (
                verifier.as_shown(indicator, rule, *verifier.compute(rule, forged, first, last)) != shown
            ), figure["id"]
    assert plan["measures"]


def forge(logs, rule):
    """Return the logs with the entries that a rule reads changed, as `CHANGES` says."""
    read = {act for acts in wanted(rule).values() for act in acts}
    stop = rule["stop"]["act"] if "stop" in rule else None
    forged = {}
    for log, entries in logs.items():
        forged[log] = []
        for entry in entries:
            act = entry["act"]
            if act in read and (stop is None or act == stop):
                name, change = CHANGES[act]
                inside = name in entry["d"]
                part = entry["d"] if inside else entry
                changed = {**part, name: change(part.get(name))}
                forged[log].append({**entry, "d": changed} if inside else changed)
            else:
                forged[log].append(entry)
    return forged


@pytest.mark.parametrize("log", ["desk", "channel"])
def test_one_byte_of_one_entry_is_enough_for_every_figure_that_reads_the_log(exported, log):
    folder, page = exported
    bundle = sorted(path for path in (folder / log / "tile" / "entries").rglob("*") if path.is_file())[0]
    octets = bytearray(bundle.read_bytes())
    place = octets.index(b'"at":"20') + 6
    octets[place] ^= 1
    bundle.write_bytes(octets)
    done = run(folder, page)
    assert done.returncode == 1
    reading = {
        it["id"]
        for measure in json.loads(page.read_text())["measures"]
        for it in measure["figures"]
        if any(part["log"] == log for part in it["proof"]["ranges"])
    }
    faulty = {
        line.split(":")[0] for line in done.stdout.splitlines() if f"the {log} log does not have" in line
    }
    assert faulty == reading


def test_one_entry_that_was_changed_is_found(exported):
    folder, _page = exported
    bundle = max((folder / "desk" / "tile" / "entries").rglob("*"), key=lambda path: path.is_file())
    octets = bundle.read_bytes()
    bundle.write_bytes(octets.replace(b"2026-04-20T", b"2026-04-02T"))
    assert octets != bundle.read_bytes()
    done = run(*exported)
    assert done.returncode == 1
    assert "does not have the entries" in done.stdout


def test_a_figure_made_prettier_on_the_page_is_found(exported):
    folder, page = exported
    document = json.loads(page.read_text())
    figure = next(it for it in document["measures"] if it["id"] == "9.1")["figures"][0]
    figure["low"], figure["shown"] = figure["high"], "exact"
    page.write_text(json.dumps(document))
    done = run(folder, page)
    assert done.returncode == 1
    assert "9.1-1: the page shows another figure" in done.stdout


@pytest.mark.parametrize("code", ["1.1-1", "1.3-1", "1.3-2", "4.3-1"])
def test_a_figure_that_people_gave_made_prettier_or_left_out_is_found(exported, code):
    folder, page = exported
    original = page.read_text()
    document = json.loads(original)
    figure = next(it for m in document["measures"] for it in m["figures"] if it["id"] == code)
    figure["low"] = figure["high"] = 100
    page.write_text(json.dumps(document))
    assert f"{code}: the page shows another figure" in run(folder, page).stdout
    figure["proof"] = None
    page.write_text(json.dumps(document))
    assert f"{code}: the page shows no proof" in run(folder, page).stdout
    document = json.loads(original)
    for measure in document["measures"]:
        measure["figures"] = [it for it in measure["figures"] if it["id"] != code]
    page.write_text(json.dumps(document))
    done = run(folder, page)
    assert done.returncode == 1
    assert f"{code}: the page leaves it out" in done.stdout


def test_a_period_or_a_part_of_the_log_that_was_chosen_to_look_better_is_found(exported):
    folder, page = exported
    original = page.read_text()
    document = json.loads(original)
    figure = next(it for m in document["measures"] for it in m["figures"] if it["id"] == "9.1-1")
    figure["proof"]["period"] = ["2026-01-01", "2026-03-31"]
    page.write_text(json.dumps(document))
    assert "9.1-1: the page shows another period than it must" in run(folder, page).stdout
    document = json.loads(original)
    figure = next(it for m in document["measures"] for it in m["figures"] if it["id"] == "9.1-1")
    part = next(it for it in figure["proof"]["ranges"] if it["log"] == "desk")
    part["last"] -= 90  # honestly hashed, and ending before the year did
    entries = list(verifier.bundles(folder / "desk"))[: part["last"] + 1]
    leaves = b"".join(hashlib.sha256(b"\0" + entry).digest() for entry in entries)
    part["sha256"] = hashlib.sha256(leaves).hexdigest()
    page.write_text(json.dumps(document))
    done = run(folder, page)
    assert done.returncode == 1
    assert "9.1-1: the proof leaves out entries of the desk log" in done.stdout


def test_a_rule_that_the_council_did_not_adopt_is_found(exported):
    folder, page = exported
    page.write_text(page.read_text().replace('"due": {"days": 7}', '"due": {"days": 70}'))
    done = run(folder, page)
    assert done.returncode == 1
    assert "the rule is not the adopted plan's" in done.stdout


def test_what_cannot_be_read_is_not_a_pass(tmp_path):
    assert run(tmp_path, tmp_path / "nothing.json").returncode == 2
    assert run().returncode == 2


events = st.tuples(
    st.sampled_from(
        [
            ("channel", "report.received", {"form": "sealed"}),
            ("channel", "report.received", {"form": "probe"}),
            ("desk", "report.acknowledged", {}),
            ("desk", "feedback.sent", {}),
            ("desk", "care.due", {"check": "30"}),
            ("desk", "care.done", {"check": "30"}),
            ("desk", "case.closed", {"outcome": "substantiated", "lesson": "none"}),
            ("desk", "case.closed", {"outcome": "substantiated", "lesson": "training"}),
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
    ),
    st.integers(0, 500),
    st.sampled_from("abcd"),
    st.sampled_from([KARI, "system"]),
    st.sampled_from(["", "T21:59:59Z", "T23:00:00Z", "T22:30:00Z"]),
)


@given(st.lists(events, max_size=25), st.integers(0, 300), st.integers(0, 300), st.sampled_from(RULES))
def test_two_programs_that_share_no_line_compute_the_same_figure(lived, start, length, rule):
    epoch = date(2026, 1, 1)
    logs, lines = {"desk": [], "channel": []}, []
    for (log, act, d), day, case, actor, hour in lived:
        at = (epoch + timedelta(days=day)).isoformat() + hour
        fields = {"act": act, "at": at, "case": case, "actor": actor, "d": d}
        logs[log].append(fields)
        lines.append((log, fields))
    first = epoch + timedelta(days=start)
    last = first + timedelta(days=length)
    figure = evaluate(rule, lines, Period(first, last))
    assert verifier.compute(rule, logs, first, last) == (figure.met, figure.counted)


@given(st.integers(0, 200), st.data(), st.booleans())
def test_both_programs_hide_alike(counted, data, people):
    met = data.draw(st.integers(0, counted))
    ours = share(met, counted, people=people)
    assert verifier.shown(met, counted, people) == (ours.shown, ours.low, ours.high)
