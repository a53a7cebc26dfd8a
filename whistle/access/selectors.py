"""What a person may see.  The queryset is the check: what is not in it does not exist for them."""

from typing import Any, TypeVar

from django.contrib.auth.models import Permission
from django.db.models import Model, QuerySet, Subquery
from guardian.utils import get_user_obj_perms_model

from whistle.access.models import DutyHeld
from whistle.accounts.models import Staff
from whistle.core.policy import Duty
from whistle.store.models import Box

M = TypeVar("M", bound=Model)
OPEN_BOX = "open_box"


def granted(person: Staff, perm: str, model: type[M]) -> QuerySet[M]:
    """Return the rows of `model` on which `person` was given `perm`; nothing else gives any.

    The same rows as guardian's `get_objects_for_user`, asked so that a database finds them by the index on person,
    permission and object: guardian casts the object's key, and then all of a person's grants are read to find a few.
    """
    right = Permission.objects.filter(
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
        codename=perm,
    )
    grants: Any = get_user_obj_perms_model(model)  # type: ignore[arg-type]  # a class will do
    held = grants.objects.filter(user=person, permission=Subquery(right.values("pk")[:1]))
    return model._default_manager.filter(pk__in=held.values("content_object"))


def boxes_open_to(person: Staff) -> QuerySet[Box]:
    """Return the boxes of the person's organisation to which they hold a key."""
    return granted(person, OPEN_BOX, Box).filter(organisation=person.organisation_id)


def duties(person: Staff) -> set[Duty]:
    """Return the duties a person holds in their organisation."""
    return {Duty(row) for row in DutyHeld.objects.filter(staff=person).values_list("duty", flat=True)}


def holders(organisation_id: int, duty: Duty) -> QuerySet[Staff]:
    """Return the active people who hold a duty, by name."""
    return Staff.objects.filter(organisation_id=organisation_id, is_active=True, duties__duty=duty).order_by(
        "name", "id"
    )


def log_refs_open_to(person: Staff) -> set[str]:
    """Return the names that the log has for the boxes a person may open."""
    return set(boxes_open_to(person).values_list("log_ref", flat=True))
