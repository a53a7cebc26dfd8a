"""Pages about keys: handing over all cases of somebody who leaves."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cases.selectors.leavers import leavers
from whistle.accounts.requests import StaffRequest
from whistle.core.audience import audience
from whistle.core.policy import PART_OF


@audience(*PART_OF)
@ensure_csrf_cookie
@require_GET
def hand_over(request: StaffRequest) -> HttpResponse:
    """Show whose cases this person may hand over, and how far each hand-over has come."""
    return render(request, "desk/hand_over.html", {"leavers": leavers(request.staff)})
