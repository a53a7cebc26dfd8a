"""Signing in: a derived value and a one-time code, checked with the same work for everybody."""

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from whistle.accounts.models import Staff
from whistle.accounts.services.second_factor import spend_code
from whistle.organisations.models import Organisation


class StaffBackend:
    """Django's authentication backend for staff.  There are no permissions here: see `whistle.access`."""

    def authenticate(
        self,
        request: HttpRequest | None,
        organisation: Organisation | None = None,
        username: str = "",
        auth: bytes = b"",
        code: str = "",
    ) -> Staff | None:
        """Return the person, or None alike for unknown, wrong, disabled and used code."""
        person = (
            Staff.objects.select_related("key").filter(organisation=organisation, username=username).first()
        )
        if person is None or not person.is_active:
            make_password(auth.hex())  # the same work as a check
            return None
        right = check_password(auth.hex(), person.password)
        return person if right and spend_code(person, code) else None

    def get_user(self, pk: int) -> Staff | None:
        """Return the person of a session, if still active."""
        return Staff.objects.select_related("organisation").filter(pk=pk, is_active=True).first()

    def has_perm(self, person: Staff, perm: str, obj: object = None) -> bool:
        """Return False: rights are asked of `whistle.access`, never of a person."""
        return False
