"""The reporter's pages: pure functions of organisation, language and release.

Nothing of the request comes into them but which organisation and which page: no cookie, no token, no header.  So
they are the same bytes for every visitor, and can be hashed, compared and served from elsewhere.
"""

import base64
import hashlib
import json
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from whistle.channel import compressed, questions
from whistle.channel.services import texts
from whistle.core.audience import PUBLIC, audience
from whistle.organisations.languages import first, spoken
from whistle.organisations.look import style_sheet
from whistle.organisations.models import Organisation
from whistle.organisations.requests import OrganisationRequest
from whistle.ui.assets import release
from whistle.ui.errors import EXIT

# Name of a page -> the last part of its path.  Neutral words: they end up in the history of a browser.
PAGES = {
    "front": "",
    "mailbox": "mailbox/",
    "door": "door/",
    "how": "how/",
    "routine": "routine/",
    "encryption": "sealing/",
    "privacy": "privacy/",
    "accessibility": "accessibility/",
}


class Subject(NamedTuple):
    """Somebody a report may be about, as a role; the roster says whom it excludes."""

    code: str
    label: str


def subjects() -> list[Subject]:
    """Return whom a report may be about, in the order of the form and the language of the moment."""
    return [
        Subject("unit_staff", _("Staff or leader in a unit")),
        Subject("director", _("Director or head of department")),
        Subject("chief_executive", _("The chief municipal executive")),
        Subject("mayor_or_elected", _("The mayor or an elected member")),
        Subject("reporting_office", _("Staff in the reporting office")),
        Subject("legal", _("Lawyer in the municipality")),
        Subject("hr_or_finance", _("Leader in HR or finance")),
        Subject("audit", _("The auditors")),
        Subject("supplier", _("A supplier or another business")),
        Subject("unknown", _("Don't know / prefer not to say")),
    ]


def links(prefix: str, language: str) -> dict[str, str]:
    """Return the addresses of the pages, and of the two that others serve.

    >>> links("/nordvik", "en")["mailbox"]
    '/nordvik/en/mailbox/'
    """
    pages = {name: f"{prefix}/{language}/{path}" for name, path in PAGES.items()}
    return {**pages, "plain": f"{prefix}/plain/{language}/", "plan": f"{prefix}/plan/"}


def render(
    organisation: Organisation, language: str, page: str, document: texts.Document | None = None
) -> bytes:
    """Return the page as HTML, with the organisation's own words of now unless told.  Raises KeyError for no page."""
    root_key = bytes(organisation.root_key or b"")
    tongues = [
        {"code": code, "label": label, "url": links(organisation.prefix, code)[page]}
        for code, label in spoken(organisation).items()
    ]
    with override(language):
        context = {
            "organisation": organisation,
            "language": language,
            "languages": tongues,
            "links": links(organisation.prefix, language),
            "exit": EXIT,
            "root_key": base64.b64encode(root_key).decode(),
            "fingerprint": fingerprint(root_key),
            "subjects": subjects(),
            "danger": questions.danger(),
            "kind": questions.kind(),
            "ways": questions.ways_to_be_known(),
            "questions": questions.optional(),
            **own_words(
                texts.current(organisation) if document is None else document,
                [language, *spoken(organisation)],
            ),
        }
        return render_to_string(f"reporter/{page}.html", context).encode()


def own_words(document: dict[str, Any], languages: list[str]) -> dict[str, Any]:
    """Return what the organisation itself says, as the templates name it: in the first of `languages` it wrote.

    >>> own_words({"contacts": {"phone": "57 00 00 00"}}, ["nb"])["phone_link"]
    '57000000'
    """
    contacts = document.get("contacts", {})
    written = [code for code, parts in document.get("routine", {}).items() if any(parts.values())]
    own = next((code for code in (*languages, *written) if code in written), languages[0])
    decided = document.get("decided_on", "")
    return {
        "texts": document,
        "own_language": own,
        "routine": document.get("routine", {}).get(own),
        "hours": _said(document, "hours", languages[0], own),
        "own_word": _said(document, "word", languages[0], own),
        "decided_on": date_format(date.fromisoformat(decided), "DATE_FORMAT") if decided else "",
        "phone_link": "".join(sign for sign in contacts.get("phone", "") if sign.isdigit() or sign == "+"),
    }


def _said(document: dict[str, Any], name: str, language: str, own: str) -> str:
    in_each = document.get(name, {})
    return str(in_each.get(language) or in_each.get(own, ""))


def word_list(language: str) -> str:
    """Return the language of the words that a code is shown in: there are two lists.

    >>> word_list("nn"), word_list("pl")
    ('nn', 'en')
    """
    return language if language in ("nb", "nn") else "en"


def fingerprint(root_key: bytes) -> str:
    """Return the SHA-256 of a root key in groups of four, as it is printed on paper.

    >>> fingerprint(bytes(32))[:14]
    '6668 7aad f862'
    """
    digest = hashlib.sha256(root_key).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def root_digest(organisation: Organisation) -> str:
    """Return the hex SHA-256 of the root key, as a report names the key its writer saw."""
    return hashlib.sha256(bytes(organisation.root_key or b"")).hexdigest()


def _rendered(organisation: Organisation, language: str, page: str) -> compressed.Encoded:
    return _kept(_Settings(organisation), language, page, release())


class _Settings:
    """An organisation as the cache sees it: equal when everything that a page shows is equal."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        shown = (organisation.ref, organisation.name, organisation.prefix, organisation.live)
        look = (organisation.mark, organisation.accent, organisation.languages)
        said = json.dumps(texts.current(organisation), sort_keys=True)
        self.key = (*shown, *look, bytes(organisation.root_key or b""), said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Settings) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=512)
def _kept(settings: _Settings, language: str, page: str, built: str) -> compressed.Encoded:
    html = render(settings.organisation, language, page)
    return compressed.encoded(html)


def language_asked(request: OrganisationRequest, language: str) -> str:
    """Return the language of an answer.  Raises Http404 for one that the organisation does not speak.

    What was written on a page that was open when the languages changed is taken in all the same.
    """
    if language and request.method != "POST" and language not in spoken(request.organisation):
        raise Http404
    return language or first(request.organisation)


@require_safe
@audience(PUBLIC)
def reporter_page(request: OrganisationRequest, *, page: str, language: str = "") -> HttpResponse:
    """Answer with a page of the reporter's face; the first language where the address names none."""
    language = language_asked(request, language)
    rendered = _rendered(request.organisation, language, page)
    response = compressed.answer(request, rendered, "text/html; charset=utf-8")
    if response.status_code == 200:
        response.headers["Content-Language"] = language
    return response


@audience(PUBLIC)
@require_safe
def look(request: OrganisationRequest) -> HttpResponse:
    """Serve the organisation's own colours; an empty sheet where it has none."""
    accent = request.organisation.accent
    return HttpResponse(style_sheet(accent) if accent else "", content_type="text/css")
