"""The case page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cases.codes import CAUSES, LESSONS, OUTCOMES
from cases.forms import PARTS, WITH_REPORTER
from cases.orientation import of_case
from cases.selectors import card, contact, visible
from cases.selectors.listing import hurrying
from cases.suggestions import LANGUAGES
from cases.words_tools import EXPORTS, RELATIONS, TRANSFERS
from whistle.accounts.requests import StaffRequest
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.plan.selectors import plan_areas

TABS = (
    ("overview", _("Overview")),
    ("report", _("The report")),
    ("messages", _("Messages")),
    ("files", _("Files")),
    ("notes", _("Notes")),
    ("assessment", _("Assessment")),
    ("investigation", _("Investigation")),
    ("persons", _("Persons")),
    ("conclusion", _("Conclusion")),
    ("people", _("Keys")),
    ("reporter", _("The reporter")),
)


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def case_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Show one case; a case that is hidden and one that is not there are the same 404."""
    person = request.staff
    try:
        case = visible.case_for(person, reference)
    except DomainError as error:
        raise Http404 from error
    person.organisation = case.organisation = request.organisation  # one row for all who ask for it
    whole = request.GET.get("timeline") == "all"
    shown: dict[str, Any] = {
        **card.card(case, person, whole=whole),
        "hurried": case.acknowledged_on is None and case.pk in hurrying([case.pk]),
    }
    shown["four"] = of_case(shown)
    if not shown["declared"]:
        return render(request, "desk/declare.html", shown)
    asks = any(step["asks"] and not step["missing"] for step in shown["steps"])
    areas = plan_areas(case.organisation, get_language() or "nb") if asks else []
    context = {
        **shown,
        **contact.on_case(case, person),
        "tabs": TABS,
        "parts": [part for part in PARTS if part != WITH_REPORTER],
        "met": sum(1 for each in shown["clocks"] if each["met_on"]),
        "out": len(shown["without_key"]) + len(shown["withdrawn"]),
        "outcomes": OUTCOMES,
        "causes": CAUSES,
        "lessons": LESSONS,
        "areas": areas,
        "tongues": LANGUAGES.items(),
        "reasons": RELATIONS.items(),
        "purposes": EXPORTS.items(),
        "transfers": TRANSFERS.items(),
    }
    return render(request, "desk/case.html", context)
