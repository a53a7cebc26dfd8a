"""Revising the plan: a draft beside the plan in force, changed part by part or from a file, adopted by a second person."""

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import STAFF, audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import editing, part_words, revising, wording
from whistle.plan.document import document_of
from whistle.plan.models import Plan
from whistle.plan.selectors import plan_in_force
from whistle.plan.services import plans, revision
from whistle.plan.sheets import Fault, read_workbook, workbook
from whistle.plan.views.desk import XLSX, context, language
from whistle.plan.views.imports import InMemory
from whistle.ui.csrf import desk_protect
from whistle.ui.messages import sentence

WRITERS = (Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER)


@require_safe
@audience(*WRITERS)
def revision_page(request: StaffRequest) -> HttpResponse:
    """The draft and how it differs from the plan in force; without a draft, how to begin one."""
    return _page(request)


@require_POST
@audience(*WRITERS)
def begin(request: StaffRequest) -> HttpResponse:
    """Begin a revision with a draft equal to the plan in force."""
    plan = plan_in_force(request.organisation)
    if plan is None:
        raise Http404
    try:
        plans.revise(plan)
    except DomainError as error:
        return _page(request, refused=error)
    return redirect("desk-plan-revision")


@require_POST
@audience(*WRITERS)
def discard(request: OrganisationRequest) -> HttpResponse:
    """Throw the draft away."""
    revision.discard(_draft(request))
    return redirect("desk-plan-revision")


@require_POST
@audience(*WRITERS)
def put_in_force(request: StaffRequest) -> HttpResponse:
    """Record the council's decision."""
    draft, sent = _draft(request), request.POST
    try:
        revision.put_in_force(
            draft,
            by=request.staff.log_name,
            role="plan_owner",
            decided_on=date.fromisoformat(sent.get("decided_on", "")),
            council_ref=sent.get("council_ref", ""),
        )
    except ValueError:
        return _page(request, refused=DomainError("plan.decision"))
    except DomainError as error:
        return _page(request, refused=error)
    return redirect("desk-plan-history")


@csrf_exempt  # the check comes when the handler that may read files is in place
@audience(*WRITERS)
@require_http_methods(["POST"])
def bring_in(request: StaffRequest) -> HttpResponseBase:
    """Make the draft say what a file says: all of it, or nothing."""
    request.upload_handlers = [InMemory(request)]
    return _bring_in(request)


@desk_protect
def _bring_in(request: StaffRequest) -> HttpResponse:
    file = request.FILES.get("file")
    try:
        if file is None:
            raise DomainError("import.no_file")
        document, faults = _read(file.read())
        if faults:
            return _page(request, refused=DomainError("import.faults", status=422), faults=faults)
        revision.bring_in(request.organisation, document, by=request.staff.log_name)
    except DomainError as error:
        return _page(request, refused=error)
    return redirect("desk-plan-revision")


@audience(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: StaffRequest, kind: str, code: str = "") -> HttpResponse:
    """One part of the draft: its form; sent, the draft with the part changed, new or taken out."""
    draft = _draft(request)
    document = document_of(draft)
    shown = editing.part_of(document, kind, code) if kind in editing.KINDS else None
    if kind not in editing.KINDS or (shown is None and code):
        raise Http404
    old = shown or {"measure": request.GET.get("measure", ""), "area": request.GET.get("area", "")}
    if request.method != "POST":
        return _form(request, document, kind, code, old)
    sent: dict[str, Any] = {}
    try:
        if request.POST.get("answer") == "remove":
            new = revision.without_part(document, kind, code)
        else:
            sent = editing.read(kind, request.POST)
            new = revision.with_part(
                document, kind, code, {**({} if code else editing.new_part(kind)), **sent}
            )
        revision.change(draft, new, by=request.staff.log_name)
    except ValueError:
        return _form(request, document, kind, code, old, refused=DomainError("plan.malformed"))
    except DomainError as error:
        return _form(request, document, kind, code, {**old, **sent}, refused=error)
    return redirect("desk-plan-revision")


@require_safe
@audience(STAFF)
def history(request: OrganisationRequest) -> HttpResponse:
    """Each version of the plan: when it was adopted, its hash in the log, what changed in it."""
    versions = revising.versions(request.organisation)
    return render(request, "plan/history.html", context(request, versions=versions))


@require_safe
@audience(STAFF)
def export(request: StaffRequest, form: str) -> HttpResponse:
    """The plan in force as a file that can be read in again; `?draft=1` for those who write it."""
    plan = plan_in_force(request.organisation)
    if request.GET.get("draft") and revising.may_write(request.staff):
        plan = revision.draft_of(request.organisation) or plan
    if plan is None or form not in ("xlsx", "json"):
        raise Http404
    document = document_of(plan)
    octets = workbook(document) if form == "xlsx" else revising.octets(document)
    answer = HttpResponse(octets, content_type=XLSX if form == "xlsx" else "application/json")
    answer["Content-Disposition"] = f'attachment; filename="plan-v{plan.version}.{form}"'
    return answer


def _draft(request: OrganisationRequest) -> Plan:
    draft = revision.draft_of(request.organisation)
    if draft is None:
        raise Http404
    return draft


def _read(octets: bytes) -> tuple[dict[str, Any], list[Fault]]:
    if octets.startswith(b"PK"):
        return read_workbook(octets)
    try:
        document = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise DomainError("import.not_a_table") from error
    if not isinstance(document, dict):
        raise DomainError("plan.malformed")
    return document, []


def _page(
    request: StaffRequest, *, refused: DomainError | None = None, faults: list[Fault] | None = None
) -> HttpResponse:
    shown = {
        **revising.shown(request.organisation, request.staff, language()),
        **_refusal(refused),
        "faults": [
            {"sheet": it.sheet, "row": it.row, "column": it.column, "words": wording.fault_words(it.code)}
            for it in (faults or [])[:50]
        ],
        "more_faults": max(0, len(faults or []) - 50),
        "today": clock.today().isoformat(),
    }
    status = refused.status if refused else 200
    return render(request, "plan/revision.html", context(request, **shown), status=status)


def _form(
    request: OrganisationRequest,
    document: dict[str, Any],
    kind: str,
    code: str,
    values: dict[str, Any],
    *,
    refused: DomainError | None = None,
) -> HttpResponse:
    shown = {
        "kind": kind,
        "code": code,
        "heading_words": f"{part_words.one_word(kind)} {code}".strip(),
        "fields": editing.form(document, kind, values, language()),
        **_refusal(refused),
    }
    status = refused.status if refused else 200
    return render(request, "plan/part.html", context(request, **shown), status=status)


def _refusal(refused: DomainError | None) -> dict[str, str]:
    if refused is None:
        return {"refused": "", "place": ""}
    place = str(refused.details.get("place", ""))
    return {"refused": sentence(refused.code), "place": part_words.place_words(place) if place else ""}
