"""What needs me, the list, and the case page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from cases.selectors import card, visible
from cases.workflow import CAUSES, LESSONS, OUTCOMES, State
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError

PAGE = 50


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def needs_me(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, most urgent first."""
    person = request.staff  # type: ignore[attr-defined]
    rows = card.needs_me(person, visible.cases_visible_to(person))
    return render(request, "desk/needs_me.html", {"rows": rows, "section": "needs_me"})


@audience(STAFF)
@ensure_csrf_cookie
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """Show the cases this person may see, one page at a time."""
    person = request.staff  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    cases = visible.cases_visible_to(person).order_by("-received_on", "-id")
    if state in State:
        cases = cases.filter(state=state)
    start = int(request.GET.get("after", "0")) if request.GET.get("after", "0").isdecimal() else 0
    rows = card.rows(cases[start : start + PAGE + 1], person)
    context = {
        "rows": rows[:PAGE],
        "state": state,
        "states": list(State),
        "after": start + PAGE if len(rows) > PAGE else None,
        "section": "cases",
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
    return render(
        request,
        "desk/case.html" if shown["declared"] else "desk/declare.html",
        {**shown, "section": "cases", "outcomes": OUTCOMES, "causes": CAUSES, "lessons": LESSONS},
    )
