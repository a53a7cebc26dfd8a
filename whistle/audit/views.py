"""The auditor's pages: the log in plain words, without content."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from whistle.audit import selectors
from whistle.audit.folders import LOGS, log_folder, verifier_key
from whistle.core.audience import audience
from whistle.core.policy import Duty
from whistle.tlog.tile_reader import read_checkpoint

PAGE = 50


@audience(Duty.AUDITOR, Duty.COMPLIANCE_LEADER)
@ensure_csrf_cookie
@require_GET
def log_page(request: HttpRequest, log: str = "desk") -> HttpResponse:
    """Show the newest entries of one log, and the checkpoint that covers them."""
    organisation = request.organisation  # type: ignore[attr-defined]
    log = log if log in LOGS else LOGS[0]
    size = selectors.size(organisation, log)
    before = request.GET.get("before", "")
    end = min(int(before), size) if before.isdecimal() else size
    start = max(0, end - PAGE)
    entries = list(selectors.entries(organisation, log, first=start, last=end - 1))[::-1] if end else []
    context = {
        "log": log,
        "logs": LOGS,
        "size": size,
        "entries": entries,
        "older": start if start else None,
        "checkpoint": read_checkpoint(log_folder(organisation, log)).decode(),
        "vkey": verifier_key(organisation, log),
        "section": "log",
    }
    return render(request, "audit/log.html", context)
