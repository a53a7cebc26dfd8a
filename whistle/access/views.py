"""People and their roles, certificates, and the set-up of an organisation."""

import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from whistle.access.duty_words import DUTY_WORDS
from whistle.access.models import Proposal
from whistle.access.selectors import duties, holders
from whistle.access.selectors_set_up import has_root_copy, missing, needs
from whistle.access.services import certifying, proposals
from whistle.access.services.setting_up import GO_LIVE, SETS_UP
from whistle.accounts.models import Invitation, SetUpWord, Staff
from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import audience
from whistle.core.policy import PROPOSES, Duty
from whistle.core.roster import standard_subjects

SHOWN = 300


@audience(*PROPOSES)
@ensure_csrf_cookie
@require_GET
def people_page(request: StaffRequest) -> HttpResponse:
    """Show who works here, who is invited, and what waits for a second person."""
    me = request.staff
    everybody = Staff.objects.select_related("key").filter(organisation=me.organisation_id, is_active=True)
    invited = Invitation.objects.filter(
        organisation=me.organisation_id, used_at=None, until__gt=clock.now()
    ).order_by("until")
    context = {
        "people": [_row(person) for person in everybody.order_by("name", "id")[:SHOWN]],
        "invited": invited,
        "waiting": [_proposal(row, me) for row in proposals.open_ones(me.organisation_id)],
        "duties": DUTY_WORDS.items(),
    }
    return render(request, "accounts/people.html", context)


@audience(Duty.KEY_CUSTODIAN)
@ensure_csrf_cookie
@require_GET
def certify_page(request: StaffRequest) -> HttpResponse:
    """Show a key custodian whose keys wait for a certificate."""
    me = request.staff
    rows = certifying.waiting(me.organisation)
    context = {
        "has_root": has_root_copy(me.pk),
        "begun": bool(me.organisation.root_key),
        "fresh": [row for row in rows if row.previous is None],
        "again": [row for row in rows if row.previous is not None],
        "without": holders(me.organisation_id, Duty.KEY_CUSTODIAN).filter(root_copy=None).exclude(pk=me.pk),
    }
    return render(request, "accounts/certify.html", context)


@audience(*SETS_UP)
@ensure_csrf_cookie
@require_GET
def set_up_page(request: StaffRequest) -> HttpResponse:
    """Show what an organisation has and lacks before its channel may open."""
    me = request.staff
    organisation = me.organisation
    first = SetUpWord.objects.select_related("by").filter(organisation=organisation, code=GO_LIVE).first()
    context = {
        "needs": needs(organisation),
        "missing": missing(organisation),
        "subjects": json.dumps(standard_subjects()),
        "makes_root": Duty.KEY_CUSTODIAN in duties(me) and not organisation.root_key,
        "first": first,
        "second": first is not None and first.by_id != me.pk,
    }
    return render(request, "accounts/set_up.html", context)


def waiting_page(request: StaffRequest) -> HttpResponse:
    """Show somebody who cannot begin yet what is expected of them, and of others."""
    me = request.staff
    context = {
        "held": [DUTY_WORDS.get(duty, duty) for duty in sorted(duties(me))],
        "proposed": [
            DUTY_WORDS.get(Duty(row.duty), row.duty)
            for row in proposals.open_ones(me.organisation_id).filter(staff=me, kind=Proposal.Kind.GIVE)
        ],
        "needs_certificate": certifying.lacks(me),
        "custodians": holders(me.organisation_id, Duty.KEY_CUSTODIAN),
    }
    return render(request, "accounts/waiting.html", context)


def must_wait(me: Staff) -> bool:
    """Return whether the person cannot begin: no duty yet, or duties that need a certificate they do not have."""
    return not duties(me) or certifying.lacks(me)


def _row(person: Staff) -> dict[str, Any]:
    held = sorted(duties(person))
    certificate = certifying.ends_on(person)
    needed = certifying.role_of(set(held)) is not None
    near = certificate is not None and certificate.not_after < clock.now() + timedelta(days=30)
    return {
        "person": person,
        "duties": [(duty, DUTY_WORDS.get(duty, duty)) for duty in held],
        "certificate": certificate,
        "state": "none" if not needed else "missing" if certificate is None else "near" if near else "good",
    }


def _proposal(row: Proposal, me: Staff) -> dict[str, Any]:
    return {
        "row": row,
        "duty": DUTY_WORDS.get(Duty(row.duty), row.duty) if row.duty else "",
        "may": proposals.may_agree(row, me),
        "own": row.by_id == me.pk,
    }
