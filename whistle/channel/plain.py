"""The plain path: the whole channel without script.  One page, one POST; the server seals, and says so."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from whistle.accounts.selectors import roster_document
from whistle.audit.receipts import Receipt
from whistle.channel import pages, plain_words, questions
from whistle.channel.plain_seal import PlainSealer, finished_report, new_report
from whistle.channel.plain_upload import SealUpload
from whistle.channel.services import submit, texts
from whistle.core import clock, deadlines
from whistle.core.audience import PUBLIC, audience
from whistle.core.errors import DomainError
from whistle.organisations.languages import spoken
from whistle.organisations.models import Organisation
from whistle.organisations.requests import OrganisationRequest
from whistle.ui.errors import EXIT
from whistle.ui.messages import sentence
from whistle.vault import code as codes


@audience(PUBLIC)
@csrf_exempt  # no cookie to forge with; `RefuseCrossSite` stands in front
@never_cache
@require_http_methods(["GET", "POST"])
def report_page(request: OrganisationRequest, language: str = "") -> HttpResponse:
    """Show the form, or take a report and show its code."""
    organisation = request.organisation
    language = pages.language_asked(request, language)
    with override(language):
        if request.method == "GET":
            return HttpResponse(form(organisation, language, roster_document(organisation)))
        sealer, nonce, indices = new_report(organisation)
        upload = SealUpload(organisation.ref, lambda _field: sealer)
        request.upload_handlers = [upload]
        posted = (
            request.POST
        )  # read to its end, files and all, before it is known whether anything was refused
        try:
            receipt = _submit(organisation, sealer, nonce, posted, upload.refused)
        except (DomainError, ValueError) as error:
            sealer.discard()
            code = error.code if isinstance(error, DomainError) else "request.malformed"
            kept = {name: posted.getlist(name) for name in ("about", "removed")}
            again = {"roster": roster_document(organisation), "text": posted.get("text", ""), **kept}
            filled_in = {**_filled_in(posted), **again}
            return page(request, "plain", language, 400, error=sentence(code), alone=True, **filled_in)
        sent = {
            "words": codes.words(indices, pages.word_list(language)),
            "digits": codes.digits(indices).split(),
        }
        day = plain_words.come_back(deadlines.acknowledgement_due(clock.today()))
        told = {"left_out": left_out(upload), "come_back": day}
        return page(request, "plain_sent", language, receipt=receipt, alone=True, **told, **sent)


def _submit(
    organisation: Organisation, sealer: PlainSealer, nonce: bytes, sent: QueryDict, refused: str
) -> Receipt:
    if refused:
        raise DomainError(refused)
    if "end" not in sent:  # the form's last field: without it something was cut off or left out
        raise DomainError("report.cut_off")
    if not sent.get("text", "").strip():
        raise DomainError("report.empty")
    about = sent.getlist("about")
    message: dict[str, object] = {
        "type": "report",
        "text": sent["text"],
        "about": about,
        "answers": questions.answered(sent),
        "root": pages.root_digest(organisation),
    }
    report = finished_report(sealer, nonce, sealer.items(message), about, sent.getlist("removed"))
    return submit.submit(organisation, report)


def left_out(upload: SealUpload) -> list[tuple[str, str]]:
    """Return the names of files that did not go along, each with the sentence that says why."""
    return [(each.name, str(sentence(each.why))) for each in upload.left_out]


def _filled_in(posted: QueryDict) -> dict[str, object]:
    """Return the further questions as a refused form answered them, so that nothing has to be written twice."""
    asked = _questions()
    return {
        "ticked": [f"{one.name}-{code}" for one in asked for code in posted.getlist(one.name)],
        "written": [(one, posted.get(f"{one.name}_text", "")) for one in asked],
        "called": posted.get("name", ""),
    }


def _questions() -> list[questions.Question]:
    return [questions.danger(), questions.kind(), *questions.optional()]


def form(
    organisation: Organisation,
    language: str,
    roster: Mapping[str, Any],
    document: texts.Document | None = None,
) -> str:
    """Return the empty form: the same for every visitor, for it is made of the list of readers and our words alone."""
    return html(organisation, "plain", language, document, roster=roster)


def page(
    request: OrganisationRequest, name: str, language: str, http_status: int = 200, /, **context: object
) -> HttpResponse:
    """Answer with a page of the plain path; from one that answers a form no change of language leads away, since it is there once."""
    if request.method == "POST":
        context["languages"] = ()
    return HttpResponse(html(request.organisation, name, language, **context), status=http_status)


def html(
    organisation: Organisation,
    name: str,
    language: str,
    document: texts.Document | None = None,
    /,
    **context: object,
) -> str:
    """Return a page of the plain path, with the organisation's own words of now unless told; nothing of a request is in it."""
    tail = "mailbox/" if name == "plain_mailbox" else ""
    said = texts.current(organisation) if document is None else document
    with override(language):
        base = {
            "organisation": organisation,
            "language": language,
            "links": pages.links(organisation.prefix, language),
            "languages": [
                {"code": code, "label": label, "url": f"{organisation.prefix}/plain/{code}/{tail}"}
                for code, label in spoken(organisation).items()
            ],
            "subjects": pages.subjects(),
            "written": [(one, "") for one in _questions()],
            **pages.own_words(said, [language, *spoken(organisation)]),
            "exit": EXIT,
        }
        return render_to_string(f"reporter/{name}.html", {**base, **context})
