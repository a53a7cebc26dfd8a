"""Importing a file: choose, see what it comes to with its faults, then take all of it in.

The file is read in memory and let go; between the two steps the page itself carries the signed result.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core import signing
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import wording
from whistle.plan.imports.check import Counted, count, counting
from whistle.plan.imports.kinds import KINDS, Kind
from whistle.plan.imports.tables import LARGEST
from whistle.plan.services.imports import kind_of, take_in
from whistle.plan.views.desk import context, language
from whistle.plan.worklist import acts_as
from whistle.ui.csrf import desk_protect
from whistle.ui.messages import sentence

WORKERS = (Duty.MEASURE_OWNER, Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER)
SALT = "whistle.plan.import"
AN_HOUR = 3600
MOST_SHOWN = 50
SHOWS_PROGRESS = 100_000  # octets of a file from which the page says how far it has come
MARK = "\N{SYMBOL FOR FILE SEPARATOR}"


class InMemory(MemoryFileUploadHandler):
    """Keeps a file in memory, never on the disk, and stops reading when it is too large."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Take the file whatever its size: `receive_data_chunk` sets the limit."""
        self.activated = True
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep a part of the file."""
        self.received += len(raw_data)
        if self.received > LARGEST:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


@csrf_exempt  # the check comes when the handler that may read files is in place
@audience(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: StaffRequest) -> HttpResponseBase:
    """The form; with a file, what it comes to."""
    request.upload_handlers = [InMemory(request)]
    return _import_page(request)


@desk_protect
def _import_page(request: StaffRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise DomainError("import.no_file")
        kind, octets = kind_of(request.POST.get("kind", "")), file.read()
        period = [date.fromisoformat(request.POST.get(name, "")).isoformat() for name in ("first", "last")]
        if len(octets) > SHOWS_PROGRESS:
            return StreamingHttpResponse(_streamed(request, kind, octets, period))
        counted = count(kind, octets)
    except DomainError as error:
        return _page(request, refused=sentence(error.code), status=error.status)
    except ValueError:
        return _page(request, refused=sentence("import.period"), status=400)
    return _page(request, counted=counted, period=period, token=_token(request, counted, period))


def _token(request: StaffRequest, counted: Counted, period: list[str]) -> str:
    """Return the signed result, which the page carries to the next step; nothing for a file with faults."""
    if counted.faults:
        return ""
    return signing.dumps({"of": _owner(request), "counted": asdict(counted), "period": period}, salt=SALT)


def _streamed(request: StaffRequest, kind: Kind, octets: bytes, period: list[str]) -> Iterator[str]:
    """Yield the page while a large file is checked: its beginning, how far it has come, and what it came to.

    Each word on how far it has come replaces the one before by the style sheet alone; no script is needed.
    """
    page = render_to_string("plan/import.html", context(request, running=MARK), request)
    before, _mark, after = page.partition(MARK)
    yield before + '<div class="w-progress" role="status">' + _so_far(0)
    told = language()
    steps, shown = counting(kind, octets), {}
    try:
        while True:
            with override(told):
                yield _so_far(next(steps))
    except StopIteration as end:
        counted: Counted = end.value
        shown = _shown(request, counted=counted, period=period, token=_token(request, counted, period))
    except DomainError as error:
        shown = _shown(request, refused=sentence(error.code))
    with override(told):
        yield "</div>" + render_to_string("plan/import_body.html", context(request, **shown), request) + after


def _so_far(rows: int) -> str:
    return render_to_string("plan/import_progress.html", {"rows": rows})


@audience(*WORKERS)
@require_POST
def import_take_in(request: StaffRequest) -> HttpResponse:
    """Take in what the page before showed."""
    try:
        kept = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=AN_HOUR)
        if kept["of"] != _owner(request):
            raise signing.BadSignature
        run = take_in(
            request.organisation,
            Counted(**{**kept["counted"], "faults": []}),
            period=(date.fromisoformat(kept["period"][0]), date.fromisoformat(kept["period"][1])),
            by=request.staff.log_name,
            role=acts_as(request.staff),
        )
    except signing.BadSignature:
        return _page(request, refused=sentence("import.again"), status=400)
    except DomainError as error:
        return _page(request, refused=sentence(error.code), status=error.status)
    return redirect("desk-measure", code=run.indicator.rpartition("-")[0])


def _owner(request: StaffRequest) -> str:
    return f"{request.organisation.ref}/{request.staff.ref}"


def _page(request: OrganisationRequest, *, status: int = 200, **result: Any) -> HttpResponse:
    shown = _shown(request, **result)
    status = 422 if shown["faults"] else status
    return render(request, "plan/import.html", context(request, **shown), status=status)


def _shown(
    request: OrganisationRequest,
    *,
    counted: Counted | None = None,
    period: list[str] | None = None,
    token: str = "",
    refused: str = "",
) -> dict[str, Any]:
    faults = counted.faults if counted else []
    return {
        "kinds": [
            {
                "code": kind.code,
                "word": wording.import_word(kind.code),
                "columns": ", ".join(column.headings[0] for column in kind.columns),
            }
            for kind in KINDS.values()
        ],
        "counted": counted,
        "kind_word": wording.import_word(counted.kind) if counted else "",
        "faults": [
            {"row": it.row, "column": it.column, "words": wording.fault_words(it.code)}
            for it in faults[:MOST_SHOWN]
        ],
        "more_faults": max(0, len(faults) - MOST_SHOWN),
        "first_day": wording.day(period[0]) if period else "",
        "last_day": wording.day(period[1]) if period else "",
        "token": token,
        "refused": refused,
        "chosen": request.POST.get("kind", ""),
        "first": request.POST.get("first") or f"{clock.today().year}-01-01",
        "last": request.POST.get("last") or clock.today().isoformat(),
        "today": clock.today().isoformat(),
        "largest": LARGEST // 2**20,
    }
