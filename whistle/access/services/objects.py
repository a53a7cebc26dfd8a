"""Guardian's rows on any object, made to equal a set of permissions."""

from collections.abc import Iterable

from django.db.models import Model
from guardian.shortcuts import assign_perm, get_user_perms, remove_perm

from whistle.accounts.models import Staff


def set_perms(person: Staff, perms: Iterable[str], target: Model) -> bool:
    """Make the person's permissions on `target` exactly `perms`; return whether anything changed."""
    wanted = {str(perm) for perm in perms}
    held = set(get_user_perms(person, target))
    for perm in wanted - held:
        assign_perm(perm, person, target)
    for perm in held - wanted:
        remove_perm(perm, person, target)
    return wanted != held
