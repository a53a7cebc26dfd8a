"""What the auditor does with the log.  Every one of these acts stands in it."""

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from whistle.audit import alarms, export, reading, selectors
from whistle.audit import services as audit
from whistle.audit.folders import LOGS
from whistle.audit.registry import DESK
from whistle.audit.views import checked
from whistle.audit.words import FINDINGS
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note
from whistle.ui.messages import sentence

ROLE = Duty.AUDITOR.value


def _who(request: HttpRequest) -> tuple[Organisation, str]:
    return request.organisation, request.staff.log_name  # type: ignore[attr-defined]


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    context = {"message": sentence(error.code), "section": "log"}
    return render(request, "audit/refused.html", context, status=error.status)


@audience(Duty.AUDITOR)
@require_POST
def draw_sample(request: HttpRequest) -> HttpResponse:
    """Draw cases for review by the newest checkpoint, and log the drawing."""
    organisation, actor = _who(request)
    raw = export.newest_checkpoint(organisation, DESK)
    if not raw:
        return _refused(request, DomainError("audit.unpublished", status=409))
    head = checkpoint.parse(note.parse(raw).text)
    about = {"log": DESK, "size": head.size, "root": head.root.hex(), "drawn": reading.SAMPLE}
    with audit.atomic():
        audit.record("log.sampled", organisation=organisation, actor=actor, role=ROLE, detail=about)
    newest = list(selectors.entries(organisation, DESK, acts=("log.sampled",)))[-1]
    return redirect("log-sample", index=newest.index)


@audience(Duty.AUDITOR)
@require_POST
def sign_off(request: HttpRequest, log: str) -> HttpResponse:
    """Log that a range was reviewed, with a finding."""
    organisation, actor = _who(request)
    asked = (request.POST.get("first", ""), request.POST.get("last", ""), request.POST.get("finding", ""))
    first, last = (int(one) if one.isdecimal() else -1 for one in asked[:2])
    if (
        log not in LOGS
        or asked[2] not in FINDINGS
        or not 0 <= first <= last < selectors.size(organisation, log)
    ):
        return _refused(request, DomainError("audit.range", status=400))
    about = {"log": log, "first": first, "last": last, "finding": asked[2]}
    with audit.atomic():
        audit.record("log.reviewed", organisation=organisation, actor=actor, role=ROLE, detail=about)
    return redirect("log-of", log=log)


@audience(Duty.AUDITOR)
@require_POST
def note_verified(request: HttpRequest, log: str) -> HttpResponse:
    """Log that the auditor's browser has checked the log, with what it found."""
    organisation, actor = _who(request)
    faults = request.POST.get("faults", "")
    raw = export.newest_checkpoint(organisation, log) if log in LOGS else b""
    head = checkpoint.parse(note.parse(raw).text) if raw else None
    if head is None or not faults.isdecimal() or request.POST.get("root") != head.root.hex():
        return _refused(request, DomainError("audit.range", status=409))
    about = {"log": log, "size": head.size, "root": head.root.hex(), "faults": min(int(faults), 2**31)}
    with audit.atomic():
        audit.record("log.verified", organisation=organisation, actor=actor, role=ROLE, detail=about)
    if int(faults):
        alarms.raise_alarm(organisation, alarms.Kind.FAULT, log=log, size=head.size)
    return HttpResponse(status=204)


@audience(Duty.AUDITOR)
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """Export both logs as one file, once a witness has seen that it was approved."""
    organisation, actor = _who(request)
    name = f"log-{organisation.slug}"
    try:
        with tempfile.TemporaryDirectory() as folder:
            export.export(
                organisation,
                Path(folder) / name,
                actor=actor,
                role=ROLE,
                unwitnessed=not checked(organisation, DESK)["witnesses"],
            )
            octets = export.archive(Path(folder) / name, name)
    except DomainError as error:
        return _refused(request, error)
    answer = HttpResponse(octets, content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.tar.gz"'
    return answer


@audience(Duty.AUDITOR, Duty.COMPLIANCE_LEADER)
@require_POST
def answer_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alarm with a finding."""
    organisation, actor = _who(request)
    finding = request.POST.get("finding", "")
    try:
        if finding not in FINDINGS:
            raise DomainError("audit.range")
        alarms.answer(organisation, pk, actor=actor, role="staff", finding=finding)
    except DomainError as error:
        return _refused(request, error)
    return redirect("log")
