"""A step that waits for a second person."""

from django.db import models

from cases.models.case import Case
from whistle.accounts.models import Staff


class Proposal(models.Model):
    """One person proposed a step; another confirms or declines it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proposals")
    step = models.CharField(max_length=40)
    codes = models.JSONField(default=dict)  # outcome, cause … codes only, never text
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(decided_at=None), name="one_open_proposal_per_case"
            )
        ]
