"""The archivist's page: what is kept how long, what is due, what holds it, what was deleted."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from cases.selectors import retention
from cases.services.retention import propose
from whistle.accounts.requests import StaffRequest
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty


@audience(Duty.ARCHIVIST)
@ensure_csrf_cookie
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Show the lists; nothing on them says what a case is about."""
    context = {
        **retention.overview(request.staff),
        "tombstones": retention.tombstones(request.staff),
        "proposed": request.GET.getlist("proposed"),
        "refused": request.GET.getlist("refused"),
    }
    return render(request, "desk/retention.html", context)


@audience(Duty.ARCHIVIST)
@require_POST
def propose_deletion(request: StaffRequest) -> HttpResponse:
    """Propose the chosen cases; one that cannot be is named, and the others are."""
    told: list[tuple[str, str]] = []
    for reference in request.POST.getlist("reference")[: retention.MOST]:
        try:
            propose(reference=reference, actor=request.staff)
            told.append(("proposed", reference))
        except DomainError:
            told.append(("refused", reference))
    answer = redirect("retention")
    answer["Location"] += f"?{urlencode(told)}"
    return answer
