"""A request to open the name that a reporter sealed apart: one asks, a custodian answers, a witness sees it."""

from django.db import models

from cases.models.case import Case
from whistle.accounts.models import Staff
from whistle.core.ids import new_id
from whistle.store.models import Box


class Unsealing(models.Model):
    """Why and by whom a name was asked for.  The reason and the custodian's half are sealed to the two of them."""

    ref = models.CharField(max_length=32, unique=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="unsealings")
    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="+")  # the reporter's mailbox
    ground = models.CharField(max_length=20)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason_header = models.BinaryField(max_length=56)
    reason_body = models.BinaryField()
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    half_header = models.BinaryField(max_length=56, null=True)
    half_body = models.BinaryField(null=True)
    opened_at = models.DateTimeField(
        null=True
    )  # when a witness had seen it; before that the half is not handed out

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["box"], condition=models.Q(answered_at=None), name="one_open_request_per_name"
            )
        ]


class UnsealingKey(models.Model):
    """The key of a request, sealed to the one who asked and to each custodian."""

    unsealing = models.ForeignKey(Unsealing, on_delete=models.CASCADE, related_name="keys")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    key_id = models.CharField(max_length=32)
    sealed = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unsealing", "staff"], name="one_key_per_request")]
