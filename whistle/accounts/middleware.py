"""Sessions exist under /desk/ only.  A reporter's request never touches one."""

from collections.abc import Callable

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from whistle.accounts.models import Staff
from whistle.organisations.requests import OrganisationRequest

DESK = "/desk/"


class StaffSession(SessionMiddleware):
    """Django's sessions, for paths under /desk/ alone."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the session of a desk request."""
        if request.path_info.startswith(DESK):
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session of a desk request."""
        if hasattr(request, "session"):
            return super().process_response(request, response)
        return response


class StaffPerson:
    """Sets `request.staff` and `request.user`; a session of another organisation counts as none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: OrganisationRequest) -> HttpResponse:
        person = get_user(request) if hasattr(request, "session") else None
        if not isinstance(person, Staff) or person.organisation_id != request.organisation.pk:
            person = None
        request.staff = person  # type: ignore[attr-defined]
        request.user = person or AnonymousUser()
        if person is None:
            return self.get_response(request)
        with translation.override(person.language):
            return self.get_response(request)
