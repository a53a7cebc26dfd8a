"""Who works on a case, and who could."""

from django.db.models import QuerySet

from cases.models import Case, Declaration, KeptOut
from cases.selectors.mailboxes import with_merged
from cases.selectors.visible import IMPARTIAL
from whistle.accounts.models import Certificate, Staff
from whistle.accounts.selectors import roster_document
from whistle.core import clock
from whistle.core.policy import PART_OF
from whistle.core.recipients import barred, recovery_kind, rules_of
from whistle.store.models import Seal
from whistle.vault.certificate import Role

OUTSIDE = (Role.ALTERNATE, Role.ADVISER)


def candidates(case: Case) -> QuerySet[Staff]:
    """Return colleagues who may be given a key: a case duty, a certificate in force, not on it, not withdrawn.

    Whoever the report was kept from is none, and where the administration was kept out nobody inside it is.
    """
    return (
        _certified(case)
        .filter(duties__duty__in=[duty.value for duty in PART_OF])
        .exclude(assignments__case=case)
        .distinct()
        .order_by("name", "id")
    )


def alternates(case: Case) -> QuerySet[Staff]:
    """Return the alternate recipients who can take the case when every reader steps back."""
    listed = {row["staff_id"] for row in roster_document(case.organisation)["alternates"]}
    return candidates(case).filter(ref__in=listed)


def outside_only(case: Case) -> bool:
    """Return whether the case is sealed to the alternate recovery key: the administration is kept out."""
    roster = roster_document(case.organisation)
    keys = Seal.objects.filter(box__of_case__case=case, holder=Seal.Holder.RECOVERY)
    known = set(keys.values_list("key_id", flat=True))
    return any(recovery_kind(roster, key) == "alternate" for key in known)


def only_advises(person: Staff) -> bool:
    """Return whether somebody is certified as an adviser only: then they read one case, until a date."""
    rows = _in_force(person.organisation_id).filter(subject=person.ref)
    own = set(rows.values_list("role", flat=True))
    return Role.ADVISER in own and not own & {Role.READER, Role.ALTERNATE}


def _in_force(organisation_id: int) -> QuerySet[Certificate]:
    at = clock.now()
    return Certificate.objects.filter(
        organisation=organisation_id,
        role__in=[Role.READER, Role.ALTERNATE, Role.ADVISER],
        not_before__lte=at,
        not_after__gt=at,
        revoked_at=None,
    )


def _certified(case: Case) -> QuerySet[Staff]:
    certified = _in_force(case.organisation_id)
    people = Staff.objects.filter(
        organisation=case.organisation_id, is_active=True, ref__in=certified.values("subject")
    )
    roster = roster_document(case.organisation)
    if outside_only(case):
        listed = (*roster["readers"], *roster.get("people", ()))
        inside = set(rules_of(roster)["outside"])
        free = {row["staff_id"] for row in listed if not inside & set(row["groups"])}
        outside = certified.filter(role__in=OUTSIDE).values_list("subject", flat=True)
        people = people.filter(ref__in=free | set(outside))
    withdrawn = Declaration.objects.filter(case__in=with_merged(case)).exclude(answer=IMPARTIAL)
    return people.exclude(pk__in=withdrawn.values("staff")).exclude(ref__in=kept_from(case))


def kept_from(case: Case) -> set[str]:
    """Return whom the report was kept from: they get neither a key nor half of one, whatever their role."""
    out = set(KeptOut.objects.filter(case__in=with_merged(case)).values_list("staff__ref", flat=True))
    return set(barred(roster_document(case.organisation), out, case.closed_groups))
