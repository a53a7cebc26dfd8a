"""The mailbox without script: the server opens it for one answer, and does what its forms ask for."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from whistle.accounts.selectors import staff_by_ref
from whistle.channel import plain_acts, plain_words, selectors
from whistle.channel.pages import language_asked
from whistle.channel.plain import left_out, page
from whistle.channel.plain_box import LONGEST_CODE, Opened, Shown, ShownFile, opened
from whistle.channel.plain_seal import PlainSealer, readers
from whistle.channel.plain_upload import SealUpload
from whistle.channel.services import mailbox
from whistle.core import clock
from whistle.core.audience import PUBLIC, audience
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.organisations.requests import OrganisationRequest
from whistle.store.models import Seal
from whistle.tlog import receipt
from whistle.ui.messages import sentence
from whistle.vault import code as codes
from whistle.vault.item import Author

UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff/\\:*?\"<>|]")


class Door:
    """Opens the mailboxes of a code once in a request, however often they are asked for."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self._opened: dict[str, list[Opened]] = {}

    def boxes(self, code: str) -> list[Opened]:
        """Return the mailboxes of a code.  Raises `mailbox.unknown`."""
        if code not in self._opened:
            self._opened[code] = opened(self.organisation, code)
        return self._opened[code]

    def sealer(self, field: str) -> PlainSealer:
        """Return what seals a file that arrives in a field named "files AT CODE".

        A file is sealed while it arrives, and of what stands in the form besides only the name of its field is known then.
        """
        _files, at, code = [*field.split(" ", 2), "", ""][:3]
        return _chosen(self.boxes(code), at).sealer

    def discard(self) -> None:
        """Delete the files of a sending that was refused."""
        for boxes in self._opened.values():
            for box in boxes:
                box.sealer.discard()


@audience(PUBLIC)
@csrf_exempt  # no cookie to forge with; `RefuseCrossSite` stands in front
@never_cache
@require_http_methods(["GET", "POST"])
def mailbox_page(request: OrganisationRequest, language: str = "") -> HttpResponseBase:
    """Ask for the code, or open the mailbox for this one answer; do first what the form asks for."""
    language = language_asked(request, language)
    with override(language):
        if request.method == "GET":
            return page(request, "plain_mailbox", language)
        door = Door(request.organisation)
        upload = SealUpload(request.organisation.ref, door.sealer)
        request.upload_handlers = [upload]
        sent = request.POST  # read to its end, files and all, before it is known whether anything was refused
        try:
            boxes = door.boxes(sent.get("code", ""))
        except DomainError:
            typed = sent.get("code", "")[:LONGEST_CODE]
            wrong = plain_words.wrong_code(typed)
            return page(request, "plain_mailbox", language, 404, error=wrong, typed=typed)
        box = _chosen(boxes, sent.get("at", ""))
        try:
            if octets := _asked_for(box, sent):
                return octets
            if "act" not in sent:
                return page(request, "plain_mailbox", language, **_shown(boxes, box, sent))
            _act(box, boxes, sent, upload)
        except (DomainError, ValueError) as error:
            door.discard()
            return page(request, "plain_mailbox", language, 409, **_refusal(error, boxes, box, sent))
        boxes = opened(request.organisation, sent["code"])
        told = {"sent": True, "left_out": left_out(upload)}
        return page(request, "plain_mailbox", language, **told, **_shown(boxes, box, sent))


def _asked_for(box: Opened, sent: QueryDict) -> HttpResponseBase | None:
    if "file" in sent:
        return _download(*box.file(str(sent["file"])))
    return _receipt(box, str(sent["receipt"])) if "receipt" in sent else None


def _refusal(error: Exception, boxes: list[Opened], box: Opened, sent: QueryDict) -> dict[str, Any]:
    """Return the mailbox with a sentence of what went wrong, and what was written in the very form it was written in.

    Another form may go to other people: what was done to somebody must not stand where it would reach who did it.
    """
    code = error.code if isinstance(error, DomainError) else "request.malformed"
    shown = _shown(boxes, box, sent)
    if code == "answer.again":
        return {**shown, "error": sentence(code)}
    act, of = sent.get("act", ""), sent.get("of", "")
    written = {
        **{name: sent.get(name, "") for name in ("text", "more", "changed", "talk", "how")},
        "of": of,
        "happened": sent.getlist("happened"),
    }
    there = {
        "message": True,
        "talk": True,
        "after": shown["at"] == 0,
        "care": shown["check"] is not None,
        **dict.fromkeys(
            ("minutes", "meeting"),
            any(_asks(each["it"], act, of) for each in shown["fresh"] + shown["earlier"]),
        ),
    }
    unplaced = "" if there.get(act) else written["text"] or written["more"]
    return {**shown, "error": sentence(code), "unsent": {act: written}, "unplaced": unplaced}


def _asks(message: Shown, act: str, of: str) -> bool:
    return message.item_id == of and message.kind == act and not message.mine and not message.answered


def _act(box: Opened, boxes: list[Opened], sent: QueryDict, upload: SealUpload) -> None:
    """Do what a form asks for, once: a page that is loaded again sends its form again."""
    if upload.refused:
        raise DomainError(upload.refused)
    if upload.left_out and not box.sealer.files and not sent.get("text", "").strip():
        raise DomainError(upload.left_out[0].why)  # nothing would be left to send
    if "end" not in sent:
        raise DomainError("report.cut_off")
    if sent.get("seen") != _seen(box, boxes):
        raise DomainError("answer.again" if _is_sent(boxes, sent) else "answer.old", status=409)
    plain_acts.act(box, len(boxes), sent)


def _is_sent(boxes: list[Opened], sent: QueryDict) -> bool:
    """Return whether what a form says stands in a mailbox already; what says nothing may, or may not."""
    written = (sent.get("text", "") or sent.get("more", "")).replace("\r\n", "\n").strip()
    mine = (each.text.replace("\r\n", "\n") for box in boxes for each in box.messages() if each.mine)
    return bool(written) and any(written in text for text in mine)


def _seen(box: Opened, boxes: list[Opened]) -> str:
    """Return how much the reporter had sent when a page was made."""
    return f"{len(boxes)}-{box.access.box.items.exclude(role=Author.OFFICER).count()}"


def _shown(boxes: list[Opened], before: Opened, sent: QueryDict) -> dict[str, Any]:
    at = next((n for n, each in enumerate(boxes) if each.access.pk == before.access.pk), 0)
    box = boxes[at]
    mailbox.note_opening(box.access)
    shown = box.messages()
    last = max((n for n, each in enumerate(shown) if each.mine), default=-1)
    status = box.access.box.status
    clocks = selectors.clocks(status)
    late = any(
        each["clock"] == "C1" and not each["met_on"] and each["due"] < clock.today() for each in clocks
    )
    title, words = plain_words.headline(status.state, late=late)
    checks = box.access.box.care_checks.filter(due_on__lte=clock.today(), answered_on=None)
    return {
        "code": codes.digits(codes.parse(str(sent["code"]))),
        "at": at,
        "others": range(len(boxes)) if len(boxes) > 1 else (),
        "seen": _seen(box, boxes),
        "headline": title,
        "headline_words": words,
        "fresh": _answerable(shown[last + 1 :]),
        "earlier": _answerable(shown[: last + 1]),
        "check": checks.order_by("due_on", "id").first(),
        "unfavourable": plain_words.unfavourable(),
        "away": _away(box, shown) if at == 0 else [],
        "clocks": clocks,
        "people": _people(box),
        "names": [plain_words.done_to_the_name(each) for each in box.access.box.identity_acts.order_by("id")],
        "receipts": selectors.receipts(box.organisation, box.access),
        "last_opened": before.access.last_opened_on,
    }


def _answerable(messages: list[Shown]) -> list[dict[str, Any]]:
    """Return messages, newest first, each with the times it offers."""
    return [
        {
            "it": each,
            "buried": plain_words.buried(each.removed) if each.removed else "",
            "slots": [
                (at, plain_words.moment(slot))
                for at, slot in enumerate(plain_acts.times(each) if not each.mine else [])
            ],
        }
        for each in reversed(messages)
    ]


def _people(box: Opened) -> list[Any]:
    row = box.access.box
    seals = Seal.objects.filter(box=row, holder=Seal.Holder.STAFF, epoch=row.epoch)
    people = staff_by_ref(box.organisation, set(seals.values_list("staff_ref", flat=True)))
    return sorted(people.values(), key=lambda person: person.name)


def _away(box: Opened, shown: list[Shown]) -> list[str]:
    """Return the names of those who would read a report about what happened afterwards; none when nobody can."""
    try:
        people, _certificates = readers(box.organisation, *box.kept_from(shown))
    except (DomainError, ValueError):
        return []
    return [str(person["name"]) for person in people]


def _chosen(boxes: list[Opened], at: str) -> Opened:
    return boxes[int(at)] if at.isdecimal() and int(at) < len(boxes) else boxes[0]


def _download(file: ShownFile, octets: Iterator[bytes]) -> StreamingHttpResponse:
    """Answer with a file as a download that no browser opens by itself."""
    answer = StreamingHttpResponse(octets, content_type="application/octet-stream")
    answer["Content-Length"] = file.size
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=UNSAFE.sub("_", file.name)[-120:] or "file"
    )
    return answer


def _receipt(box: Opened, index: str) -> HttpResponse:
    """Answer with one receipt as a file that outside tools can check.  Raises `request.absent` before it is complete."""
    for each in selectors.receipts(box.organisation, box.access):
        if str(each.index) == index and each.checkpoint:
            made = receipt.Receipt(each.index, tuple(each.proof), each.checkpoint, each.entry)
            name = f'attachment; filename="receipt-{each.index}.tlog-proof"'
            return HttpResponse(made.text(), content_type="text/plain", headers={"Content-Disposition": name})
    raise DomainError("request.absent", status=404)
