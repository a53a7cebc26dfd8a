"""A case on its way from one key holder to another: offered, and taken over when the newcomer's keys are proven."""

from django.db import models

from cases.models.case import Case
from whistle.accounts.models import Staff


class Transfer(models.Model):
    """One newcomer in one leaver's place.

    The leaver's seals go when the newcomer's browser has opened its own, not before: a server cannot tell a seal from
    noise.  Without a newcomer, the case waits for one (everybody stepped back and there was no alternate).
    """

    class Why(models.TextChoices):
        HANDED_OVER = "handed_over"
        LOST = "lost"
        NOT_IMPARTIAL = "not_impartial"
        # the whole case, to the alternate recipients (cases.services.to_alternate)
        CHIEF_EXECUTIVE = "chief_executive"
        ELECTED = "elected"
        REPORTING_OFFICE = "reporting_office"
        LAWYER = "lawyer"
        AUDITOR = "auditor"
        NOBODY_IMPARTIAL = "nobody_impartial"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="transfers")
    leaver = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    newcomer = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, related_name="transfers")
    why = models.CharField(max_length=20)
    by = models.CharField(max_length=32)  # log name of whoever arranged it
    role = models.CharField(max_length=20)  # their part on the case, for the log
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)
    log_ref = models.CharField(
        max_length=32, blank=True
    )  # its name in the log, the same until somebody has taken over
    overdue_at = models.DateTimeField(null=True)  # when it was logged that nobody had taken over in time

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "leaver", "newcomer"],
                condition=models.Q(ended_at=None),
                name="one_open_transfer_per_pair",
            )
        ]
        indexes = [models.Index(fields=["ended_at", "offered_at"])]

    @property
    def in_log(self) -> dict[str, str]:
        """The field that says in the log which transfer it is; nothing for one from before they had names."""
        return {"transfer": self.log_ref} if self.log_ref else {}
