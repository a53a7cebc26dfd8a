"""Cases that belong together without being one."""

from django.db import models

from cases.models.case import Case
from whistle.accounts.models import Staff


class Relation(models.Model):
    """Two cases that somebody who may see both has tied together; shown only to those who may see both."""

    class Why(models.TextChoices):
        SAME_MATTER = "same_matter"
        LOST_CODE = "lost_code"  # the newer one's reporter has lost the code of the older one
        RETALIATION = "retaliation"  # the newer one tells of reprisals for the older one
        OTHER = "other"

    older = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="newer_relations")
    newer = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="older_relations")
    why = models.CharField(max_length=20)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["older", "newer"], name="two_cases_are_tied_once")]
