"""What the mailbox shows of a case, in a row that the desk writes and the reporter's face reads."""

from django.db import models

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
    adopted = models.BooleanField(default=False)  # False: the desk has not made a case of it yet
    news_on = models.DateField(null=True)  # the reporter wrote, and the desk has not noticed yet

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["adopted"]), models.Index(fields=["news_on"])]

    def __str__(self) -> str:
        return self.state
