"""Error pages in the look of the rest, also when little else works.  They tell nothing about the request."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

LANGUAGES = ("nb", "nn", "en", *settings.MORE_LANGUAGES)
APIS = ("/api/", "/desk/api/")
EXIT = "https://www.yr.no/"  # a page anybody may be looking at
CODES = {400: "request.malformed", 403: "request.cross_site", 404: "request.absent"}


def language_of(path: str, spoken: Sequence[str] = LANGUAGES) -> str:
    """Return the language a path speaks, by its first parts; else the first of those spoken.

    >>> language_of("/nn/how/"), language_of("/plain/en/"), language_of("/en/", ["nn", "nb"])
    ('nn', 'en', 'nn')
    """
    return next((part for part in path.strip("/").split("/")[:2] if part in spoken), spoken[0])


def _page(request: HttpRequest, status: int, words: Callable[[], tuple[str, str]]) -> HttpResponse:
    organisation = getattr(request, "organisation", None)
    person = getattr(request, "staff", None)
    chosen = [code for code in getattr(organisation, "languages", "").split(",") if code in LANGUAGES]
    spoken = chosen or LANGUAGES
    language = person.language if person is not None else language_of(request.path_info, spoken)
    with override(language):
        title, text = words()
        if request.path_info.startswith(APIS):
            return JsonResponse(
                {"code": CODES.get(status, "request.broken"), "message": f"{title}. {text}"}, status=status
            )
        home = f"{getattr(organisation, 'prefix', '')}/" + ("" if language == spoken[0] else f"{language}/")
        context = {
            "title": title,
            "text": text,
            "language": language,
            "organisation": organisation,
            "home": home,
            "exit": "" if request.path_info.startswith("/desk/") else EXIT,
        }
        if (
            person is not None and status < 500
        ):  # a colleague keeps the desk's frame, and with it the open keys
            return HttpResponse(render_to_string("errors/desk.html", context, request), status=status)
        return HttpResponse(render_to_string("errors/error.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the page, without a word of what was sent."""
    return _page(
        request,
        400,
        lambda: (_("We did not understand that"), _("Go back and try once more. Nothing has been stored.")),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page."""
    return _page(
        request,
        403,
        lambda: (_("You cannot open this"), _("Go back to the page you came from, and try from there.")),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form came without its token: the page stood open too long, or the form came from elsewhere."""
    return _page(
        request,
        403,
        lambda: (_("The page had been open too long"), _("Go back, load the page again and send once more.")),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page for what is hidden and what is absent."""
    return _page(
        request,
        404,
        lambda: (
            _("There is no such page"),
            _("The address may be wrong, or the page may have been removed."),
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the page."""
    return _page(
        request,
        500,
        lambda: (
            _("Something went wrong here"),
            _(
                "It is our fault, not yours. Try again in a few minutes. What we have confirmed, we have kept."
            ),
        ),
    )
