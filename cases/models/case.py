"""A case and the boxes it owns."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from cases.standing import NEVER, standing
from cases.workflow import State
from whistle.accounts.models import Staff
from whistle.core import clock
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
    feedback_on = models.DateField(
        null=True
    )  # every reporter had it, or two people said that it is impossible
    feedback_due = models.DateField(null=True)  # C2's last day where it was moved: extended, or reopened
    closed_on = models.DateField(null=True)
    reporter_waits_since = models.DateField(null=True)  # the reporter wrote last
    outcome = models.CharField(max_length=40, blank=True)
    probe = models.BooleanField(default=False)
    channel = models.CharField(
        max_length=20, blank=True
    )  # how it came when not through the form: phone, letter …
    way_back = models.BooleanField(
        default=True
    )  # False: the code was destroyed, the reporter cannot be reached
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    # where the case stands in lists; set by `save`, see cases.standing
    due_on = models.DateField(default=NEVER)
    due_clock = models.CharField(max_length=8, blank=True)
    calls_on = models.DateField(default=NEVER)
    contact = models.ForeignKey(
        Staff, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the reporter's one
    closed_groups = models.JSONField(
        default=list
    )  # groups of the roster of which nobody got a key when it came

    class Meta:
        default_permissions = ()
        permissions = [(perm.value, perm.name.lower()) for perm in Perm]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="one_case_per_reference"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="case_state_in_table"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "received_on"]),
            models.Index(fields=["organisation", "state", "due_on", "id"], name="case_state_due"),
            models.Index(fields=["organisation", "due_on", "id"], name="case_due"),
            models.Index(fields=["organisation", "calls_on", "id"], name="case_calls"),
            models.Index(fields=["organisation", "-received_on", "-id"], name="case_newest"),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with where the case stands in lists worked out anew."""
        self.stand()
        if update_fields is not None:
            update_fields = {*update_fields, "due_on", "due_clock", "calls_on"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def stand(self) -> None:
        """Work out where the case stands in lists, from its dates and what waits for a second person."""
        waits = (
            [
                row.at.astimezone(clock.OSLO).date()
                for rows in (
                    self.proposals.filter(decided_at=None),
                    self.records.filter(current=True, second=True, agreed=None),
                )
                for row in rows[:1]
            ]
            if self.pk
            else []
        )
        found = standing(
            state=self.state,
            received_on=self.received_on,
            acknowledged_on=self.acknowledged_on,
            feedback_on=self.feedback_on,
            reporter_waits_since=self.reporter_waits_since,
            feedback_due=self.feedback_due,
            proposed_on=min(waits, default=None),
            others=self.deadlines.filter(met_on=None).values_list("clock", "due_on") if self.pk else (),
        )
        self.due_on, self.due_clock, self.calls_on = found.due_on, found.due_clock, found.calls_on


class CaseBox(models.Model):
    """Which boxes belong to a case: a mailbox for each reporter, one room."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="boxes")
    box = models.OneToOneField(Box, on_delete=models.CASCADE, related_name="of_case")
    way_back = models.BooleanField(default=True)  # of a mailbox: False where the reporter has no code to it
    waits_since = models.DateField(null=True)  # this reporter wrote last
    excused_on = models.DateField(
        null=True
    )  # two people said that this reporter can be given no feedback; it goes along when cases are merged

    class Meta:
        default_permissions = ()
