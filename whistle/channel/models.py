"""What the mailbox shows of a case, in a row that the desk writes and the reporter's face reads."""

from django.db import models

from whistle.accounts.models import Staff
from whistle.organisations.models import Organisation
from whistle.store.models import Box


class MailboxStatus(models.Model):
    """The state of a report in the reporter's words, and the two promises about answering."""

    class State(models.TextChoices):
        RECEIVED = "received"
        ASSESSMENT = "assessment"
        INVESTIGATION = "investigation"
        WAITING = "waiting"
        FORWARDED = "forwarded"
        CONCLUSION = "conclusion"
        FOLLOW_UP = "follow_up"
        CLOSED = "closed"

    box = models.OneToOneField(Box, on_delete=models.CASCADE, primary_key=True, related_name="status")
    state = models.CharField(max_length=20, default=State.RECEIVED)
    received_on = models.DateField()
    acknowledged_on = models.DateField(null=True)
    feedback_on = models.DateField(null=True)
    feedback_due = models.DateField(
        null=True
    )  # the last day for it, where it was moved and the reporter told
    adopted = models.BooleanField(default=False)  # False: the desk has not made a case of it yet
    news_on = models.DateField(null=True)  # the reporter wrote, and the desk has not noticed yet
    urgent = models.BooleanField(default=False)  # the reporter asked us to hurry, knowing that this shows

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["adopted"]), models.Index(fields=["news_on"])]

    def __str__(self) -> str:
        return self.state


class CareCheck(models.Model):
    """A question about how the reporter is: the desk says when, the reporter answers sealed."""

    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="care_checks")
    check_code = models.CharField(max_length=20)
    due_on = models.DateField()
    answered_on = models.DateField(null=True)
    logged = models.BooleanField(default=False)  # the desk has logged that it was done

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["box", "check_code"], name="one_check_per_code")]


class IdentityAct(models.Model):
    """What was done with the reporter's sealed name, for the reporter to see."""

    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="identity_acts")
    act = models.CharField(max_length=10)  # asked, refused, opened
    ground = models.CharField(max_length=20)
    on_date = models.DateField()

    class Meta:
        default_permissions = ()


class FaceText(models.Model):
    """What the organisation itself says on the reporter's pages: contacts, routine, a word of its own.

    One row a version.  Somebody proposes, somebody else approves; the newest approved one is shown.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    document = models.JSONField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="one_text_per_version")
        ]
