"""What needs me, the list, and the case page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cases.context import waiting_for
from cases.selectors import card, visible
from cases.suggestions import LANGUAGES, suggestions
from cases.workflow import CAUSES, LESSONS, OUTCOMES, State
from whistle.access.selectors import duties
from whistle.accounts import selectors as accounts
from whistle.channel.pages import subjects
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.core.policy import PART_OF, Duty
from whistle.plan.selectors import plan_areas

PAGE = 50
LATER = 10
TABS = (
    ("overview", _("Overview")),
    ("report", _("The report")),
    ("messages", _("Messages")),
    ("files", _("Files")),
    ("notes", _("Notes")),
    ("people", _("People")),
)


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def needs_me(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, most urgent first; who has no cases goes to their own page."""
    person = request.staff  # type: ignore[attr-defined]
    held = duties(person)
    if not held & set(PART_OF):
        return redirect("log") if Duty.AUDITOR in held else render(request, "desk/nothing.html")
    urgent, later = waiting_for(request)
    overview = card.overview(visible.cases_visible_to(person))
    busy = {row["reference"] for row in (*urgent, *later)}
    context = {
        "rows": urgent,
        "later": later[:LATER],
        "quiet": max(overview["open"] - len(busy), 0) + len(later[LATER:]),
        "overview": overview,
        "readers": accounts.roster_document(person.organisation)["readers"],
    }
    return render(request, "desk/needs_me.html", context)


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """Show the cases this person may see, one page at a time."""
    person = request.staff  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    cases = visible.cases_visible_to(person).order_by("-received_on", "-id")
    if state in {known.value for known in State}:
        cases = cases.filter(state=state)
    start = int(request.GET.get("after", "0")) if request.GET.get("after", "0").isdecimal() else 0
    rows = card.rows(cases[start : start + PAGE + 1], person)
    context = {
        "rows": rows[:PAGE],
        "state": state,
        "states": list(State),
        "after": start + PAGE if len(rows) > PAGE else None,
        "before": max(start - PAGE, 0) if start else None,
        "first": start + 1,
        "total": cases.count(),
    }
    return render(request, "desk/case_list.html", context)


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one case; a case that is hidden and one that is not there are the same 404."""
    person = request.staff  # type: ignore[attr-defined]
    try:
        case = visible.case_for(person, reference)
    except DomainError as error:
        raise Http404 from error
    shown = card.card(case, person)
    if not shown["declared"]:
        return render(request, "desk/declare.html", shown)
    context = {
        **shown,
        "tabs": TABS,
        "out": len(shown["without_key"]) + len(shown["withdrawn"]),
        "outcomes": OUTCOMES,
        "causes": CAUSES,
        "lessons": LESSONS,
        "areas": plan_areas(case.organisation, get_language() or "nb"),
        "subjects": subjects(),
        "tongues": LANGUAGES.items(),
        "suggestions": suggestions(),
    }
    return render(request, "desk/case.html", context)
