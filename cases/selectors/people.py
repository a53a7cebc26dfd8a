"""Who works on a case, and who could."""

from django.db.models import QuerySet

from cases.models import Case, Declaration
from cases.selectors.visible import IMPARTIAL
from whistle.accounts.models import Certificate, Staff
from whistle.core import clock
from whistle.core.policy import PART_OF
from whistle.vault.certificate import Role


def candidates(case: Case) -> QuerySet[Staff]:
    """Return colleagues who may be given a key: a case duty, a certificate in force, not on it, not withdrawn."""
    at = clock.now()
    certified = Certificate.objects.filter(
        organisation=case.organisation_id,
        role__in=[Role.READER, Role.ALTERNATE, Role.ADVISER],
        not_before__lte=at,
        not_after__gt=at,
        revoked_at=None,
    ).values("subject")
    return (
        Staff.objects.filter(
            organisation=case.organisation_id,
            is_active=True,
            ref__in=certified,
            duties__duty__in=[duty.value for duty in PART_OF],
        )
        .exclude(assignments__case=case)
        .exclude(pk__in=Declaration.objects.filter(case=case).exclude(answer=IMPARTIAL).values("staff"))
        .distinct()
        .order_by("name", "id")
    )
