"""The measure owner's page, one measure's page, and what can be done there.  Every act goes back to the page."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from whistle.accounts.models import Staff
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.plan import present, wording, worklist
from whistle.plan.models import Attestation, Evidence, Measure, MeasureUpdate
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.services import work
from whistle.plan.views.desk import context, document_for, language
from whistle.ui.messages import sentence

WORKERS = (Duty.MEASURE_OWNER, Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER)


@require_safe
@audience(*WORKERS)
def my_measures(request: HttpRequest) -> HttpResponse:
    """What is mine, what is due, what is late; and the words of others that wait for me."""
    plan = plan_in_force(request.organisation)  # type: ignore[attr-defined]
    person: Staff = request.staff  # type: ignore[attr-defined]
    tasks = worklist.tasks_of(person, plan) if plan else []
    shown = {
        "tasks": [_task(task) for task in tasks],
        "late": sum(task.late for task in tasks),
        "waiting": [_word(word) for word in worklist.waiting_words(person)],
    }
    return render(request, "plan/mine.html", context(request, **shown))


@require_safe
@audience(STAFF)
def measure_page(request: HttpRequest, code: str) -> HttpResponse:
    """One measure: how it goes, what shows it, what happened, what can be done."""
    return _page(request, _measure(request, code))


@require_POST
@audience(*WORKERS)
def attest(request: HttpRequest, code: str) -> HttpResponse:
    """Put forward one's word; the next person confirms it."""
    measure = _measure(request, code, to_work=True)
    sent = request.POST
    try:
        work.attest(
            measure,
            sent.get("statement", ""),
            by=request.staff.log_name,  # type: ignore[attr-defined]
            for_due=date.fromisoformat(sent["for_due"]) if sent.get("for_due") else None,
            completes=sent.get("completes") == "yes",
        )
    except (DomainError, ValueError) as error:
        return _page(request, measure, refused=error)
    return redirect("desk-measure", code=code)


@require_POST
@audience(*WORKERS)
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a measure is under way, or that it is stopped."""
    measure = _measure(request, code, to_work=True)
    status = request.POST.get("status", "")
    try:
        work.update(
            measure,
            status,
            by=request.staff.log_name,  # type: ignore[attr-defined]
            comment=request.POST.get("comment", "").strip()[:400],
        )
    except DomainError as error:
        return _page(request, measure, refused=error)
    return redirect("desk-measure", code=code)


@require_POST
@audience(*worklist.ANSWERS_FOR_ALL)
def answer(request: HttpRequest, code: str, word: int) -> HttpResponse:
    """Confirm or decline somebody else's word."""
    measure = _measure(request, code)
    found = Attestation.objects.filter(pk=word, organisation=measure.organisation, measure=code).first()
    if found is None:
        raise Http404
    do = work.confirm if request.POST.get("answer") == "confirm" else work.decline
    try:
        do(found, by=request.staff.log_name)  # type: ignore[attr-defined]
    except DomainError as error:
        return _page(request, measure, refused=error)
    return redirect("desk-measure", code=code)


def _measure(request: HttpRequest, code: str, *, to_work: bool = False) -> Measure:
    plan = plan_in_force(request.organisation)  # type: ignore[attr-defined]
    found = plan.measures.select_related("area", "plan").filter(code=code).first() if plan else None
    if found is None or (to_work and not worklist.may_work_on(request.staff, found)):  # type: ignore[attr-defined]
        raise Http404
    return found


def _page(request: HttpRequest, measure: Measure, *, refused: Exception | None = None) -> HttpResponse:
    person: Staff = request.staff  # type: ignore[attr-defined]
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
        "words": [_word(it, person) for it in Attestation.objects.filter(**of).order_by("-at", "-id")[:20]],
        "evidence": [_shown(it) for it in Evidence.objects.filter(**of).order_by("-at", "-id")[:20]],
        "updates": [_update(it) for it in MeasureUpdate.objects.filter(**of).order_by("-at", "-id")[:20]],
        "refused": sentence(code) if refused else "",
    }
    status = getattr(refused, "status", 400) if refused else 200
    return render(request, "plan/measure.html", context(request, **shown), status=status)


def _name(organisation: Organisation, log_name: str) -> str:
    found = Staff.objects.filter(organisation=organisation, log_name=log_name).first() if log_name else None
    return found.name if found else ""


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
    }


def _word(word: Attestation, person: Staff | None = None) -> dict[str, object]:
    return {
        "id": word.pk,
        "measure": word.measure,
        "statement": word.statement,
        "for_due": wording.day(word.for_due),
        "on": wording.day(word.at.date()),
        "completes": word.completes,
        "waits": not word.approved_by and not word.declined,
        "declined": word.declined,
        "mine": person is not None and word.by == person.log_name,
        "by": _name(word.organisation, word.by),
        "approved_by": _name(word.organisation, word.approved_by),
    }


def _shown(it: Evidence) -> dict[str, object]:
    return {
        "kind": wording.evidence_word(it.kind),
        "on": wording.day(it.at.date()),
        "for_due": wording.day(it.for_due),
        "note": it.note,
        "hash": it.hash,
        "by": _name(it.organisation, it.by),
    }


def _update(it: MeasureUpdate) -> dict[str, object]:
    return {
        "on": wording.day(it.at.date()),
        "source": wording.status_word(it.status_from),
        "target": wording.status_word(it.status_to),
        "comment": it.comment,
        "by": _name(it.organisation, it.by),
        "approved_by": _name(it.organisation, it.approved_by),
    }
