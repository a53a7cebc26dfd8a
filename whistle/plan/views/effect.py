"""What shows a measure beyond a word: documents, and a later look at whether it works."""

from datetime import date

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whistle.accounts.requests import StaffRequest
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import worklist
from whistle.plan.models import EvidenceFile
from whistle.plan.services import documents, effect
from whistle.plan.views.imports import InMemory
from whistle.plan.views.work import WORKERS, find_measure, measure_answer
from whistle.ui.csrf import desk_protect


@csrf_exempt  # the check comes when the handler that may read files is in place
@audience(*WORKERS)
@require_http_methods(["POST"])
def add_document(request: StaffRequest, code: str) -> HttpResponseBase:
    """Keep a document that shows the measure."""
    request.upload_handlers = [InMemory(request)]
    return _add_document(request, code)


@desk_protect
def _add_document(request: StaffRequest, code: str) -> HttpResponse:
    measure, file = find_measure(request, code, to_work=True), request.FILES.get("file")
    due = request.POST.get("for_due")
    try:
        if file is None:
            raise DomainError("import.no_file")
        documents.add(
            measure,
            file.name or "",
            file.read(),
            by=request.staff.log_name,
            role=worklist.acts_as(request.staff),
            note=request.POST.get("note", ""),
            for_due=date.fromisoformat(due) if due else None,
        )
    except (DomainError, ValueError) as error:
        return measure_answer(request, measure, refused=error)
    return redirect("desk-measure", code=code)


@require_safe
@audience(STAFF)
def document(request: OrganisationRequest, code: str, number: int) -> HttpResponse:
    """A document, always as a download: nothing in it runs in our pages."""
    found = EvidenceFile.objects.filter(
        organisation=request.organisation,
        evidence__measure=code,
        pk=number,
    ).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.octets), content_type=found.media_type)
    ending = found.name.rpartition(".")[2].casefold()
    answer["Content-Disposition"] = f'attachment; filename="{code}-{found.pk}.{ending}"'
    return answer


@require_POST
@audience(*worklist.ANSWERS_FOR_ALL)
def review_effect(request: StaffRequest, code: str) -> HttpResponse:
    """Record whether the measure does what it was meant to."""
    measure = find_measure(request, code)
    try:
        effect.review(
            measure,
            request.POST.get("verdict", ""),
            request.POST.get("comment", ""),
            by=request.staff.log_name,
            role=worklist.acts_as(request.staff),
        )
    except DomainError as error:
        return measure_answer(request, measure, refused=error)
    return redirect("desk-measure", code=code)
