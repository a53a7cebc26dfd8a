"""The identity custodians' page: who asks for a reporter's name, and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cases.selectors import identity
from whistle.accounts.requests import StaffRequest
from whistle.core.audience import audience
from whistle.core.policy import Duty


@audience(Duty.IDENTITY_CUSTODIAN)
@ensure_csrf_cookie
@require_GET
def requests(request: StaffRequest) -> HttpResponse:
    """Show the requests this custodian holds a key to; the reasons are opened in the browser."""
    rows = identity.waiting_for(request.staff)
    waiting = sum(row.answered_at is None for row in rows)
    return render(request, "desk/identity.html", {"requests": rows, "open": waiting})
