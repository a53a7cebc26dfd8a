"""The security headers of every answer: pages, downloads, redirects, errors, static files.

They are set here and nowhere else, in front of everything, so that no answer is without them and none has them
twice.  Each face has one policy, the same for every visitor; there are no nonces (I1 in THREATS.md).
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]

# What both faces allow.  `data:` is for the small icons inside Designsystemet's style sheets.
_COMMON = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# The only string that may become code on a reporter's page is the address of our own worker (policy `wbe`).
_REPORTER = {**_COMMON, "require-trusted-types-for": "'script'", "trusted-types": "wbe"}
# Turbo parses the pages it fetches, so no Trusted Types here.  Files are shown in a frame, not in the page.
_DESK = {**_COMMON, "frame-src": "'self'"}
# The frame that shows files: no origin, no network, no forms, no windows.  It draws, and plays sound from memory.
_VIEWER = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "data:",  # the empty icon
    "media-src": "blob:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-scripts",
}


def _join(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


POLICIES = {"reporter": _join(_REPORTER), "desk": _join(_DESK), "viewer": _join(_VIEWER)}

FIXED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Integrity-Policy": "blocked-destinations=(script)",
    "Referrer-Policy": "no-referrer",
    # a reporter may record a voice; the browser asks first all the same
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",  # the way out of the page is a link: do not look it up beforehand
}
HSTS = "max-age=63072000"  # two years, in seconds
NEVER_KEPT = ("/desk/", "/api/", "/plain/")


def face(path: str) -> str:
    """Which face a path (without the organisation's prefix) belongs to.

    >>> face("/desk/cases/"), face("/desk/viewer/"), face("/nb/"), face("/plan/")
    ('desk', 'viewer', 'reporter', 'reporter')
    """
    if path.startswith("/desk/viewer/"):
        return "viewer"
    return "desk" if path.startswith("/desk/") else "reporter"


class SecurityHeaders:
    """Sets the headers of the face on every answer; stands first in MIDDLEWARE, before the static files."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        shown = face(request.path_info)
        response.headers["Content-Security-Policy"] = POLICIES[shown]
        for name, value in FIXED.items():
            response.headers[name] = value
        if shown == "viewer":
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        if request.is_secure():  # not on the onion service, which has no TLS
            response.headers["Strict-Transport-Security"] = HSTS
        if response.status_code >= 400 or request.path_info.startswith(NEVER_KEPT):
            response.headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-cache"
        return response
