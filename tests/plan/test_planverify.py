"""A stranger with the exported log and the page's open data gets the same figures, and sees when one was changed."""

import importlib.util
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.conftest import KARI, PER, Life, standing, tell
from tests.town import make_town
from whistle.audit.folders import organisation_folder
from whistle.audit.publisher import publish_all
from whistle.plan.rules import Period, evaluate
from whistle.plan.services.demo import load_demo
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
RULES = demo_document()["rules"]


@pytest.fixture
def exported(db, own_folders, tmp_path):
    """The published logs of Fjellvik, and the page's JSON."""
    with standing("2025-11-01"):
        organisation = make_town("fjellvik").organisation
        load_demo(organisation, by=KARI, approved_by=PER)
    good = [Life(f"2026-03-{day}", f"2026-03-{day}", "2026-05-01") for day in range(10, 29)]
    tell(organisation, *good, Life("2026-03-29", "2026-04-20"), Life("2026-04-01", form="probe"))
    with standing("2026-11-01"):
        edition = publish(organisation)
        publish_all(organisation)
    page = tmp_path / "plan.json"
    page.write_text(json.dumps(edition.document), encoding="utf-8")
    return organisation_folder(organisation), page


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-I", PROGRAM, *arguments], capture_output=True, text=True, check=False
    )


def test_a_stranger_gets_every_figure_of_the_page_from_the_log(exported):
    done = run(*exported)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("agrees") == 6


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
