"""Work accounts: who has connected one, who may, and the gate that two people open when the provider is down."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from whistle.access.selectors import duties
from whistle.accounts.models import Staff
from whistle.accounts.requests import StaffRequest
from whistle.accounts.services import gate
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.core.policy import AGREES, PROPOSES, Duty


@audience(*PROPOSES)
@ensure_csrf_cookie
@require_GET
def work_accounts_page(request: StaffRequest) -> HttpResponse:
    """Show who comes with which account, without saying which."""
    me, asked = request.staff, gate.asked_lift(request.organisation)
    people = Staff.objects.filter(organisation=me.organisation_id, is_active=True)
    open_now = gate.lifted(request.organisation)
    context = {
        "gate": gate.state(request, request.organisation),
        "people": people.select_related("work_account").order_by("name", "id"),
        "since": gate.oldest_word(),
        "lifted": gate.until(open_now) if open_now else None,
        "asked": asked if asked is not None and asked.second_id == me.pk else None,
        "administers": Duty.SYSTEM_ADMINISTRATOR in duties(me),
    }
    return render(request, "accounts/work_accounts.html", context)


@audience(Duty.SYSTEM_ADMINISTRATOR)
@require_POST
def allow_view(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a colleague connect an account with their next sign-in."""
    people = Staff.objects.filter(organisation=request.staff.organisation_id, is_active=True)
    person = people.filter(ref=ref).exclude(pk=request.staff.pk).first()
    if person is None:
        raise Http404
    gate.let_connect(person, by=request.staff)
    return redirect("work-accounts")


@audience(*AGREES)
@require_POST
def lift_view(request: StaffRequest) -> HttpResponse:
    """Agree that everybody signs in without the provider for some hours, or end that."""
    try:
        if request.POST.get("act") == "end":
            gate.end_lift(request.organisation, by=request.staff)
        else:
            gate.agree_lift(request.staff)
    except DomainError as error:
        raise Http404 from error
    return redirect("work-accounts")
