"""On the way to the provider of work accounts, and back from it.  No session begins here."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from whistle.accounts import oidc
from whistle.accounts.services import gate
from whistle.accounts.views import door
from whistle.core.audience import PUBLIC, audience
from whistle.core.errors import DomainError
from whistle.core.providers import Provider
from whistle.organisations.requests import OrganisationRequest
from whistle.ui.messages import sentence

RETURNED = ("state", "code", "iss")


@audience(PUBLIC)
@require_GET
def gate_out(request: OrganisationRequest) -> HttpResponse:
    """Send the browser to the provider, with nothing about who it is."""
    way = oidc.Way.new()
    try:
        response: HttpResponse = redirect(oidc.address(_provider(request), way, _back(request)))
    except DomainError as error:
        return _said(request, error)
    gate.set_way(response, request.organisation, way)
    return response


@audience(PUBLIC)
@require_GET
def gate_back(request: OrganisationRequest) -> HttpResponse:
    """Take the provider's word and lead on to the sign-in.

    It is a page and not a redirect: our own cookies are not sent along on a way that began at another site.
    """
    answer = {name: request.GET[name] for name in RETURNED if name in request.GET}
    try:
        way = gate.take_way(request, request.organisation)
        who = oidc.arrived(_provider(request), way, _back(request), answer)
    except DomainError as error:
        return _said(request, error)
    response = door(request, "accounts/gate.html", on=reverse("sign-in"))
    gate.set_shown(response, request.organisation, who)
    return response


def _provider(request: OrganisationRequest) -> Provider:
    provider = gate.provider_of(request.organisation)
    if provider is None:
        raise Http404
    return provider


def _back(request: OrganisationRequest) -> str:
    return request.build_absolute_uri(reverse("gate-back"))


def _said(request: OrganisationRequest, error: DomainError) -> HttpResponse:
    response = door(request, "accounts/gate.html", status=error.status, problem=sentence(error.code))
    gate.forget(response, gate.WAY)
    return response
