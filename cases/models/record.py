"""What the server knows of a record: which sealed item it is, and codes and dates of `cases.records`."""

from django.db import models

from cases.models.case import Case
from whistle.accounts.models import Staff
from whistle.store.models import Item


class Record(models.Model):
    """One version of one record.  `current` is the newest; older ones stay."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="+")
    codes = models.JSONField(default=dict)  # of the table, never text
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    made_on = models.DateField()  # of the first version
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second = models.BooleanField(default=False)  # it counts for nothing until somebody else has agreed to it
    agreed = models.BooleanField(null=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "number", "version"], name="one_record_per_version"
            ),
            models.UniqueConstraint(
                fields=["case", "kind", "number"],
                condition=models.Q(current=True),
                name="one_current_version_per_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}.{self.version}"

    @property
    def counts(self) -> bool:
        """Whether it may be built on: no second person is needed, or one has agreed."""
        return not self.second or self.agreed is True


class Deadline(models.Model):
    """One clock of a case.  A met one stays; `next_on` is when its people are told of it next."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deadlines")
    clock = models.CharField(max_length=4)
    number = models.PositiveIntegerField(default=0)  # of the record it runs for; 0 for the case itself
    started_on = models.DateField()
    due_on = models.DateField()
    met_on = models.DateField(null=True)
    next_on = models.DateField(null=True)
    missed = models.BooleanField(default=False)  # the log says that it ran out

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "clock", "number"], name="one_deadline_per_clock"),
        ]
        indexes = [models.Index(fields=["next_on"]), models.Index(fields=["met_on", "due_on"])]
