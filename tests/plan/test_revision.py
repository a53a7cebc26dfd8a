"""The plan is revised while it is in force: a draft, what differs, a decision that somebody else records."""

import copy
import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from tests.plan.conftest import KARI, PER, standing
from tests.plan.test_workbook import changed_workbook
from whistle.audit import selectors as log_of
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.plan.changes import differences
from whistle.plan.document import LANGUAGES, check, document_of
from whistle.plan.models import Plan, PlanChange
from whistle.plan.selectors import plan_in_force
from whistle.plan.services import revision
from whistle.plan.services.plans import demo_document, revise

PAGE = "/desk/plan/revision/"


@pytest.fixture
def town(fjellvik, nordvik, plan, settings):
    settings.DEFAULT_ORGANISATION = "fjellvik"
    with standing("2026-11-23"):
        yield fjellvik


@pytest.fixture
def lars(town, person):
    """The plan owner."""
    return person(town, "lars", Duty.PLAN_OWNER)


def text_of(answer):
    return answer.content.decode()


def test_differences_name_the_part_the_field_and_the_language():
    old, new = demo_document(), copy.deepcopy(demo_document())
    new["measures"][0]["text"]["nn"] = "Noko anna"
    new["measures"][0]["indicators"][0]["target"] = 99
    new["goals"].append({"id": "M5", "text": dict.fromkeys(LANGUAGES, "Ny")})
    del new["measures"][-1]
    found = {(it.kind, it.code, it.what): [field[0] for field in it.fields] for it in differences(old, new)}
    assert found == {
        ("goals", "M5", "added"): [],
        ("measures", "1.1", "changed"): ["text nn"],
        ("measures", "9.6", "removed"): [],
        ("indicators", "1.1-1", "changed"): ["target"],
        ("indicators", "9.6-1", "removed"): [],
    }
    assert differences(old, old) == []


def test_a_measure_cannot_wait_for_itself_in_any_number_of_steps():
    document = copy.deepcopy(demo_document())
    by_code = {it["id"]: it for it in document["measures"]}
    by_code["1.1"]["after"], by_code["1.2"]["after"] = ["1.3"], ["1.1"]
    by_code["1.3"]["after"] = ["1.2"]
    with pytest.raises(DomainError, match=r"plan\.malformed") as refused:
        check(document)
    assert refused.value.details["place"] == "measure 1.1: after"


# ——— the draft ———


def test_the_plan_in_force_stays_as_it_is_until_the_council_has_decided(town, plan):
    draft = revise(plan)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.UNDER_REVISION
    before = document_of(plan)
    new = revision.with_part(document_of(draft), "indicators", "1.1-1", {**indicator(draft), "target": 99})
    revision.change(draft, new, by=KARI)
    assert document_of(plan_in_force(town)) == before
    with pytest.raises(DomainError, match=r"plan\.own"):
        put_in_force(draft, KARI)
    hash_ = put_in_force(draft, PER)
    assert plan_in_force(town).indicators.get(code="1.1-1").target == 99
    logged = [it.fields for it in log_of.entries(town, "channel", acts=("plan.adopted",))]
    assert [it["d"]["hash"] for it in logged][-1] == hash_
    assert [it["d"]["version"] for it in logged] == [1, 2]


def indicator(draft, code="1.1-1"):
    return next(
        {**it, "measure": measure["id"]}
        for measure in document_of(draft)["measures"]
        for it in measure["indicators"]
        if it["id"] == code
    )


def put_in_force(draft, by):
    return revision.put_in_force(
        draft, by=by, role="plan_owner", decided_on=date(2026, 11, 20), council_ref="sak 99/26"
    )


def test_status_and_present_risk_follow_into_the_next_version(town, plan):
    plan.measures.filter(code="1.2").update(status="done", contradicted=True)
    plan.risks.filter(code="R1").update(likelihood_now=2)
    draft = revise(plan)
    put_in_force(draft, PER)
    new = plan_in_force(town)
    assert (new.measures.get(code="1.2").status, new.measures.get(code="1.2").contradicted) == ("done", True)
    assert new.risks.get(code="R1").likelihood_now == 2
    assert Plan.objects.get(pk=plan.pk).status == Plan.Status.CLOSED


@pytest.mark.parametrize(("decided", "ref"), [(date(2027, 1, 1), "sak 1/27"), (date(2026, 11, 1), "  ")])
def test_a_decision_has_a_number_and_a_date_that_has_been(town, plan, decided, ref):
    draft = revise(plan)
    with pytest.raises(DomainError, match=r"plan\.decision"):
        revision.put_in_force(draft, by=PER, role="plan_owner", decided_on=decided, council_ref=ref)


def test_a_draft_thrown_away_leaves_no_trace_in_the_plan_in_force(town, plan):
    draft = revise(plan)
    new = revision.without_part(document_of(draft), "measures", "9.6")
    revision.change(draft, new, by=KARI)
    revision.discard(draft)
    plan.refresh_from_db()
    assert plan.status == Plan.Status.ADOPTED
    assert not PlanChange.objects.exists()
    with pytest.raises(DomainError, match=r"plan\.not_draft"):
        revision.discard(plan)


def test_what_would_be_no_plan_is_refused_and_nothing_is_stored(town, plan):
    draft = revise(plan)
    before = document_of(draft)
    with pytest.raises(DomainError, match=r"plan\.malformed"):
        revision.change(draft, revision.without_part(before, "areas", "R1"), by=KARI)
    with pytest.raises(DomainError, match=r"plan\.part"):
        revision.with_part(before, "goals", "", {"id": "M1", "text": {}})
    assert document_of(draft) == before
    assert not PlanChange.objects.exists()


# ——— at the desk ———


def test_lars_revises_the_plan_and_somebody_else_records_the_decision(lars, town, person, sign_in):
    desk = sign_in(lars)
    assert "Versjon 1 gjelder" in text_of(desk.get(PAGE))
    desk.post(f"{PAGE}begin/")
    form = text_of(desk.get(f"{PAGE}areas/R1/"))
    assert "Anskaffelser" in form
    sent = area_as_sent(town) | {"name_nb": "Innkjøp", "likelihood": "5"}
    assert desk.post(f"{PAGE}areas/R1/", sent).status_code == 302
    page = text_of(desk.get(PAGE)).replace("&#x27;", "'")
    assert "<del>Anskaffelser og kontrakter</del> <ins>Innkjøp</ins>" in page
    decision = {"council_ref": "sak 90/26", "decided_on": "2026-11-20"}
    assert desk.post(f"{PAGE}adopt/", decision).status_code == 403
    desk = sign_in(person(town, "olga", Duty.COMPLIANCE_LEADER))
    assert desk.post(f"{PAGE}adopt/", {**decision, "decided_on": "i går"}).status_code == 400
    assert desk.post(f"{PAGE}adopt/", decision).status_code == 302
    history = text_of(desk.get("/desk/plan/history/"))
    assert "sak 90/26" in history
    assert "<ins>Innkjøp</ins>" in history
    assert plan_in_force(town).riskareas.get(code="R1").name["nb"] == "Innkjøp"


def area_as_sent(town, code="R1"):
    area = next(it for it in document_of(revision.draft_of(town))["areas"] if it["id"] == code)
    words = {f"{name}_{lang}": area[name][lang] for name in ("name", "scenario") for lang in LANGUAGES}
    return {"id": code, "likelihood": "4", "consequence": "4", "goals": area["goals"], **words}


@pytest.mark.parametrize("kind", ["plan", "roles", "goals", "areas", "measures", "indicators"])
def test_every_part_saved_as_it_was_is_no_change_and_a_new_one_has_a_form(lars, town, sign_in, kind):
    desk = sign_in(lars)
    desk.post(f"{PAGE}begin/")
    code = {
        "plan": "",
        "roles": "IK",
        "goals": "M1",
        "areas": "R1",
        "measures": "1.3",
        "indicators": "1.3-1",
    }[kind]
    at = f"{PAGE}{kind}/{code}/" if code else f"{PAGE}{kind}/"
    fields = desk.get(at).context["fields"]
    assert desk.post(at, as_sent(fields)).status_code == 302
    assert not PlanChange.objects.exists()
    assert desk.get(f"{PAGE}{kind}/").status_code == 200


def as_sent(fields):
    sent = {}
    for it in fields:
        if it["holds"] == "words":
            sent |= {f"{it['name']}_{text['code']}": text["value"] for text in it["texts"]}
        elif it["holds"] == "many":
            sent[it["name"]] = [option["code"] for option in it["options"] if option["chosen"]]
        else:
            sent[it["name"]] = it["value"]
    return sent


def test_a_new_measure_with_an_indicator_is_made_at_the_desk(lars, town, sign_in):
    desk = sign_in(lars)
    desk.post(f"{PAGE}begin/")
    words = {f"text_{lang}": "Ny kontroll" for lang in LANGUAGES}
    measure = {
        "id": "1.5",
        "area": "R1",
        "kind": "detect",
        "responsible": ["FI"],
        "due": "2027-03-31",
        "recurrence": "quarterly",
        "evidence": "control_run",
        "sample": "risk",
        "after": ["1.1"],
        **words,
    }
    assert desk.post(f"{PAGE}measures/", measure).status_code == 302
    assert desk.post(f"{PAGE}measures/", measure).status_code == 400  # the code is taken
    names = {f"name_{lang}": "Kontroller" for lang in LANGUAGES}
    figure = {"id": "1.5-1", "measure": "1.5", "unit": "per_year", "target": "4", "direction": "at_least"}
    figure |= {"source": "manual", "rule": "", "counts": "done", **names}
    assert desk.post(f"{PAGE}indicators/", {**figure, "target": "mange"}).status_code == 400
    assert desk.post(f"{PAGE}indicators/", figure).status_code == 302
    made = revision.draft_of(town).measures.get(code="1.5")
    assert (made.after, made.control.sample) == (["1.1"], "risk")
    assert made.indicators.get().target == 4
    assert desk.post(f"{PAGE}measures/1.5/", {"answer": "remove"}).status_code == 302
    assert not revision.draft_of(town).measures.filter(code="1.5").exists()


@pytest.mark.parametrize("form", ["xlsx", "json"])
def test_the_plan_goes_out_as_a_file_and_comes_back_as_the_same_draft(lars, town, plan, sign_in, form):
    desk = sign_in(lars)
    octets = desk.get(f"/desk/plan/document.{form}").content
    if form == "json":
        changed = json.loads(octets)
        changed["goals"][0]["text"]["nb"] = "Et annet mål"
        octets = json.dumps(changed).encode()
    else:
        book = load_workbook(io.BytesIO(octets))
        book["goals"]["B2"] = "Et annet mål"
        out = io.BytesIO()
        book.save(out)
        octets = out.getvalue()
    file = SimpleUploadedFile(f"plan.{form}", octets)
    assert desk.post(f"{PAGE}bring-in/", {"file": file}).status_code == 302
    draft = revision.draft_of(town)
    assert [it.code for it in differences(document_of(plan), document_of(draft))] == ["M1"]
    assert plan_in_force(town).status == Plan.Status.UNDER_REVISION


@pytest.mark.parametrize("octets", [b"PK\x03\x04", b"{", b"[]", b'{"v": 1}', "æøå".encode("cp1252")])
def test_a_broken_file_is_refused_and_begins_no_draft(lars, town, sign_in, octets):
    desk = sign_in(lars)
    answer = desk.post(f"{PAGE}bring-in/", {"file": SimpleUploadedFile("plan.json", octets)})
    assert answer.status_code in (400, 422)
    assert revision.draft_of(town) is None


def test_faults_of_a_workbook_stand_on_the_page_with_sheet_and_row(lars, town, sign_in):
    octets = changed_workbook(lambda book: book["measures"].__setitem__("D4", ""))
    answer = sign_in(lars).post(f"{PAGE}bring-in/", {"file": SimpleUploadedFile("plan.xlsx", octets)})
    assert answer.status_code == 422
    assert '<th scope="row">measures</th><td class="r">4</td>' in text_of(answer)


def test_a_measure_owner_and_a_stranger_cannot_revise(town, nordvik, person, sign_in, plan):
    revise(plan)
    for who in (person(town, "kari", Duty.MEASURE_OWNER), person(nordvik, "nora", Duty.PLAN_OWNER)):
        desk = sign_in(who)
        assert desk.get(f"{PAGE}areas/R1/").status_code in (302, 404)
        assert desk.post(f"{PAGE}discard/").status_code in (302, 404)
    assert revision.draft_of(town) is not None


def test_a_draft_is_exported_to_those_who_write_it_only(lars, town, plan, person, sign_in):
    draft = revise(plan)
    revision.change(draft, revision.without_part(document_of(draft), "measures", "9.6"), by=KARI)
    at = "/desk/plan/document.json?draft=1"
    assert '"9.6"' not in text_of(sign_in(lars).get(at))
    assert '"9.6"' in text_of(sign_in(person(town, "randi", Duty.AUDITOR)).get(at))
    assert sign_in(lars).get("/desk/plan/document.exe").status_code == 404
