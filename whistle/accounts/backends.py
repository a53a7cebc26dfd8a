"""Signing in: a derived value and a second factor, checked with the same work for everybody."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from whistle.accounts.models import Device, Staff, StaffKey
from whistle.accounts.services import devices, passkeys, second_factor
from whistle.audit import services as audit
from whistle.organisations.models import Organisation

NOBODY = 0


class StaffBackend:
    """Django's authentication backend for staff.  There are no permissions here: see `whistle.access`."""

    def authenticate(
        self,
        request: HttpRequest,
        organisation: Organisation | None = None,
        username: str = "",
        auth: bytes = b"",
        code: str = "",
        passkey: Mapping[str, Any] | None = None,
    ) -> Staff | None:
        """Return the person, or None alike for unknown, wrong, disabled, used code, and code tried too soon.

        Every refusal of a passphrase takes the same steps: one hash, one code, the same statements.  Without a user
        name a passkey is enough, if it can open the keys too: what one has, and the finger or number that it asks
        for, are two factors.
        """
        if organisation is None:
            return None
        if passkey is not None and not username:
            alone = passkeys.verified(request, organisation, passkey)
            return alone.staff if alone is not None and alone.wrapped is not None else None
        person = (
            Staff.objects.select_related("key").filter(organisation=organisation, username=username).first()
        )
        right = check_password(auth.hex(), person.password if person else _decoy()) and bool(
            person and person.is_active
        )
        counter = second_factor.counter_of(person, code)
        device = devices.known(request, person.pk if person else NOBODY)
        held = device or (person.key if person else StaffKey(staff_id=NOBODY))
        if passkey is not None:
            shown = passkeys.verified(request, organisation, passkey)
            same = shown is not None and person is not None and shown.staff_id == person.pk
            return person if right and same else None
        if person and right and counter is not None and devices.may_try_code(held):
            return _with_code(person, counter, held, device)
        self._note_wrong_code(person if right else None, held)
        return None

    @staticmethod
    def _note_wrong_code(person: Staff | None, held: Device | StaffKey) -> None:
        counts = person is not None and devices.may_try_code(held)
        with audit.atomic():
            wrong = devices.note_code(held, count=counts)
            if (
                person is not None and counts and wrong == devices.FREE_CODES
            ):  # once a streak: not to be filled
                audit.record(
                    "staff.refused",
                    organisation=person.organisation,
                    actor=person.log_name,
                    role="staff",
                    why="wrong_codes",
                )

    def get_user(self, pk: int) -> Staff | None:
        """Return the person of a session, if still active."""
        return Staff.objects.select_related("organisation").filter(pk=pk, is_active=True).first()

    def has_perm(self, person: Staff, perm: str, obj: object = None) -> bool:
        """Return False: rights are asked of `whistle.access`, never of a person."""
        return False


def _with_code(person: Staff, counter: int, held: Device | StaffKey, device: Device | None) -> Staff | None:
    if not second_factor.spend(person, counter):
        return None
    if device is None and held.wrong_codes:
        StaffKey.objects.filter(pk=held.pk).update(wrong_codes=0)
    return person


@cache
def _decoy() -> str:
    return make_password("nobody")
