"""A case and the boxes it owns."""

from django.db import models

from cases.workflow import State
from whistle.core.ids import new_reference
from whistle.core.policy import Perm
from whistle.organisations.models import Organisation
from whistle.store.models import Box


class Case(models.Model):
    """What the desk knows of a report without opening it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=8, default=new_reference)
    log_ref = models.CharField(max_length=32, unique=True)  # the first mailbox's name in the log
    state = models.CharField(max_length=20, default=State.RECEIVED)
    version = models.PositiveIntegerField(default=1)  # two people cannot race: see services.move
    received_on = models.DateField()
    acknowledged_on = models.DateField(null=True)
    feedback_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    reporter_waits_since = models.DateField(null=True)  # the reporter wrote last
    outcome = models.CharField(max_length=40, blank=True)
    probe = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        permissions = [(perm.value, perm.name.lower()) for perm in Perm]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="one_case_per_reference"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="case_state_in_table"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "received_on"])]

    def __str__(self) -> str:
        return self.reference


class CaseBox(models.Model):
    """Which boxes belong to a case: a mailbox for each reporter, one room."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="boxes")
    box = models.OneToOneField(Box, on_delete=models.CASCADE, related_name="of_case")

    class Meta:
        default_permissions = ()
