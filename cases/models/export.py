"""A case that is taken out of the house: sealed as it is, or in clear, made in somebody's browser."""

from django.db import models

from cases.models.case import Case
from whistle.accounts.models import Staff


class Export(models.Model):
    """One taking-out.  In clear it is asked for by one person, approved by another, witnessed, and used once."""

    class Why(models.TextChoices):
        POLICE = "police"
        COURT = "court"
        OTHER_AUTHORITY = "other_authority"
        ARCHIVE = "archive"
        ACCESS = "access"  # somebody has a right to see
        WORK = "work"  # on paper, for the panel or an interview

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exports")
    why = models.CharField(max_length=20)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    approval = models.CharField(max_length=32, blank=True)  # see whistle.audit.stakes
    released_at = models.DateTimeField(
        null=True
    )  # a witness has seen the approval: the browser may make the file
    done_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file that was made

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(done_at=None) & ~models.Q(confirmed=False),
                name="one_open_export_per_case",
            )
        ]
