"""Permission and key, held against each other for every box and every person."""

from guardian.shortcuts import get_objects_for_user

from cases.models import Assignment, Case, CaseGrant
from tests.town import Town
from whistle.access.models import BoxGrant
from whistle.accounts.models import Staff
from whistle.core.policy import MATRIX, Part
from whistle.store.models import Box, Seal


def key_holders(box: Box) -> set[str]:
    """Return who holds the box's present key and is active."""
    refs = Seal.objects.filter(box=box, epoch=box.epoch, holder="staff").values_list("staff_ref", flat=True)
    return set(Staff.objects.filter(ref__in=refs, is_active=True).values_list("ref", flat=True))


def assert_equal(town: Town) -> None:
    """Fail unless permission, seal of the present epoch, part and visibility say the same of everybody."""
    for box in Box.objects.filter(organisation=town.organisation):
        sealed = key_holders(box)
        every = Seal.objects.filter(box=box, holder="staff").values_list("staff_ref", flat=True)
        permitted = set(BoxGrant.objects.filter(content_object=box).values_list("user__ref", flat=True))
        parts = set(Assignment.objects.filter(case__boxes__box=box).values_list("staff__ref", flat=True))
        assert sealed == permitted == parts == set(every), box
    for enrolled in town.people.values():
        seen = get_objects_for_user(
            enrolled.staff,
            "read_case",
            Case,
            use_groups=False,
            with_superuser=False,
            accept_global_perms=False,
        )
        for part in Assignment.objects.filter(staff=enrolled.staff).select_related("case"):
            rights = set(
                CaseGrant.objects.filter(user=enrolled.staff, content_object=part.case).values_list(
                    "permission__codename", flat=True
                )
            )
            assert rights == {perm.value for perm in MATRIX[Part(part.part)]}, (
                "rights come from the matrix only"
            )
        held = Case.objects.filter(assignments__staff=enrolled.staff)
        assert set(seen) == set(held), enrolled.person.name
