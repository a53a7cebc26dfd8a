"""The auditor's pages: the log in plain words, without content."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from whistle.audit import alarms, policies, reading, selectors, stakes
from whistle.audit.export import newest_checkpoint
from whistle.audit.folders import LOGS, verifier_key
from whistle.audit.registry import DESK
from whistle.audit.words import ACTS, FINDINGS
from whistle.core.audience import audience
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note

PAGE = 50
DUTIES = "whistle.access.selectors.duties"


@audience(Duty.AUDITOR, Duty.COMPLIANCE_LEADER, Duty.DATA_PROTECTION_OFFICER)
@ensure_csrf_cookie
@require_GET
def log_page(request: HttpRequest, log: str = DESK) -> HttpResponse:
    """Show the newest entries of one log as filtered, the checkpoint, and what can be done with them."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    if log not in LOGS:
        raise Http404
    wanted = wanted_by(request, log)
    before = request.GET.get("before", "")
    entries, older = reading.page(
        organisation, wanted, before=int(before) if before.isdecimal() else None, length=PAGE
    )
    review = reading.last_review(organisation, log)
    context = {
        "log": log,
        "logs": LOGS,
        "size": wanted.rows(organisation).count(),
        "entries": entries,
        "older": older,
        "wanted": wanted,
        "query": _query(request),
        "review": review,
        "new": max(0, selectors.size(organisation, log) - (review["last"] + 1 if review else 0)),
        **_choices(),
        **checked(organisation, log),
        "alarms": alarms.waiting(organisation),
        "pending": stakes.pending(organisation),
        "unusual": reading.unreviewed(organisation) if is_auditor(request) else [],
        "is_auditor": is_auditor(request),
        "section": "log",
    }
    return render(request, "audit/log.html", context)


@audience(Duty.AUDITOR)
@require_GET
def access_page(request: HttpRequest) -> HttpResponse:
    """Show who had access to which case, by random marks and without content."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    context = {"seen": reading.access(organisation, wanted_by(request, DESK))[:500], "section": "log"}
    return render(request, "audit/access.html", context)


@audience(Duty.AUDITOR)
@ensure_csrf_cookie
@require_GET
def sample_page(request: HttpRequest, index: int) -> HttpResponse:
    """Show the cases that a logged drawing drew, with everything the log says of each."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    drawn = next(selectors.entries(organisation, DESK, acts=("log.sampled",), first=index, last=index), None)
    if drawn is None:
        raise Http404
    d = drawn.fields["d"]
    cases = reading.sample(organisation, size=d["size"], root=d["root"], count=d["drawn"])
    shown = [{"case": case, "entries": list(reading.of_case(organisation, case))} for case in cases]
    context = {"drawing": drawn, "cases": shown, "section": "log"}
    return render(request, "audit/sample.html", context)


def wanted_by(request: HttpRequest, log: str) -> reading.Wanted:
    """Return what the address asks for; what is no date or no code asks for nothing."""
    asked = request.GET
    act, measure, case = asked.get("act", ""), asked.get("measure", ""), asked.get("case", "").lower()
    return reading.Wanted(
        log=log,
        act=act if act in ACTS else "",
        measure=measure if measure in reading.measures() else "",
        case=case if case and len(case) <= 32 and set(case) <= set("0123456789abcdef") else "",
        since=_date(asked.get("since", "")),
        until=_date(asked.get("until", "")),
        overdue="overdue" in asked,
        cases=None if is_auditor(request) else _own_cases(request),
    )


def is_auditor(request: HttpRequest) -> bool:
    """Return whether the reader sees every case: the auditor has no part in any."""
    return Duty.AUDITOR in import_string(DUTIES)(request.staff)  # type: ignore[attr-defined]


def checked(organisation: Organisation, log: str) -> dict[str, Any]:
    """Return the checkpoint a page shows, and who vouches for it."""
    raw = newest_checkpoint(organisation, log)
    named = policies.read(organisation).witnesses
    cosigned = policies.cosigners(organisation, raw)
    return {
        "checkpoint": raw.decode(),
        "signed_size": checkpoint.parse(note.parse(raw).text).size if raw else 0,
        "vkey": verifier_key(organisation, log),
        "witnesses": [{"name": one.name, "at": cosigned.get(one.name)} for one in named],
    }


def _choices() -> dict[str, Any]:
    return {
        "acts": sorted(ACTS.items(), key=lambda pair: str(pair[1])),
        "measures": reading.measures(),
        "findings": FINDINGS,
    }


def _query(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("before", None)
    return asked.urlencode()


def _own_cases(request: HttpRequest) -> frozenset[str]:
    return frozenset(import_string(settings.LOG_CASES_OF)(request.staff))  # type: ignore[attr-defined]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
