"""The registers of gifts and of interests: everybody's own entries, and for those who decide, everybody's."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from whistle.accounts.models import Staff
from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.plan import register_words, wording
from whistle.plan.models import Gift, Interest
from whistle.plan.services import registers
from whistle.plan.views.desk import context
from whistle.plan.worklist import may_confirm
from whistle.ui.messages import sentence

DECIDERS = (Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER)
MOST = 200  # rows on a page


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def gifts_page(request: StaffRequest) -> HttpResponse:
    """One's own gifts and offers, and the form for a new one."""
    if request.method != "POST":
        return _gifts(request)
    sent = request.POST
    try:
        registers.register_gift(
            request.staff,
            kind=sent.get("kind", ""),
            giver=sent.get("giver", ""),
            what=sent.get("what", ""),
            value=int(sent.get("value") or "0"),
            on_date=date.fromisoformat(sent.get("on_date", "")),
            answer=sent.get("answer", ""),
        )
    except DomainError as error:
        return _gifts(request, refused=error)
    except ValueError:
        return _gifts(request, refused=DomainError("gift.words"))
    return redirect("desk-gifts")


@require_POST
@audience(*DECIDERS)
def decide_gift(request: StaffRequest, gift: int) -> HttpResponse:
    """Allow somebody else's gift, or ask them to give it back."""
    found = Gift.objects.filter(organisation=request.organisation, pk=gift).first()
    if found is None:
        raise Http404
    try:
        registers.decide(
            found,
            request.POST.get("decision", ""),
            person=request.staff,
            reason=request.POST.get("reason", ""),
        )
    except DomainError as error:
        return _gifts(request, refused=error)
    return redirect("desk-gifts")


@audience(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def interests_page(request: StaffRequest) -> HttpResponse:
    """One's own declaration for the year, and the form for it."""
    if request.method != "POST":
        return _interests(request)
    try:
        registers.declare(
            request.staff,
            int(request.POST.get("year", "0")),
            request.POST.get("text", ""),
            nothing=request.POST.get("nothing") == "yes",
        )
    except DomainError as error:
        return _interests(request, refused=error)
    except ValueError:
        return _interests(request, refused=DomainError("interest.year"))
    return redirect("desk-interests")


def _gifts(request: StaffRequest, *, refused: DomainError | None = None) -> HttpResponse:
    person: Staff = request.staff
    decides = may_confirm(person)
    rows = Gift.objects.filter(organisation=person.organisation).order_by("-on_date", "-id")
    names = dict(Staff.objects.filter(organisation=person.organisation).values_list("ref", "name"))
    others = rows.exclude(staff_ref=person.ref) if decides else rows.none()
    shown = {
        "mine": [register_words.gift(it, names) for it in rows.filter(staff_ref=person.ref)[:MOST]],
        "waiting": [register_words.gift(it, names) for it in others.filter(decision="")[:MOST]],
        "decided": [register_words.gift(it, names) for it in others.exclude(decision="")[:MOST]],
        "decides": decides,
        "kinds": register_words.kinds(),
        "answers": register_words.answers(),
        "sent": request.POST if refused else {},
        "within": registers.DECIDE_WITHIN,
        "refused": sentence(refused.code) if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "plan/gifts.html", context(request, **shown), status=status)


def _interests(request: StaffRequest, *, refused: DomainError | None = None) -> HttpResponse:
    person: Staff = request.staff
    year = clock.today().year
    own = registers.declaration_of(person, year)
    shown = {
        "year": year,
        "own": own,
        "own_on": wording.day(own.declared_at.date()) if own else "",
        "everybody": _everybody(person, year) if may_confirm(person) else [],
        "sent": request.POST if refused else {},
        "refused": sentence(refused.code) if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "plan/interests.html", context(request, **shown), status=status)


def _everybody(person: Staff, year: int) -> list[dict[str, object]]:
    rows = Interest.objects.filter(organisation=person.organisation, year=year).order_by("id")
    newest = {row.staff_ref: row for row in rows}
    people = registers.declarers(person.organisation)
    return [
        {
            "name": who.name,
            "title": who.title,
            "said": row.text if row and not row.nothing else "",
            "nothing": bool(row and row.nothing),
            "on": wording.day(row.declared_at.date()) if row else "",
        }
        for who in people
        for row in [newest.get(who.ref)]
    ]
