"""The files of the log, for the check in the auditor's browser: the same bytes an export has."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from whistle.audit import policies
from whistle.audit.export import newest_checkpoint
from whistle.audit.folders import LOGS, log_folder, policy_path
from whistle.audit.selectors import documents
from whistle.core.audience import audience
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note
from whistle.tlog.errors import TlogError
from whistle.tlog.receipt import Receipt
from whistle.tlog.tile_reader import TileReader, read_tile
from whistle.tlog.tiles import ENTRIES, Tile, width_at

TILE = re.compile(r"(entries|0)/([0-9]{1,9})\Z")


def _of(request: HttpRequest, log: str) -> tuple[Organisation, bytes, int]:
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    raw = newest_checkpoint(organisation, log) if log in LOGS else b""
    if not raw:
        raise Http404
    return organisation, raw, checkpoint.parse(note.parse(raw).text).size


def _octets(content: bytes, kind: str = "application/octet-stream") -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Cache-Control"] = "no-store"
    return answer


@audience(Duty.AUDITOR)
@require_GET
def policy_file(request: HttpRequest) -> HttpResponse:
    """Send the policy."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    path = policy_path(organisation)
    text = path.read_text() if path.exists() else policies.text(organisation, {})
    return _octets(text.encode(), "text/plain; charset=utf-8")


@audience(Duty.AUDITOR)
@require_GET
def checkpoint_file(request: HttpRequest, log: str) -> HttpResponse:
    """Send the newest checkpoint, to keep until next time."""
    organisation, raw, size = _of(request, log)
    answer = _octets(raw, "text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{organisation.slug}-{log}-{size}.checkpoint"'
    return answer


@audience(Duty.AUDITOR)
@require_GET
def tile_file(request: HttpRequest, log: str, tile: str) -> HttpResponse:
    """Send a bundle of entries or its hashes: `entries/7`, `0/7`, as wide as the checkpoint says."""
    found = TILE.match(tile)
    organisation, _raw, size = _of(request, log)
    number = int(found[2]) if found else -1
    width = width_at(0, number, size) if number >= 0 else 0
    if not found or not width:
        raise Http404
    level = ENTRIES if found[1] == "entries" else 0
    try:
        return _octets(read_tile(log_folder(organisation, log), Tile(level, number, width)))
    except TlogError:
        raise Http404 from None


@audience(Duty.AUDITOR)
@require_GET
def document_file(request: HttpRequest, kind: str, digest: str) -> HttpResponse:
    """Send a plan version or an event registry that the log names by hash."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    found = next((one for one in documents(organisation) if (one.kind, one.hash) == (kind, digest)), None)
    if found is None:
        raise Http404
    return _octets(bytes(found.octets), "application/json")


@audience(Duty.AUDITOR)
@require_GET
def proof_file(request: HttpRequest, log: str, index: int) -> HttpResponse:
    """Send the proof that one entry is in the log (C2SP tlog-proof)."""
    organisation, raw, size = _of(request, log)
    if index >= size:
        raise Http404
    proof = TileReader(log_folder(organisation, log), size).prove_inclusion(index)
    answer = _octets(Receipt(index, tuple(proof), raw.decode()).text().encode(), "text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{organisation.slug}-{log}-{index}.tlog-proof"'
    return answer
