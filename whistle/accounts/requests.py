"""What a request carries once the middleware has found who asks."""

from whistle.accounts.models import Staff
from whistle.organisations.requests import OrganisationRequest


class StaffRequest(OrganisationRequest):
    """A request by a colleague who is signed in (see `whistle.accounts.middleware`)."""

    staff: Staff
