"""Deny by default: a view without a declared audience is not served, whatever its URL."""

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from whistle.access.selectors import duties
from whistle.access.services.certifying import unheard
from whistle.access.views import waiting_page
from whistle.accounts.requests import StaffRequest
from whistle.accounts.services import secrecy
from whistle.core.audience import PUBLIC, STAFF
from whistle.ui.messages import sentence

API = "/desk/api/"
HOME = "/desk/"
# What is one's own, whoever one may be
WITHOUT_CERTIFICATE = (
    "/desk/me/",
    "/desk/secrecy/",
    "/desk/api/secrecy",
    "/desk/api/unlock",
    "/desk/api/sign-out",
    "/desk/api/sessions",
    "/desk/api/sessions/end-others",
    "/desk/api/passphrase",
    "/desk/api/passkeys",
    "/desk/api/passkeys/options",
)
# What somebody needs to say that they keep what they learn to themselves, and to leave
WITHOUT_WORD = ("/desk/secrecy/", "/desk/api/secrecy", "/desk/api/unlock", "/desk/api/sign-out")


class DenyByDefault:
    """Asks each view for whom it exists, before it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Return None to go on; a signed-out person is sent to sign in, anybody else gets the same 404."""
        audience = audience_of(view)
        if PUBLIC in audience:
            return None
        person = getattr(request, "staff", None)
        if person is None:
            if request.path_info.startswith(API):
                return JsonResponse(
                    {"code": "sign_in.needed", "message": sentence("sign_in.needed")}, status=401
                )
            return redirect("sign-in")
        if not (STAFF in audience or audience & duties(person)):
            raise Http404
        if request.path_info not in WITHOUT_CERTIFICATE and unheard(person):
            return self.wait_for_certificate(cast("StaffRequest", request))
        if request.path_info in WITHOUT_WORD or secrecy.valid_until(person) is not None:
            return None
        return self.ask_for_word(request)

    @staticmethod
    def wait_for_certificate(request: StaffRequest) -> HttpResponse:
        """Send somebody whose keys nobody has certified yet to the page that says what they wait for."""
        if request.path_info == HOME:
            return waiting_page(request)
        if request.path_info.startswith(API):
            said = {"code": "certificate.needed", "message": sentence("certificate.needed")}
            return JsonResponse(said, status=403)
        return redirect("desk")

    @staticmethod
    def ask_for_word(request: HttpRequest) -> HttpResponse:
        """Send somebody whose declaration of secrecy is missing or too old to make it first (R-172)."""
        if request.path_info.startswith(API):
            return JsonResponse({"code": "secrecy.needed", "message": sentence("secrecy.needed")}, status=403)
        return redirect("secrecy")


def audience_of(view: Callable[..., Any]) -> frozenset[str]:
    """Return the declared audience of a view, empty when there is none."""
    declared = getattr(view, "audience", None) or getattr(getattr(view, "view_class", None), "audience", None)
    return frozenset(declared or ())
