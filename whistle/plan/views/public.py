"""The public plan: pure functions of the newest edition and a language.  No cookie, nothing of the request."""

import csv
import hashlib
import io
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import override
from django.views.decorators.http import require_safe

from whistle.audit.folders import origin
from whistle.core.audience import PUBLIC, audience
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import present
from whistle.plan.models import Edition
from whistle.plan.open_data import plan_rows
from whistle.plan.selectors import newest_edition, published_reports

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@require_safe
@audience(PUBLIC)
def plan_page(request: OrganisationRequest, lang: str = "nb") -> HttpResponse:
    """The plan: risk map, measures, figures."""
    organisation = request.organisation
    edition = newest_edition(organisation)
    with override(known_language(lang)):
        shown = present.page(edition.document, lang) if edition else {}
        html = rendered(request, "plan/public.html", lang, "plan-public", {**shown, "edition": edition})
    return answer(request, html, lang)


@require_safe
@audience(PUBLIC)
def proof_page(request: OrganisationRequest, lang: str, indicator: str) -> HttpResponse:
    """Where one figure comes from: rule, period, range of the log and its hash."""
    edition = _edition(request)
    with override(known_language(lang)):
        shown = present.proof(edition.document, indicator, lang)
        if shown is None:
            raise Http404
        for part in shown["proof"]["ranges"]:
            part["origin"] = origin(request.organisation, part["log"])
        html = rendered(request, "plan/proof.html", lang, "plan-proof", shown, indicator=indicator)
    return answer(request, html, lang)


@require_safe
@audience(PUBLIC)
def plan_json(request: OrganisationRequest, lang: str) -> HttpResponse:
    """The edition as it is hashed, in all languages."""
    edition = _edition(request)
    body = json.dumps({**edition.document, "hash": edition.hash}, ensure_ascii=False, indent=1)
    return answer(request, body, "", content_type="application/json")


@require_safe
@audience(PUBLIC)
def plan_csv(request: OrganisationRequest, lang: str) -> HttpResponse:
    """The measures as a table for spreadsheets: semicolons and a byte order mark, as Norwegian Excel wants."""
    edition = _edition(request)
    with override(known_language(lang)):
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(plan_rows(edition.document, lang))
    return answer(request, "\ufeff" + out.getvalue(), lang, content_type="text/csv; charset=utf-8")


def known_language(lang: str) -> str:
    """Return a language there is, or answer 404."""
    if lang not in LANGUAGES:
        raise Http404
    return lang


def _edition(request: OrganisationRequest) -> Edition:
    edition = newest_edition(request.organisation)
    if edition is None:
        raise Http404
    return edition


def rendered(
    request: OrganisationRequest, template: str, lang: str, name: str, shown: dict[str, Any], **of: object
) -> str:
    """Return a page of the public plan as HTML."""
    organisation = request.organisation
    context = {
        **shown,
        "organisation": organisation,
        "language": lang,
        "languages": [
            {"code": code, "label": label, "url": reverse(name, kwargs={"lang": code, **of})}
            for code, label in LANGUAGES.items()
        ],
        "front": f"{organisation.prefix}/{lang}/",
        "years": [report.year for report in published_reports(organisation)],
    }
    return render_to_string(template, context)


def answer(
    request: HttpRequest, body: str | bytes, lang: str, *, content_type: str = "text/html; charset=utf-8"
) -> HttpResponse:
    """Return the answer with an ETag of its bytes, or 304 to who has them."""
    octets = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(octets).hexdigest()[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(octets, content_type=content_type)
        if lang:
            response.headers["Content-Language"] = lang
    response.headers["ETag"] = etag
    return response
