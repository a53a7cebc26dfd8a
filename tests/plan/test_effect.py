"""A measure that is done is looked at again later; a document shows it; nobody's case moves any of it."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from tests.plan.conftest import KARI, PER, standing
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.plan.models import EffectReview, Evidence, EvidenceFile, MeasureUpdate
from whistle.plan.services import documents, effect, work

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 rutine"


@pytest.fixture
def done(fjellvik, nordvik, plan, settings):
    """Measure 1.4, done on 30 June 2026."""
    settings.DEFAULT_ORGANISATION = "fjellvik"
    measure = plan.measures.get(code="1.4")
    with standing("2026-06-30"):
        work.show(measure, "document", by=KARI)
        work.update(measure, "done", by=KARI, approved_by=PER)
    return measure


def look(plan, code="1.4"):
    return next((it for it in effect.looks(plan) if it.measure.code == code), None)


def test_a_measure_is_looked_at_half_a_year_after_it_was_done(done, plan):
    with standing("2026-07-01"):
        assert look(plan).due == date(2026, 12, 30)
        assert look(plan, "1.2") is None  # not in place


def test_what_works_is_looked_at_again_two_years_later(done, plan):
    with standing("2027-01-10"):
        effect.review(done, "works", "Alle 40 prøvede kontrakter har lenken.", by=PER)
        assert look(plan).due == date(2029, 1, 10)
    done.refresh_from_db()
    assert (done.status, done.contradicted) == ("done", False)


def test_what_does_not_work_is_opened_again_and_marked(done, plan):
    with standing("2027-01-10"):
        effect.review(done, "fails", "12 av 40 kontrakter mangler lenken.", by=PER)
    done.refresh_from_db()
    assert (done.status, done.contradicted) == ("under_way", True)
    assert MeasureUpdate.objects.last().comment == "12 av 40 kontrakter mangler lenken."
    with standing("2027-02-01"):
        assert look(plan) is None
        work.update(done, "done", by=KARI, approved_by=PER)
        assert look(plan).due == date(2027, 8, 1)
        effect.review(done, "works", "Ny prøve: alle har den.", by=PER)
    done.refresh_from_db()
    assert not done.contradicted


def test_the_date_of_a_look_does_not_move_when_a_case_contradicts_the_measure(done, plan):
    with standing("2026-08-01"):
        before = look(plan).due
        plan.measures.filter(code="1.4").update(contradicted=True)
        assert look(plan).due == before


@pytest.mark.parametrize(
    ("verdict", "words", "code"),
    [
        ("splendid", "x", "effect.verdict"),
        ("works", " ", "effect.comment"),
        ("works", "x" * 401, "effect.comment"),
    ],
)
def test_a_look_needs_a_verdict_and_a_reason(done, verdict, words, code):
    with pytest.raises(DomainError, match=code.replace(".", r"\.")):
        effect.review(done, verdict, words, by=PER)
    assert not EffectReview.objects.exists()


def test_what_is_not_in_place_has_no_effect_yet(done, plan):
    with pytest.raises(DomainError, match=r"effect\.too_early"):
        effect.review(plan.measures.get(code="2.1"), "works", "Ja.", by=PER)


def test_the_plan_owner_looks_at_the_desk_and_the_measure_owner_cannot(done, fjellvik, person, sign_in):
    kari, lars = person(fjellvik, "kari", Duty.MEASURE_OWNER), person(fjellvik, "lars", Duty.PLAN_OWNER)
    work.hold_role(fjellvik, "IK", kari.ref)
    sent = {"verdict": "partly", "comment": "De fleste har den."}
    with standing("2027-01-05"):
        assert sign_in(kari).post("/desk/plan/measures/1.4/effect/", sent).status_code == 404
        desk = sign_in(lars)
        assert "<b>1.4</b>" in desk.get("/desk/plan/review/").content.decode()
        assert desk.post("/desk/plan/measures/1.4/effect/", {**sent, "verdict": ""}).status_code == 400
        assert desk.post("/desk/plan/measures/1.4/effect/", sent).status_code == 302
        assert "De fleste har den." in sign_in(kari).get("/desk/plan/measures/1.4/").content.decode()


def test_a_look_that_was_written_down_is_not_changed(done):
    with standing("2027-01-10"):
        effect.review(done, "works", "Ja.", by=PER)
    with pytest.raises(DatabaseError), transaction.atomic():
        EffectReview.objects.update(verdict="fails")


# ——— documents ———


@pytest.fixture
def kari(done, fjellvik, person):
    """The head of procurement."""
    who = person(fjellvik, "kari", Duty.MEASURE_OWNER)
    work.hold_role(fjellvik, "IK", who.ref)
    return who


def send(desk, octets=PDF, name="rutine.pdf", code="1.2", **more):
    return desk.post(
        f"/desk/plan/measures/{code}/documents/", {"file": SimpleUploadedFile(name, octets), **more}
    )


def test_kari_adds_a_document_and_a_colleague_takes_it_down_as_it_was(kari, fjellvik, person, sign_in):
    with standing("2026-09-01"):
        assert send(sign_in(kari), note="Ny rutine", for_due="2026-09-30").status_code == 302
        file = EvidenceFile.objects.get()
        desk = sign_in(person(fjellvik, "randi", Duty.AUDITOR))
        page = desk.get("/desk/plan/measures/1.2/").content.decode()
        assert "rutine.pdf" in page
        answer = desk.get(f"/desk/plan/measures/1.2/documents/{file.pk}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    evidence = Evidence.objects.get(measure="1.2")
    assert (evidence.for_due, evidence.hash) == (date(2026, 9, 30), documents.hashlib.sha256(PDF).hexdigest())


@pytest.mark.parametrize(
    ("name", "octets", "status"),
    [
        ("side.html", b"<script>", 400),
        ("rutine.pdf", b"MZ not a pdf", 400),
        ("tom.pdf", b"", 400),
        ("K7-QF-39.pdf", PDF, 400),
        ("stor.pdf", PDF + b"x" * documents.LARGEST, None),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(kari, sign_in, name, octets, status):
    desk = sign_in(kari)
    if status is None:
        desk.raise_request_exception = False
        assert send(desk, octets, name).status_code >= 400
    else:
        assert send(desk, octets, name).status_code == status
    assert not EvidenceFile.objects.exists()


def test_the_same_document_shows_a_measure_once(kari, sign_in):
    desk = sign_in(kari)
    assert send(desk).status_code == 302
    assert send(desk).status_code == 409
    assert EvidenceFile.objects.count() == 1


def test_others_cannot_add_and_a_stranger_cannot_read(kari, nordvik, person, sign_in):
    send(sign_in(kari))
    file = EvidenceFile.objects.get()
    assert send(sign_in(kari), code="2.1").status_code == 404  # not hers
    desk = sign_in(person(nordvik, "nora", Duty.PLAN_OWNER))
    assert desk.get(f"/desk/plan/measures/1.2/documents/{file.pk}/").status_code != 200
    assert sign_in(kari).get(f"/desk/plan/measures/1.4/documents/{file.pk}/").status_code == 404


def test_a_word_document_and_a_picture_are_kept_too(done):
    for name, start in (
        ("notat.docx", b"PK\x03\x04"),
        ("bilde.JPEG", b"\xff\xd8\xff"),
        ("a/b\\c.png", b"\x89PNG\r\n\x1a\n"),
    ):
        documents.add(done, name, start + io.BytesIO(name.encode()).read(), by=KARI)
    assert sorted(EvidenceFile.objects.values_list("name", flat=True)) == [
        "bilde.JPEG",
        "c.png",
        "notat.docx",
    ]
