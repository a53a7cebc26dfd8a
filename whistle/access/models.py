"""Who holds what: duties in the organisation, and guardian's object permissions with direct foreign keys.

This is the only package that names guardian's classes.  Direct foreign keys, because guardian's generic rows outlive
their object and could attach to another one later.
"""

from django.db import models
from guardian.models import UserObjectPermissionBase

from whistle.accounts.models import Staff
from whistle.store.models import Box


class DutyHeld(models.Model):
    """A person's role in the organisation."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="duties")
    duty = models.CharField(max_length=30)
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["staff", "duty"], name="one_row_per_duty")]

    def __str__(self) -> str:
        return f"{self.staff} {self.duty}"


class Grant(UserObjectPermissionBase):
    """A permission of one person on one object; subclasses add the foreign key `content_object`."""

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class BoxGrant(Grant):
    """Holds exactly when the person has a seal of the box: both change in `access.services`, nowhere else."""

    content_object = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="grants")
