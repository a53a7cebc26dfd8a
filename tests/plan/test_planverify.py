"""A stranger with the exported log and the page's open data gets the same figures, and sees when one was changed."""

import hashlib
import json
import secrets
from datetime import date

import pytest

from tests.plan.conftest import KARI, PER, Life, standing, tell
from tests.plan.stranger import run, verifier
from tests.town import make_town
from whistle.audit import selectors as log_of
from whistle.audit import services as audit
from whistle.audit.folders import organisation_folder
from whistle.audit.publisher import publish_all
from whistle.plan.due import occurrences
from whistle.plan.lines import several
from whistle.plan.rules import wanted
from whistle.plan.services import work
from whistle.plan.services.demo import load_demo
from whistle.plan.services.given import Given, give
from whistle.plan.services.plans import demo_document
from whistle.plan.services.readings import publish


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
    """Put in the log what the other rules read: gifts, talks, closings, openings, changes of hands; six in twenty fail."""

    @audit.atomic()
    def tell_one(n, case, gift):
        def put(act, **d):
            about = {"case": case} if not act.startswith(("gift.", "proposal.", "log.")) else {}
            coarse = act in ("care.due", "care.done", "retention.due", "case.shredded")
            who = {} if coarse else {"actor": KARI, "role": "leader"}
            audit.record(act, organisation=organisation, **who, **about, detail=d)

        item = "0" * 64
        put("gift.registered", gift=gift)
        put("care.due", check="30")
        put("record.written", kind="person", number=1, version=1, item=item, code="not_yet")
        put("transfer.offered", why="lost", transfer=gift)
        put("case.closed", outcome="substantiated", lesson="training", risk_area="r1")
        put("retention.due")
        if n < 14:
            put("gift.decided", gift=gift, answer="allowed")
            put("care.done", check="30")
            put("habilitet.declared", answer="impartial")
            put("record.agreed", kind="person", number=1, version=2, item=item)
            put("transfer.accepted", hours=1, transfer=gift)
            put("proposal.answered", risk_area="r1", answer="taken")
            put("case.shredded", ground="short", desk=1, channel=0, approval=gift)
        put("case.read")
        put("access.recovered", to=gift, part="leader")

    for n in range(20):
        tell_one(n, secrets.token_hex(16), secrets.token_hex(16))
        if n == 13:
            with audit.atomic():
                about = {"log": "desk", "first": 0, "last": log_of.size(organisation, "desk") - 1}
                of = {"organisation": organisation, "actor": PER, "role": "auditor"}
                audit.record("log.reviewed", **of, detail={**about, "finding": "nothing"})


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
    "proposal.answered": ("act", lambda act: "note.written"),
    "transfer.accepted": ("act", lambda act: "note.written"),
    "record.agreed": ("act", lambda act: "note.written"),
    "habilitet.declared": ("act", lambda act: "note.written"),
    "case.shredded": ("act", lambda act: "note.written"),
    "log.reviewed": ("act", lambda act: "note.written"),
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
    ends = several(rule.get("stop", rule.get("by", [])))
    read = {it["act"] for it in ends} or {act for acts in wanted(rule).values() for act in acts}
    forged = {}
    for log, entries in logs.items():
        forged[log] = []
        for entry in entries:
            act = entry["act"]
            if act in read & CHANGES.keys():
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


def test_a_part_of_the_log_that_begins_too_late_is_found(exported):
    folder, page = exported
    document = json.loads(page.read_text())
    figure = next(it for m in document["measures"] for it in m["figures"] if it["id"] == "9.1-1")
    part = next(it for it in figure["proof"]["ranges"] if it["log"] == "channel")
    part["first"] = 5
    entries = list(verifier.bundles(folder / "channel"))[5 : part["last"] + 1]
    leaves = b"".join(hashlib.sha256(b"\0" + entry).digest() for entry in entries)
    part["sha256"] = hashlib.sha256(leaves).hexdigest()
    page.write_text(json.dumps(document))
    assert "9.1-1: the proof leaves out entries of the channel log" in run(folder, page).stdout


def test_a_rule_that_the_council_did_not_adopt_is_found(exported):
    folder, page = exported
    page.write_text(page.read_text().replace('"due": {"days": 7}', '"due": {"days": 70}'))
    done = run(folder, page)
    assert done.returncode == 1
    assert "the rule is not the adopted plan's" in done.stdout


def test_what_cannot_be_read_is_not_a_pass(tmp_path):
    assert run(tmp_path, tmp_path / "nothing.json").returncode == 2
    assert run().returncode == 2
