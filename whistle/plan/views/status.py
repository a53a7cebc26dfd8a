"""The four-monthly status to the chief executive: made by the plan's owner, sent, and read in the same words."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import wording, worklist
from whistle.plan.live import SEES_LIVE
from whistle.plan.models import Plan, SentStatus
from whistle.plan.pdf import available, pdf
from whistle.plan.revising import name_of
from whistle.plan.rules import Period
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.status import period_of, send, signals_of, status_document
from whistle.plan.views.desk import WORKS, context, language
from whistle.ui.messages import sentence


@require_safe
@audience(*SEES_LIVE)
def status_page(request: OrganisationRequest) -> HttpResponse:
    """The status of the period with the day `?on=`, this one unless told."""
    return _page(request)


@require_POST
@audience(*SEES_LIVE)
def send_status(request: StaffRequest) -> HttpResponse:
    """Give the chief executive the status as it is now."""
    try:
        send(_plan(request), _period(request), by=request.staff.log_name)
    except DomainError as error:
        return _page(request, refused=error)
    return redirect("desk-plan-status")


@require_safe
@audience(*SEES_LIVE)
def status_pdf(request: OrganisationRequest) -> HttpResponse:
    """The same on paper."""
    return _paper(request, status_document(_plan(request), _period(request)))


@require_safe
@audience(*WORKS)
def sent_page(request: StaffRequest) -> HttpResponse:
    """What the chief executive got, the newest or `?number=`."""
    rows = _sent(request)
    row = _chosen(request, rows)
    shown = {
        **(worded(row.document, language()) if row else {}),
        "row": row,
        "sent_on": wording.day(row.sent_at.date()) if row else "",
        "sent_by": name_of(row.organisation, row.sent_by) if row else "",
        "others": [
            {"number": it.pk, "words": f"{wording.day(it.period_from)} – {wording.day(it.period_to)}"}
            for it in rows
            if row is not None and it.pk != row.pk
        ],
        "has_pdf": available(),
    }
    return render(request, "plan/status_sent.html", context(request, **shown))


@require_safe
@audience(*WORKS)
def sent_pdf(request: StaffRequest) -> HttpResponse:
    """What the chief executive got, on paper."""
    row = _chosen(request, _sent(request))
    if row is None:
        raise Http404
    return _paper(request, row.document)


def worded(document: dict[str, Any], tongue: str) -> dict[str, Any]:
    """Return a status in a language, as its page and its paper show it."""

    def line(it: dict[str, Any]) -> dict[str, Any]:
        """Return one measure's line in words."""
        owners = ", ".join(said(words, tongue) for words in it.get("owners", ()))
        return {**it, "text": said(it["text"], tongue), "owners": owners, "due": wording.day(it.get("due"))}

    late = len(document["late"])
    return {
        "headline": ngettext(
            "%(late)s of %(all)s measures is delayed", "%(late)s of %(all)s measures are delayed", late
        )
        % {"late": late, "all": document["measures"]}
        if late
        else _("No measure is delayed"),
        "first": wording.day(document["period"][0]),
        "last": wording.day(document["period"][1]),
        "today": wording.day(document["as_of"]),
        **{name: [line(it) for it in document[name]] for name in ("late", "soon", "finished", "said")},
        "added": document["added"],
        "added_to": document["added_to"],
        "areas": [
            {**it, "name": said(it["name"], tongue), "word": wording.level_word(it["level"])}
            for it in document["areas"]
        ],
    }


def _page(request: OrganisationRequest, *, refused: DomainError | None = None) -> HttpResponse:
    plan, period = _plan(request), _period(request)
    signals = signals_of(plan)
    last = SentStatus.objects.filter(organisation=plan.organisation, period_from=period.first).first()
    texts = {it.code: said(it.text, language()) for it in plan.measures.all()}
    shown = {
        **worded(status_document(plan, period), language()),
        "on": period.first.isoformat(),
        "before": (period.first - timedelta(days=1)).isoformat(),
        "signals": signals,
        "failed": [{"id": code, "text": texts[code]} for code in signals.failed],
        "sent_on": wording.day(last.sent_at.date()) if last else "",
        "has_pdf": available(),
        "refused": sentence(refused.code) if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "plan/status.html", context(request, **shown), status=status)


def _paper(request: OrganisationRequest, document: dict[str, Any]) -> HttpResponse:
    if not available():
        raise Http404
    shown = {**worded(document, language()), "organisation": request.organisation}
    return HttpResponse(pdf("plan/status_print.html", shown, language()), content_type="application/pdf")


def _plan(request: OrganisationRequest) -> Plan:
    plan = plan_in_force(request.organisation)
    if plan is None:
        raise Http404
    return plan


def _period(request: HttpRequest) -> Period:
    try:
        day = date.fromisoformat(request.POST.get("on") or request.GET.get("on") or clock.today().isoformat())
    except ValueError:
        raise Http404 from None
    return period_of(min(day, clock.today()))


def _sent(request: StaffRequest) -> list[SentStatus]:
    """Return what was sent, for the chief executive and those who send; 404 for everybody else."""
    person = request.staff
    if not (worklist.is_chief(person) or worklist.may_confirm(person)):
        raise Http404
    return list(SentStatus.objects.filter(organisation=person.organisation))


def _chosen(request: HttpRequest, rows: list[SentStatus]) -> SentStatus | None:
    number = request.GET.get("number", "")
    if not number:
        return rows[0] if rows else None
    for row in rows:
        if str(row.pk) == number:
            return row
    raise Http404
