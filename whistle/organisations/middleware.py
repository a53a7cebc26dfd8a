"""Finds the organisation of a request, and refuses what another site makes a browser send."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import set_script_prefix
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from whistle.organisations.models import Departure, Organisation
from whistle.organisations.selectors import RESERVED, TRAINING, by_host, by_slug, departed

Answer = Callable[[HttpRequest], HttpResponse]
OUTSIDE = ("/health/",)  # pages of the installation, not of an organisation
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class FindOrganisation:
    """Sets `request.organisation` from the host name, else the first part of the path, else the default.

    `/nordvik/nb/` becomes `/nb/` with script prefix `/nordvik/`, so that every URL made while answering stays
    inside; cookies set on the way back get the same prefix.  On the host of its own, an organisation's place to
    practise is found under its path too.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(OUTSIDE):
            return self.get_response(request)
        first, _slash, rest = request.path_info[1:].partition("/")
        host = request.get_host().partition(":")[0]
        organisation = by_host(host)
        named = by_slug(first) if first and (organisation is None or first.endswith(TRAINING)) else None
        if named is not None and (organisation is None or named.training_of_id == organisation.pk):
            organisation = named
            organisation.prefix = f"/{organisation.slug}"
            request.path_info = f"/{rest}"
        gone: Organisation | Departure | None = None
        if organisation is not None and organisation.left_on:
            gone = organisation
        if organisation is None:
            gone = departed("" if first in RESERVED else first, host)
        if gone is not None:
            return moved(gone.name, gone.moved_to, rest)
        if organisation is None:
            organisation = by_slug(settings.DEFAULT_ORGANISATION)
        if organisation is None or organisation.left_on:
            raise Http404
        set_script_prefix(f"{organisation.prefix}/")
        request.organisation = organisation  # type: ignore[attr-defined]
        response = self.get_response(request)
        for cookie in response.cookies.values():
            cookie["path"] = organisation.prefix + cookie["path"]
        return response


def moved(name: str, to: str, path: str) -> HttpResponse:
    """410: where an organisation is now that used to be here."""
    asked = path.partition("/")[0]
    with override(asked if asked in ("nn", "en") else "nb"):
        context = {
            "title": _("%(name)s has moved") % {"name": name},
            "text": _("Your code works at the new place. Nothing of it is kept here any more."),
            "language": get_language(),
            "moved_to": to,
        }
        return HttpResponse(render_to_string("errors/moved.html", context), status=410)


class RefuseCrossSite:
    """Refuses a state-changing request that a browser says comes from elsewhere.

    The reporter's pages carry no CSRF token, since their bytes are the same for everybody; `Sec-Fetch-Site` and
    `Origin` take its place (OWASP, Cross-Site Request Forgery Prevention, "Fetch Metadata headers").
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS and self.foreign(request):
            return JsonResponse(
                {
                    "code": "request.cross_site",
                    "message": _("This request came from another site and was refused."),
                },
                status=403,
            )
        return self.get_response(request)

    @staticmethod
    def foreign(request: HttpRequest) -> bool:
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = request.headers.get("Origin")
        # "null" is what a form sends under our own Referrer-Policy: no-referrer in browsers without Sec-Fetch-Site
        return origin not in (None, "null", f"{request.scheme}://{request.get_host()}")
