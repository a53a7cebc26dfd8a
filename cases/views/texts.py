"""The organisation's own words on the reporter's pages: contacts, the routine in its three parts, approval."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from whistle.accounts.requests import StaffRequest
from whistle.channel.services import texts
from whistle.core.audience import audience
from whistle.core.policy import Duty
from whistle.organisations.languages import spoken


def sections() -> list[dict[str, str]]:
    """Return the three parts the law requires, as the editor and the page name them."""
    return [
        {"code": "encourage", "label": _("Encouragement to report")},
        {"code": "how", "label": _("How to report")},
        {"code": "handling", "label": _("How reports are received, handled and followed up")},
    ]


@audience(Duty.COMPLIANCE_LEADER)
@ensure_csrf_cookie
@require_GET
def editor(request: StaffRequest) -> HttpResponse:
    """Show what is published, what waits for a second person, and the editor."""
    person = request.staff
    waiting = texts.waiting(person.organisation)
    shown = texts.current(person.organisation)
    document = waiting.document if waiting else shown
    tongues = [
        {
            "code": code,
            "label": label,
            "required": code in texts.LANGUAGES,
            "hours": document.get("hours", {}).get(code, ""),
            "word": document.get("word", {}).get(code, ""),
            "sections": [
                {**part, "text": document.get("routine", {}).get(code, {}).get(part["code"], "")}
                for part in sections()
            ],
        }
        for code, label in spoken(person.organisation).items()
    ]
    context = {
        "tongues": tongues,
        "document": document,
        "shown": shown,
        "waiting": waiting,
        "may_approve": waiting is not None and waiting.by_id != person.pk,
    }
    return render(request, "desk/texts.html", context)
