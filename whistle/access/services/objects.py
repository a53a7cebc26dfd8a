"""Guardian's rows on any object, made to equal a set of permissions."""

from collections.abc import Iterable

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from guardian.utils import get_user_obj_perms_model

from whistle.accounts.models import Staff


def set_perms(person: Staff, perms: Iterable[str], target: Model) -> bool:
    """Make the person's permissions on `target` exactly `perms`; return whether anything changed.

    Four statements at most, however many permissions: guardian's own way asks several times for each.
    Raises `Permission.DoesNotExist` when `target` knows no such permission; nothing changes then.
    """
    grants = get_user_obj_perms_model(target)._default_manager
    wanted = {str(perm) for perm in perms}
    mine = grants.filter(user=person, content_object=target)
    held = set(mine.values_list("permission__codename", flat=True))
    if new := wanted - held:
        kind = ContentType.objects.get_for_model(target)
        known = Permission.objects.filter(content_type=kind, codename__in=new)
        rows = [grants.model(permission=perm, user=person, content_object=target) for perm in known]
        if len(rows) != len(new):
            raise Permission.DoesNotExist(
                f"{kind}: {', '.join(sorted(new - {perm.codename for perm in known}))}"
            )
        grants.bulk_create(rows, ignore_conflicts=True)
    if old := held - wanted:
        mine.filter(permission__codename__in=old).delete()
    return wanted != held
