"""Who holds what: duties in the organisation, and guardian's object permissions with direct foreign keys.

This is the only package that names guardian's classes.  Direct foreign keys, because guardian's generic rows outlive
their object and could attach to another one later.
"""

from django.db import models
from guardian.models import UserObjectPermissionBase

from whistle.accounts.models import Staff
from whistle.organisations.models import Organisation
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


class Proposal(models.Model):
    """One person's half of an act about another person: it happens when a second person agrees."""

    class Kind(models.TextChoices):
        GIVE = "give"  # a duty
        TAKE = "take"
        CLOSE = "close"  # the account, with everything it holds
        REVOKE = "revoke"  # certificates and keys; the account stays

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    duty = models.CharField(max_length=30, blank=True)
    why = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(
        Staff, on_delete=models.CASCADE, related_name="+", null=True
    )  # null: from the shell
    at = models.DateTimeField()
    answered_by = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    approval = models.CharField(max_length=32, blank=True)  # of the log, while a witness is waited for

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "kind", "duty"],
                condition=models.Q(answered_at=None),
                name="one_open_proposal_of_a_kind",
            )
        ]
