"""The measure owner's page, one measure's page, and what can be done there.  Every act goes back to the page."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from whistle.accounts.models import Staff
from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.plan import present, wording, worklist
from whistle.plan.due import FINISHED
from whistle.plan.imports.kinds import KINDS
from whistle.plan.models import Attestation, EffectReview, Evidence, Indicator, Measure, MeasureUpdate
from whistle.plan.revising import name_of
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.services import effect, work
from whistle.plan.views.desk import context, document_for, language
from whistle.ui.messages import sentence

WORKERS = (Duty.MEASURE_OWNER, Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER)


@require_safe
@audience(*WORKERS)
def my_measures(request: StaffRequest) -> HttpResponse:
    """What is mine, what is due, what is late; and the words of others that wait for me."""
    plan = plan_in_force(request.organisation)
    person: Staff = request.staff
    tasks = worklist.tasks_of(person, plan) if plan else []
    quarter = worklist.quarter_of(clock.today())
    heard = worklist.words_in(person.organisation, quarter)
    shown = {
        "owing": sum(
            task.measure.status not in FINISHED and task.measure.code not in heard for task in tasks
        ),
        "is_chief": worklist.is_chief(person),
        "tasks": [_task(task) for task in tasks],
        "late": sum(task.late for task in tasks),
        "waiting": [_word(word) for word in worklist.waiting_words(person)],
    }
    return render(request, "plan/mine.html", context(request, **shown))


@require_safe
@audience(STAFF)
def measure_page(request: StaffRequest, code: str) -> HttpResponse:
    """One measure: how it goes, what shows it, what happened, what can be done."""
    return measure_answer(request, find_measure(request, code))


@require_POST
@audience(*WORKERS)
def attest(request: StaffRequest, code: str) -> HttpResponse:
    """Put forward one's word; the next person confirms it."""
    measure = find_measure(request, code, to_work=True)
    sent = request.POST
    try:
        work.attest(
            measure,
            sent.get("statement", ""),
            by=request.staff.log_name,
            for_due=date.fromisoformat(sent["for_due"]) if sent.get("for_due") else None,
            completes=sent.get("completes") == "yes",
            **_figures(measure, sent),
        )
    except (DomainError, ValueError, KeyError) as error:
        return measure_answer(request, measure, refused=error)
    return redirect("desk-measure", code=code)


@require_POST
@audience(*WORKERS)
def start(request: StaffRequest, code: str) -> HttpResponse:
    """Say that a measure is under way, or that it is stopped."""
    measure = find_measure(request, code, to_work=True)
    status = request.POST.get("status", "")
    try:
        work.update(
            measure,
            status,
            by=request.staff.log_name,
            role=worklist.acts_as(request.staff),
            comment=request.POST.get("comment", "").strip()[:400],
        )
    except DomainError as error:
        return measure_answer(request, measure, refused=error)
    return redirect("desk-measure", code=code)


@require_POST
@audience(*worklist.ANSWERS_FOR_ALL)
def answer(request: StaffRequest, code: str, word: int) -> HttpResponse:
    """Confirm or decline somebody else's word."""
    measure = find_measure(request, code)
    found = Attestation.objects.filter(pk=word, organisation=measure.organisation, measure=code).first()
    if found is None:
        raise Http404
    do = work.confirm if request.POST.get("answer") == "confirm" else work.decline
    try:
        do(found, by=request.staff.log_name)
    except DomainError as error:
        return measure_answer(request, measure, refused=error)
    return redirect("desk-measure", code=code)


def _figures(measure: Measure, sent: QueryDict) -> dict[str, Any]:
    """Return the figure that comes with a word, if one does.  Raises ValueError for what is no whole number."""
    it = next((it for it in _told_by_people(measure) if it.code == sent.get("indicator")), None)
    if it is None or not (sent.get("met") or sent.get("counted")):
        return {}
    try:
        met, counted = (
            int(sent.get(name) or "x") for name in ("met", "counted" if it.unit != "count" else "met")
        )
    except ValueError:
        raise DomainError("attestation.figures") from None
    return {
        "indicator": it.code,
        "met": met,
        "counted": max(met, 1) if it.unit == "count" else counted,  # 0 of 0 is no figure
    }


def _told_by_people(measure: Measure) -> list[Indicator]:
    """Return the indicators whose figures people say: not counted from spot checks, the log, or a kind of file."""
    from_files = {kind.indicator for kind in KINDS.values()}
    rows = measure.indicators.filter(rule="", counts="")
    return [it for it in rows if it.code not in from_files]


def find_measure(request: StaffRequest, code: str, *, to_work: bool = False) -> Measure:
    """Return a measure of the plan in force, or answer 404; with `to_work` only to those who may speak for it."""
    plan = plan_in_force(request.organisation)
    found = plan.measures.select_related("area", "plan").filter(code=code).first() if plan else None
    if found is None or (to_work and not worklist.may_work_on(request.staff, found)):
        raise Http404
    return found


def measure_answer(
    request: StaffRequest, measure: Measure, *, refused: Exception | None = None
) -> HttpResponse:
    """Return the page of a measure, with what was refused."""
    person: Staff = request.staff
    of = {"organisation": measure.organisation, "measure": measure.code}
    document, _is_live = document_for(request)
    lines = document["measures"] if document else []
    line = next((present.measure(it, language()) for it in lines if it["id"] == measure.code), None)
    code = getattr(refused, "code", "request.malformed")
    shown = {
        "task": _task(worklist.in_order(measure.plan, [measure])[0]),
        "line": line,
        "may_work": worklist.may_work_on(person, measure),
        "may_confirm": worklist.may_confirm(person),
        "told": [
            {"code": it.code, "name": said(it.name, language()), "is_count": it.unit == "count"}
            for it in _told_by_people(measure)
        ],
        "words": [_word(it, person) for it in Attestation.objects.filter(**of).order_by("-at", "-id")[:20]],
        "evidence": [
            _shown(it)
            for it in Evidence.objects.filter(**of)
            .select_related("file")
            .defer("file__octets")
            .order_by("-at", "-id")[:20]
        ],
        "effects": [_effect(it) for it in EffectReview.objects.filter(**of).order_by("-at", "-id")[:10]],
        "look": _look(measure),
        "waits_for": _waits_for(measure),
        "updates": [_update(it) for it in MeasureUpdate.objects.filter(**of).order_by("-at", "-id")[:20]],
        "refused": sentence(code) if refused else "",
        "sent": request.POST if refused else {},  # nothing typed is lost
    }
    status = getattr(refused, "status", 400) if refused else 200
    return render(request, "plan/measure.html", context(request, **shown), status=status)


def _task(task: worklist.Task) -> dict[str, object]:
    measure = task.measure
    return {
        "id": measure.code,
        "text": said(measure.text, language()),
        "area": said(measure.area.name, language()),
        "kind": wording.kind_word(measure.kind),
        "status": wording.status_word(measure.status),
        "due": wording.day(task.due),
        "due_iso": task.due.isoformat() if task.due else "",
        "days": task.days,
        "days_late": -task.days if task.late and task.days else 0,
        "late": task.late,
        "contradicted": measure.contradicted,
        "has_control": measure.evidence == "control_run",
        "finished": measure.status in ("done", "stopped"),
        "in_place": measure.status in ("done", "continuous"),
    }


def _word(word: Attestation, person: Staff | None = None) -> dict[str, object]:
    return {
        "id": word.pk,
        "measure": word.measure,
        "statement": word.statement,
        "for_due": wording.day(word.for_due),
        "on": wording.day(word.at.date()),
        "completes": word.completes,
        "figure": _said_figure(word),
        "waits": not word.approved_by and not word.declined,
        "declined": word.declined,
        "mine": person is not None and word.by == person.log_name,
        "by": name_of(word.organisation, word.by),
        "approved_by": name_of(word.organisation, word.approved_by),
    }


def _waits_for(measure: Measure) -> list[dict[str, object]]:
    return [
        {"id": it.code, "text": said(it.text, language()), "status": wording.status_word(it.status)}
        for it in measure.plan.measures.filter(code__in=measure.after)
    ]


def _look(measure: Measure) -> str:
    """Return when the effect is to be looked at; nothing for what is not in place."""
    return next((wording.day(look.due) for look in effect.looks(measure.plan) if look.measure == measure), "")


def _effect(it: EffectReview) -> dict[str, object]:
    return {
        "verdict": wording.verdict_word(it.verdict),
        "shape": {"works": "done", "partly": "half", "fails": "failed"}[it.verdict],
        "comment": it.comment,
        "on": wording.day(it.at.date()),
        "by": name_of(it.organisation, it.by),
    }


def _said_figure(word: Attestation) -> str:
    if word.met is None:
        return ""
    if word.met == word.counted:
        return str(word.met)
    return _("%(done)s of %(of)s") % {"done": word.met, "of": word.counted}


def _shown(it: Evidence) -> dict[str, object]:
    file = getattr(it, "file", None)
    return {
        "file": file.pk if file else None,
        "file_name": file.name if file else "",
        "size": f"{file.size / 1024:.0f} kB" if file else "",
        "kind": wording.evidence_word(it.kind),
        "on": wording.day(it.at.date()),
        "for_due": wording.day(it.for_due),
        "note": it.note,
        "hash": it.hash,
        "by": name_of(it.organisation, it.by),
    }


def _update(it: MeasureUpdate) -> dict[str, object]:
    return {
        "on": wording.day(it.at.date()),
        "source": wording.status_word(it.status_from),
        "target": wording.status_word(it.status_to),
        "comment": it.comment,
        "by": name_of(it.organisation, it.by),
        "approved_by": name_of(it.organisation, it.approved_by),
    }
