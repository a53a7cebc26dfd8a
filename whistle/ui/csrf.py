"""CSRF tokens for the desk alone.

A reporter's page bears no token and gets no cookie, whatever cookies a request brings along: Django's own middleware
answers a malformed token with a new cookie.  Elsewhere `RefuseCrossSite` takes its place.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import decorator_from_middleware

from whistle.ui.headers import face


class DeskCsrf(CsrfViewMiddleware):
    """Django's protection, for paths under /desk/."""

    def process_request(self, request: HttpRequest) -> None:
        """Read the token of a desk request."""
        if face(request.path_info) == "desk":
            super().process_request(request)

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        """Refuse a desk request that changes something without its token."""
        return (
            super().process_view(request, callback, args, kwargs)
            if face(request.path_info) == "desk"
            else None
        )

    def _origin_verified(self, request: HttpRequest) -> bool:
        """Take the `Origin: null` that our own Referrer-Policy makes of a form's, if the form is of this site.

        Fetch, "append a request Origin header": under no-referrer a form's POST says null.  The token is asked for all the same.
        """
        if request.headers.get("Origin") == "null":
            return request.headers.get("Sec-Fetch-Site") == "same-origin"
        return bool(super()._origin_verified(request))  # type: ignore[misc]  # the stubs do not know it

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the cookie of a desk page that asked for one."""
        return super().process_response(request, response) if face(request.path_info) == "desk" else response


# For a view that takes a file: it is exempt while its upload handler is put in place, and asks for the token then.
# Django's own `csrf_protect` would refuse `Origin: null`, which is what browsers send from our pages.
desk_protect = decorator_from_middleware(DeskCsrf)
