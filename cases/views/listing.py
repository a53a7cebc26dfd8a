"""What needs me, and the list of cases."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cases.context import waiting_for
from cases.orientation import of_needs
from cases.selectors import listing
from cases.services.elsewhere import REGISTERS
from cases.words import CLOCKS
from cases.workflow import State
from whistle.access.selectors import duties
from whistle.access.services.setting_up import SETS_UP
from whistle.access.views import must_wait, waiting_page
from whistle.accounts import selectors as accounts
from whistle.accounts.requests import StaffRequest
from whistle.core.audience import STAFF, audience
from whistle.core.policy import PART_OF, PROPOSES, Duty, Part

LATER = 10
PLANS = frozenset({Duty.PLAN_OWNER, Duty.MEASURE_OWNER})
FILTERS = ("state", "clock", "part", "order")


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def needs_me(request: StaffRequest) -> HttpResponse:
    """Show what waits for this person, most urgent first; who has no cases goes to their own page."""
    person = request.staff
    held = duties(person)
    if not held & set(PART_OF):
        return _without_cases(request, held)
    urgent, later = waiting_for(request)
    overview = listing.overview(person)
    if not overview["open"] and not urgent and must_wait(person):
        return waiting_page(request)
    busy = {row["reference"] for row in (*urgent, *later)}
    context = {
        "rows": urgent,
        "later": later[:LATER],
        "quiet": max(overview["open"] - len(busy), 0) + len(later[LATER:]),
        "overview": overview,
        "four": of_needs(urgent, later),
        "readers": accounts.roster_document(person.organisation)["readers"],
    }
    return render(request, "desk/needs_me.html", context)


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def case_list(request: StaffRequest) -> HttpResponse:
    """Show the cases this person may see, one page at a time."""
    person = request.staff
    wanted = listing.asked(request.GET.dict(), tuple(CLOCKS))
    found = listing.page(person, wanted)
    chosen = {name: value for name in FILTERS if (value := getattr(wanted, name)) and value != "due"}
    context: dict[str, Any] = {
        "rows": found.rows,
        "wanted": wanted,
        "chosen": chosen,
        "first": urlencode(chosen),
        "next": urlencode({**chosen, "after": found.next}) if found.next else "",
        "many": found.total > listing.MANY,
        "total": min(found.total, listing.MANY),
        "states": list(State),
        "clocks": CLOCKS.items(),
        "parts": list(Part),
        "may_set_aside": any(row["state"] in ("received", "assessment") for row in found.rows),
        "registers": bool(duties(person) & REGISTERS),
    }
    return render(request, "desk/case_list.html", context)


def _without_cases(request: StaffRequest, held: set[Duty]) -> HttpResponse:
    """Answer somebody who works without cases: their own page, or what they wait for."""
    person = request.staff
    if Duty.AUDITOR in held or Duty.IDENTITY_CUSTODIAN in held:
        return redirect("log" if Duty.AUDITOR in held else "identity")
    if held & SETS_UP and not person.organisation.live:
        return redirect("set-up")
    if must_wait(person):
        return waiting_page(request)
    if Duty.KEY_CUSTODIAN in held or Duty.ARCHIVIST in held:
        return redirect("certify" if Duty.KEY_CUSTODIAN in held else "retention")
    if held & PROPOSES:
        return redirect("people")
    return redirect("desk-plan") if held & PLANS else render(request, "desk/nothing.html")
