"""The reporter's JSON API: no cookie, no session; the code's derived values are sent with each call."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Header, Status

from whistle.channel import compressed, schemas, selectors
from whistle.channel.services import mailbox, submit
from whistle.core.errors import DomainError
from whistle.organisations.requests import OrganisationRequest
from whistle.store import blobs, uploads
from whistle.ui.api import declare_audience, new_api

HEADER = "X-Whistle"  # a form on another site cannot set it


def own_script(request: HttpRequest) -> bool:
    """Let a call through that bears our header; reading needs none."""
    if request.method not in ("GET", "HEAD") and HEADER not in request.headers:
        raise DomainError("request.header", status=403)
    return True


api = new_api(
    title="Whistle: the reporter's channel",
    namespace="channel-api",
    description="Everything personal in these calls is sealed (WBE1). The server cannot open it.",
)
api.auth = [own_script]


@api.get("org.json", response=schemas.CardOut)
def organisation_card(request: OrganisationRequest) -> HttpResponse:
    """Return the organisation's root key, signed roster, certificates, log keys and limits."""
    card = schemas.CardOut.model_validate(selectors.organisation_card(request.organisation))
    content = compressed.encoded(card.model_dump_json().encode())
    return compressed.answer(request, content, "application/json; charset=utf-8")


@api.post("uploads", response={201: schemas.UploadOut})
def begin_upload(request: OrganisationRequest, sent: schemas.UploadIn) -> Status[dict[str, Any]]:
    """Make room for a sealed file of `size` octets."""
    upload = uploads.begin(sent.size, request.organisation.ref)
    return Status(201, {"upload": upload, "offset": 0})


@api.put("uploads/{upload}", response=schemas.OffsetOut)
def add_part(
    request: HttpRequest, upload: str, offset: int, digest: Annotated[str, Header(alias="X-Part-SHA256")]
) -> dict[str, int]:
    """Append one part of at most 1 MiB; the answer says which offset is expected next."""
    return {"offset": uploads.add_part(upload, offset, request.read(uploads.PART + 1), digest)}


@api.post("reports", response={201: schemas.ReceiptsOut})
def send_report(request: OrganisationRequest, sent: schemas.ReportIn) -> Status[dict[str, Any]]:
    """Store a sealed report.  Sending the same one again is safe and gets the same receipt."""
    receipt = submit.submit(
        request.organisation,
        submit.NewReport(
            lookup=sent.lookup,
            auth=sent.auth,
            box_id=sent.box.box_id,
            nonce=sent.box.nonce,
            kem_pub=sent.box.kem_pub,
            sig_pub=sent.box.sig_pub,
            seals=[seal.new() for seal in sent.seals],
            items=[item.new() for item in sent.items],
            form="probe" if sent.probe else "sealed",
            identity=sent.identity.new() if sent.identity else None,
            urgent=sent.urgent,
            challenge=sent.challenge,
            work=sent.work,
        ),
    )
    return Status(201, {"receipt": receipt})


@api.post("mailbox/open", response=schemas.MailboxOut)
def open_mailbox(request: OrganisationRequest, sent: schemas.CodeIn) -> dict[str, Any]:
    """Return the sealed mailbox that belongs to a code."""
    access = mailbox.find(request.organisation, sent.lookup, sent.auth)
    shown = selectors.mailbox(request.organisation, access)
    mailbox.note_opening(access)
    return shown


@api.post("mailbox/receipts", response=schemas.ProofsOut)
def receipts(request: OrganisationRequest, sent: schemas.CodeIn) -> dict[str, Any]:
    """Return the receipts of everything sent with a code, each with its proof once the log has signed it."""
    access = mailbox.find(request.organisation, sent.lookup, sent.auth)
    return {"receipts": selectors.receipts(request.organisation, access)}


@api.post("mailbox/items", response={201: schemas.ReceiptsOut})
def write(request: OrganisationRequest, sent: schemas.WriteIn) -> Status[dict[str, Any]]:
    """Store what the reporter wrote."""
    access = mailbox.find(request.organisation, sent.lookup, sent.auth)
    items = [item.new() for item in sent.items]
    receipt = mailbox.write(request.organisation, access, items, check=sent.check)
    return Status(201, {"receipt": receipt})


@api.post("mailbox/body")
def file_body(request: OrganisationRequest, sent: schemas.BodyIn) -> StreamingHttpResponse:
    """Return the sealed octets of one file of the mailbox."""
    access = mailbox.find(request.organisation, sent.lookup, sent.auth)
    item = access.box.items.filter(item_id=sent.item_id, removal=None).first()
    if item is None:
        raise DomainError("request.absent", status=404)
    return sealed_octets(item.blob, item.size)


def sealed_octets(blob: str, size: int) -> StreamingHttpResponse:
    """Answer with ciphertext as a download that no browser opens by itself."""
    answer = StreamingHttpResponse(blobs.stream(blob), content_type="application/octet-stream")
    answer["Content-Length"] = size
    answer["Content-Disposition"] = 'attachment; filename="sealed"'
    return answer


urls = declare_audience(api, everything_public=True)
