"""At the desk: a measure owner works on their own measures, somebody else confirms, files come in by two steps."""

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.plan.conftest import standing
from whistle.core.policy import Duty
from whistle.plan.figures import known_figures
from whistle.plan.models import Attestation, Evidence, ImportRun, Proposal
from whistle.plan.rules import Period
from whistle.plan.services.proposals import propose_measure
from whistle.plan.services.work import hold_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(fjellvik, nordvik, plan, settings):
    settings.DEFAULT_ORGANISATION = "fjellvik"
    with standing("2026-11-23"):
        yield fjellvik


@pytest.fixture
def kari(town, person):
    """The head of procurement."""
    who = person(town, "kari", Duty.MEASURE_OWNER)
    hold_role(town, "IK", who.ref)
    return who


@pytest.fixture
def lars(town, person):
    """The plan owner."""
    return person(town, "lars", Duty.PLAN_OWNER)


def text_of(answer):
    return answer.content.decode()


def test_the_head_of_procurement_sees_her_measures_the_late_ones_first(kari, sign_in):
    page = text_of(sign_in(kari).get("/desk/plan/mine/"))
    assert page.index("<b>1.4</b>") < page.index("<b>1.2</b>") < page.index("<b>1.1</b>")
    assert "<b>1.3</b>" not in page  # the head of finance's


def test_she_says_it_was_done_and_the_plan_owner_confirms(kari, lars, sign_in):
    desk = sign_in(kari)
    sent = {"statement": "Alle kontrakter har lenken.", "for_due": "2026-06-30", "completes": "yes"}
    assert desk.post("/desk/plan/measures/1.4/attest/", sent).status_code == 302
    word = Attestation.objects.get()
    assert desk.post(f"/desk/plan/measures/1.4/words/{word.pk}/", {"answer": "confirm"}).status_code == 404
    desk = sign_in(lars)
    assert "Alle kontrakter har lenken." in text_of(desk.get("/desk/plan/mine/"))
    assert desk.post(f"/desk/plan/measures/1.4/words/{word.pk}/", {"answer": "confirm"}).status_code == 302
    assert Evidence.objects.get().measure == "1.4"
    again = desk.post(f"/desk/plan/measures/1.4/words/{word.pk}/", {"answer": "confirm"})
    assert again.status_code == 409


def test_a_figure_goes_with_the_word_and_counts_when_it_is_confirmed(kari, lars, plan, sign_in):
    sent = {"statement": "Alle er talt.", "indicator": "1.4-1", "met": "38", "counted": "40"}
    at = "/desk/plan/measures/1.4/attest/"
    for wrong in ({"met": "mange"}, {"counted": "30"}, {"counted": ""}):
        assert sign_in(kari).post(at, {**sent, **wrong}).status_code == 400
    assert (
        sign_in(kari).post(at, {**sent, "indicator": "9.1-1"}).status_code == 302
    )  # not told by people: no figure
    assert sign_in(kari).post(at, sent).status_code == 302
    period = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert "1.4-1" not in known_figures(plan, period)
    for word in Attestation.objects.all():
        sign_in(lars).post(f"/desk/plan/measures/1.4/words/{word.pk}/", {"answer": "confirm"})
    assert (known_figures(plan, period)["1.4-1"].met, known_figures(plan, period)["1.4-1"].counted) == (
        38,
        40,
    )


def test_the_plan_owner_cannot_confirm_his_own_word(lars, sign_in):
    desk = sign_in(lars)
    desk.post("/desk/plan/measures/1.4/attest/", {"statement": "Jeg sier det selv."})
    word = Attestation.objects.get()
    assert desk.post(f"/desk/plan/measures/1.4/words/{word.pk}/", {"answer": "confirm"}).status_code == 403
    assert not Evidence.objects.exists()


def test_a_stranger_to_the_measure_cannot_speak_for_it(kari, sign_in):
    desk = sign_in(kari)
    assert desk.post("/desk/plan/measures/2.1/attest/", {"statement": "Ferdig."}).status_code == 404
    assert desk.post("/desk/plan/measures/2.1/status/", {"status": "under_way"}).status_code == 404
    assert desk.get("/desk/plan/measures/99.1/").status_code == 404
    assert not Attestation.objects.exists()


def test_an_investigator_has_no_measures_page_and_a_stranger_is_sent_to_sign_in(
    town, person, sign_in, client
):
    assert client.get("/desk/plan/mine/").status_code == 302
    assert sign_in(person(town, "ivar", Duty.INVESTIGATOR)).get("/desk/plan/mine/").status_code == 404


def test_a_person_of_another_municipality_cannot_answer_fjellviks_words(kari, nordvik, person, sign_in):
    sign_in(kari).post("/desk/plan/measures/1.4/attest/", {"statement": "Ja."})
    word = Attestation.objects.get()
    stranger = sign_in(person(nordvik, "nora", Duty.PLAN_OWNER))
    answer = stranger.post(f"/nordvik/desk/plan/measures/1.4/words/{word.pk}/", {"answer": "confirm"})
    assert answer.status_code in (302, 404)
    word.refresh_from_db()
    assert word.approved_by == ""


def test_saying_nothing_is_refused_with_a_sentence(kari, sign_in):
    answer = sign_in(kari).post("/desk/plan/measures/1.4/attest/", {"statement": "  "})
    assert answer.status_code == 400
    assert 'role="alert"' in text_of(answer)


def test_done_cannot_be_set_by_one_person_alone(kari, sign_in):
    assert sign_in(kari).post("/desk/plan/measures/1.4/status/", {"status": "done"}).status_code == 400


def upload(desk, octets, **more):
    sent = {"kind": "training", "first": "2026-01-01", "last": "2026-10-31", **more}
    return desk.post("/desk/plan/import/", {**sent, "file": SimpleUploadedFile("opplæring.csv", octets)})


def test_a_file_is_shown_first_and_taken_in_by_a_second_step(lars, sign_in):
    desk = sign_in(lars)
    answer = upload(desk, "Ansattnummer;Gjennomført\n1;12.10.2026\n2;\n".encode())
    assert answer.status_code == 200
    assert not ImportRun.objects.exists()
    token = answer.context["token"]
    assert desk.post("/desk/plan/import/take-in/", {"token": token}).headers["Location"].endswith("/9.3/")
    assert (ImportRun.objects.get().met, ImportRun.objects.get().counted) == (1, 2)
    assert desk.post("/desk/plan/import/take-in/", {"token": token}).status_code == 409


def test_a_file_with_faults_offers_no_second_step(lars, sign_in):
    answer = upload(sign_in(lars), b"Ansattnummer;Gjennomf\xf8rt\n1;=1+1\n", first="2026-03-01")
    assert 'name="first" value="2026-03-01"' in text_of(answer)  # what was chosen stays
    assert '<option value="training" selected>' in text_of(answer)
    assert answer.status_code == 422
    assert answer.context["token"] == ""
    assert '<td class="r">2</td>' in text_of(answer)


def test_a_large_file_says_how_far_it_has_come_and_what_it_came_to(lars, sign_in):
    rows = "".join(f"{number};12.10.2026;{'x' * 20}\n" for number in range(10_000))
    desk = sign_in(lars)
    answer = upload(desk, f"Ansattnummer;Gjennomført;Merknad\n{rows}".encode())
    assert answer.streaming
    parts = [part.decode() for part in answer.streaming_content]
    told = [int(found) for part in parts for found in re.findall(r"([\d\s]+) rader er kontrollert", part)]
    assert told == list(range(500, 10_001, 500))
    assert "10000 av 10000" in parts[-1] or "10\N{NO-BREAK SPACE}000 av" in parts[-1]
    assert "</html>" in parts[-1]
    token = re.search(r'name="token" value="([^"]+)"', parts[-1])[1]
    assert not ImportRun.objects.exists()
    assert desk.post("/desk/plan/import/take-in/", {"token": token}).status_code == 302
    assert ImportRun.objects.get().counted == 10_000


def test_a_fault_in_the_last_of_ten_thousand_rows_is_named_and_nothing_is_taken_in(lars, sign_in):
    rows = "".join(f"{number};12.10.2026;{'x' * 20}\n" for number in range(9_999))
    octets = f"Ansattnummer;Gjennomført;Merknad\n{rows}77;i fjor;\n".encode()
    page = b"".join(upload(sign_in(lars), octets).streaming_content).decode()
    assert '<td class="r">10001</td>' in page.replace("\N{NO-BREAK SPACE}", "")
    assert 'name="token"' not in page


def test_a_large_file_that_cannot_be_read_says_so_where_the_progress_stood(lars, sign_in):
    page = b"".join(upload(sign_in(lars), b'"' + b"x;1\n" * 40_000).streaming_content).decode()
    assert 'role="alert"' in page
    assert 'name="token"' not in page


def test_what_one_person_was_shown_another_cannot_take_in(lars, kari, sign_in):
    token = upload(sign_in(lars), "Ansattnummer;Gjennomført\n1;\n".encode()).context["token"]
    assert sign_in(kari).post("/desk/plan/import/take-in/", {"token": token}).status_code == 400
    assert sign_in(kari).post("/desk/plan/import/take-in/", {"token": token + "x"}).status_code == 400
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_or_missing_is_refused(lars, sign_in):
    desk = sign_in(lars)
    assert upload(desk, io.BytesIO(b"x" * (9 * 2**20)).getvalue()).status_code == 400
    assert desk.post("/desk/plan/import/", {"kind": "training"}).status_code == 400


def test_a_form_from_elsewhere_cannot_import_in_her_name(lars, sign_in):
    desk = sign_in(lars)
    desk.handler.enforce_csrf_checks = True
    assert upload(desk, "Ansattnummer;Gjennomført\n1;\n".encode()).status_code == 403
    assert desk.post("/desk/plan/import/take-in/", {"token": "x"}).status_code == 403


def test_a_lesson_reaches_the_plan_owner_and_nobody_else(lars, kari, town, person, sign_in, client):
    proposal = propose_measure(town, "R1", "no_control", "Små kjøp ble ikke fanget opp.")
    for stranger in (kari, person(town, "ivar", Duty.INVESTIGATOR)):
        assert sign_in(stranger).get("/desk/plan/review/").status_code == 404
        assert "Små kjøp" not in text_of(sign_in(stranger).get("/desk/plan/"))
    assert "Små kjøp" not in text_of(client.get("/plan/nb/"))
    desk = sign_in(lars)
    assert "Små kjøp ble ikke fanget opp." in text_of(desk.get("/desk/plan/review/"))
    path = f"/desk/plan/review/proposals/{proposal.pk}/"
    assert desk.post(path, {"answer": "decline", "words": ""}).status_code == 400
    assert desk.post(path, {"answer": "take", "measure": "1.3", "words": "25 kjøp."}).status_code == 302
    assert desk.post(path, {"answer": "take", "measure": "1.3"}).status_code == 409


def test_a_strangers_proposal_cannot_be_answered_from_here(lars, nordvik, sign_in):
    theirs = Proposal.objects.create(
        organisation=nordvik, area="R1", cause="culture", lesson="Deres.", made_in="2026-11-01"
    )
    desk = sign_in(lars)
    path = f"/desk/plan/review/proposals/{theirs.pk}/"
    assert desk.post(path, {"answer": "decline", "words": "Nei."}).status_code == 404
    assert "Deres." not in text_of(desk.get("/desk/plan/review/"))


def test_a_risk_is_looked_at_again_and_the_next_look_has_a_date(lars, plan, town, sign_in):
    propose_measure(town, "R1", "no_control", "Noe.")
    desk = sign_in(lars)
    assert (
        desk.post("/desk/plan/review/risks/R1/", {"likelihood": "9", "consequence": "1"}).status_code == 400
    )
    assert desk.post("/desk/plan/review/risks/R1/", {"likelihood": "x"}).status_code == 400
    assert desk.post("/desk/plan/review/risks/R77/", {}).status_code == 404
    answer = {"likelihood": "3", "consequence": "4"}
    assert desk.post("/desk/plan/review/risks/R1/", answer).status_code == 400  # why?
    desk.post("/desk/plan/review/risks/R1/", {**answer, "reason": "Flere stikkprøver.", "method": "figures"})
    risk = plan.risks.get(code="R1")
    assert (risk.score_now, risk.review_asked, risk.next_review.isoformat()) == (12, False, "2027-11-23")


@pytest.mark.parametrize(
    "sent",
    [
        {"statement": "Alle 212 kontrakter er sett på.", "met": "mange", "counted": "212"},
        {"statement": "Alle 212 kontrakter er sett på.", "met": "", "counted": "212"},
        {"statement": "Alle 212 kontrakter er sett på.", "met": "213", "counted": "212"},
    ],
)
def test_a_word_whose_figure_cannot_be_is_refused_and_nothing_typed_is_lost(lars, plan, sign_in, sent):
    code = plan.measures.get(code="1.4").indicators.get().code
    answer = sign_in(lars).post(
        "/desk/plan/measures/1.4/attest/", {**sent, "indicator": code, "completes": "yes"}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert not Attestation.objects.exists()
    assert sent["statement"] in page
    assert f'name="counted" inputmode="numeric" value="{sent["counted"]}"' in page
    assert 'name="completes" value="yes" checked' in page


def test_a_spot_check_that_cannot_be_is_refused_and_what_was_found_stays(lars, sign_in):
    found = {"population": "40", "sample": "50", "deviations": "3", "closed_in_time": "2"}
    answer = sign_in(lars).post("/desk/plan/measures/1.3/control/record/", found)
    page = answer.content.decode()
    assert answer.status_code == 400
    for name, value in found.items():
        assert f'name="{name}" inputmode="numeric" value="{value}"' in page


@pytest.mark.parametrize(
    ("page", "name", "octets", "works"),
    [
        ("/desk/plan/import/", "a.csv", b"Ansattnummer;Fullf\xf8rt\n1;12.10.2026\n", 200),
        ("/desk/plan/measures/1.1/documents/", "a.pdf", b"%PDF-1.7", 302),
        ("/desk/plan/revision/bring-in/", "a.json", b"{}", 400),
    ],
)
def test_a_file_goes_up_from_a_browser_and_not_from_a_strangers_page(
    lars, sign_in, page, name, octets, works
):
    """Browsers send `Origin: null` from our pages, which tell no address; only whose page it is tells them apart."""
    desk = sign_in(lars)
    desk.handler.enforce_csrf_checks = True
    form = desk.get("/desk/plan/import/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]

    def send(site, token):
        file = SimpleUploadedFile(name, octets)
        sent = {"kind": "training", "first": "2026-01-01", "last": "2026-10-31", "file": file}
        own = {"Origin": "null", "Sec-Fetch-Site": site}
        return desk.post(page, {**sent, "csrfmiddlewaretoken": token}, headers=own).status_code

    assert send("cross-site", token) == 403
    assert send("same-origin", "x" * 64) == 403
    assert send("same-origin", token) == works
