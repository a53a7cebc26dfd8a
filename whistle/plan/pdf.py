"""A document on paper: tagged PDF (PDF/UA-1) by WeasyPrint, which needs Pango on the machine.

Where Pango is missing everything else works, and the pages say why there is no PDF.
"""

import base64
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from whistle.core.errors import DomainError
from whistle.plan.tagging import finish

VARIANT = "pdf/ua-1"
LOOK = Path(__file__).with_name("paper.css")


@lru_cache(maxsize=1)
def available() -> bool:
    """Say whether this machine can make PDFs."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):  # OSError: WeasyPrint is there, the libraries it draws with are not
        return False
    return True


def pdf(template: str, context: dict[str, Any], language: str) -> bytes:
    """Return a template as PDF, in a language.  Raises `pdf.missing` where there is no Pango."""
    if not available():
        raise DomainError("pdf.missing", status=503)
    with override(language):
        return _made(render_to_string(template, {**context, "language": language}))


def as_image(template: str, context: dict[str, Any]) -> str:
    """Return an SVG template as the address of an image: only an image has words in place of it in a PDF."""
    octets = render_to_string(template, context).encode()
    return "data:image/svg+xml;base64," + base64.b64encode(octets).decode()


@lru_cache(maxsize=16)  # the same few reports are asked for again and again, and drawing takes a second
def _made(html: str) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    drawn = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"}))
    look = CSS(string=LOOK.read_text(encoding="utf-8"))
    octets = drawn.write_pdf(stylesheets=[look], pdf_variant=VARIANT, finisher=finish)
    assert isinstance(octets, bytes)
    return octets
