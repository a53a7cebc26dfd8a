"""The plain path: the whole channel without script.  One page, one POST; the server seals, and says so."""

import json
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from whistle.accounts.models import Certificate
from whistle.accounts.selectors import roster_document, staff_name
from whistle.channel import pages, questions, selectors
from whistle.channel.plain_seal import PlainSealer, finished_report, new_report, returning
from whistle.channel.plain_upload import SealUpload
from whistle.channel.services import mailbox, submit, texts
from whistle.core.audience import PUBLIC, audience
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.organisations.requests import OrganisationRequest
from whistle.store import blobs
from whistle.store.models import Item, ReporterAccess
from whistle.ui.messages import sentence
from whistle.vault import code as codes
from whistle.vault import signed
from whistle.vault.certificate import read
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Context, Kind, open_item
from whistle.vault.keys import ReporterKeys, key_id

LONGEST_CODE = 400  # characters; eight long words and their separators fit twice


@dataclass(frozen=True)
class Shown:
    """A message as the page shows it."""

    mine: bool
    text: str
    on: date
    author: str = ""
    damaged: bool = False


@audience(PUBLIC)
@csrf_exempt  # no cookie to forge with; `RefuseCrossSite` stands in front
@never_cache
@require_http_methods(["GET", "POST"])
def report_page(request: OrganisationRequest, language: str = "nb") -> HttpResponse:
    """Show the form, or take a report and show its code."""
    organisation = request.organisation
    with override(language):
        if request.method == "GET":
            return _page(request, "plain", language, roster=roster_document(organisation))
        sealer, nonce, indices = new_report(organisation)
        request.upload_handlers = [SealUpload(sealer)]
        text, about = request.POST.get("text", ""), request.POST.getlist("about")
        try:
            if (
                "end" not in request.POST
            ):  # the form's last field: without it something was cut off or left out
                raise DomainError("report.cut_off")
            if not text.strip():
                raise DomainError("report.empty")
            message: dict[str, object] = {
                "type": "report",
                "text": text,
                "about": about,
                "answers": questions.answered(request.POST),
                "root": _root(organisation),
            }
            report = finished_report(
                sealer, nonce, sealer.items(message), about, request.POST.getlist("removed")
            )
            receipt = submit.submit(organisation, report)
        except (DomainError, ValueError) as error:
            sealer.discard()
            code = error.code if isinstance(error, DomainError) else "request.malformed"
            return _page(
                request,
                "plain",
                language,
                400,
                roster=roster_document(organisation),
                error=sentence(code),
                text=text,
                about=about,
                removed=request.POST.getlist("removed"),
            )
        words, digits = codes.words(indices, language), codes.digits(indices).split()
        return _page(request, "plain_sent", language, receipt=receipt, words=words, digits=digits)


@audience(PUBLIC)
@csrf_exempt  # no cookie to forge with; `RefuseCrossSite` stands in front
@never_cache
@require_http_methods(["GET", "POST"])
def mailbox_page(request: OrganisationRequest, language: str = "nb") -> HttpResponse:
    """Ask for the code, or open the mailbox in memory for this one answer; with a text, send it first."""
    organisation = request.organisation
    with override(language):
        if request.method == "GET":
            return _page(request, "plain_mailbox", language)
        code, text = request.POST.get("code", ""), request.POST.get("text", "")
        try:
            access, keys, sealer = _open(request, code)
        except (DomainError, VaultError):
            return _page(request, "plain_mailbox", language, 404, error=sentence("mailbox.unknown"))
        error = _send(organisation, access, sealer, text) if text.strip() else ""
        mailbox.note_opening(access)
        status = access.box.status
        return _page(
            request,
            "plain_mailbox",
            language,
            409 if error else 200,
            messages=_messages(organisation, access, sealer, keys),
            status=status,
            clocks=selectors.clocks(status),
            names=access.box.identity_acts.order_by("id"),
            code=code,
            text=text if error else "",
            error=error,
            last_opened=access.last_opened_on,
        )


def _send(organisation: Organisation, access: ReporterAccess, sealer: PlainSealer, text: str) -> str:
    """Store what the reporter wrote; return the sentence of a refusal, or nothing."""
    try:
        items = sealer.items({"type": "message", "text": text})
        mailbox.write(organisation, access, items, roles=frozenset({Author.SERVER}))
    except DomainError as refused:
        return sentence(refused.code)
    return ""


def _open(request: OrganisationRequest, code: str) -> tuple[ReporterAccess, ReporterKeys, PlainSealer]:
    organisation = request.organisation
    if len(code) > LONGEST_CODE:
        raise DomainError("mailbox.unknown", status=404)
    keys = ReporterKeys(codes.master(codes.parse(code), organisation.ref_bytes))
    access = mailbox.find(organisation, keys.lookup, keys.auth)
    return access, keys, returning(organisation, keys, access.box)


def _messages(
    organisation: Organisation, access: ReporterAccess, sealer: PlainSealer, keys: ReporterKeys
) -> list[Shown]:
    """Return the opened messages in order, each checked against its author's key; damaged ones say so."""
    items = (
        Item.objects.filter(box=access.box, kind=Kind.MESSAGE).select_related("header").order_by("position")
    )
    return [_shown(organisation, item, sealer, keys) for item in items]


def _shown(organisation: Organisation, item: Item, sealer: PlainSealer, keys: ReporterKeys) -> Shown:
    mine = item.role != Author.OFFICER
    try:
        context = Context(
            item.kind,
            organisation.ref_bytes,
            bytes.fromhex(item.box_id),
            item.epoch,
            bytes.fromhex(item.item_id),
            item.role,
            item.seq,
        )
        header, body = bytes(item.header.octets), blobs.read(item.blob)
        content = open_item(sealer.box_keys[item.epoch], context, header, body)
        author = keys.sig.public if mine else _author(organisation, item)
        text = str(json.loads(signed.read(context, content, author).body).get("text", ""))
    except (DomainError, VaultError, KeyError, ValueError):
        return Shown(mine, "", item.on_date, damaged=True)
    return Shown(mine, text, item.on_date, "" if mine else staff_name(organisation, item.author))


def _author(organisation: Organisation, item: Item) -> bytes:
    """Return the signing key that the root key vouches for; a message under any other is refused."""
    for row in Certificate.objects.filter(organisation=organisation, subject=item.author):
        certificate = read(
            bytes(row.octets), bytes(organisation.root_key or b""), organisation.ref_bytes, None
        )
        if key_id(certificate.sig_pub).hex() == item.author_key:
            return certificate.sig_pub
    raise DomainError("mailbox.unknown", status=404)


def _root(organisation: Organisation) -> str:
    return pages.fingerprint(bytes(organisation.root_key or b"")).replace(" ", "")


def _page(
    request: OrganisationRequest, name: str, language: str, http_status: int = 200, /, **context: object
) -> HttpResponse:
    organisation = request.organisation
    base = {
        "organisation": organisation,
        "language": language,
        "links": pages.links(organisation.prefix, language),
        "languages": [
            {"code": code, "label": label, "url": f"{organisation.prefix}/plain/{code}/"}
            for code, label in pages.LANGUAGES.items()
        ],
        "subjects": pages.subjects(),
        "questions": [questions.danger(), questions.kind(), *questions.optional()],
        **pages.own_words(texts.current(organisation), language),
        "exit": pages.EXIT,
    }
    return render(request, f"reporter/{name}.html", {**base, **context}, status=http_status)
