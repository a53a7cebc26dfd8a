"""What a request carries once the middleware has found whose address it is."""

from django.http import HttpRequest

from whistle.organisations.models import Organisation


class OrganisationRequest(HttpRequest):
    """A request to one organisation's pages (see `whistle.organisations.middleware`)."""

    organisation: Organisation
