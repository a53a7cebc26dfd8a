"""Taking a case out: sealed as it lies here, or in clear, made in the asker's browser."""

from typing import Any

from django.http import StreamingHttpResponse
from ninja import Router, Schema
from pydantic import Field

from cases.selectors.package import package
from cases.services import export
from whistle.accounts.requests import StaffRequest
from whistle.ui.api import Hash

router = Router(tags=["export"])


class AskIn(Schema):
    why: str = Field(max_length=20)


class ConfirmIn(Schema):
    confirm: bool


class MadeIn(Schema):
    digest: Hash


class ExportOut(Schema):
    why: str
    confirmed: bool | None


@router.get("cases/{reference}/package")
def sealed_package(request: StaffRequest, reference: str) -> StreamingHttpResponse:
    """Return the case as one sealed file.  Logged."""
    case = export.packed(reference=reference, actor=request.staff)
    answer = StreamingHttpResponse(package(case), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{case.reference}.sealed.zip"'
    return answer


@router.post("cases/{reference}/export", response=ExportOut)
def ask(request: StaffRequest, reference: str, sent: AskIn) -> Any:
    """Ask to take a case out in clear."""
    return export.ask(reference=reference, why=sent.why, actor=request.staff)


@router.post("cases/{reference}/export/decide", response=ExportOut)
def decide(request: StaffRequest, reference: str, sent: ConfirmIn) -> Any:
    """Approve or decline what a colleague asked for."""
    return export.decide(reference=reference, confirm=sent.confirm, actor=request.staff)


@router.post("cases/{reference}/export/release", response=ExportOut)
def release(request: StaffRequest, reference: str) -> Any:
    """Log the taking-out; the browser makes the file after that."""
    return export.release(reference=reference, actor=request.staff)


@router.post("cases/{reference}/export/made", response=ExportOut)
def made(request: StaffRequest, reference: str, sent: MadeIn) -> Any:
    """Remember the hash of the file that was made."""
    return export.made(reference=reference, digest=sent.digest, actor=request.staff)
