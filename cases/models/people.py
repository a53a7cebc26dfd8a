"""Who works on a case, in which part, and what they declared before opening it."""

from django.db import models

from cases.models.case import Case
from whistle.access.models import Grant
from whistle.accounts.models import Staff


class Assignment(models.Model):
    """A person's part on a case.  Guardian's rows are derived from it (see `cases.services.people`)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assignments")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="assignments")
    part = models.CharField(max_length=20)
    since = models.DateField()
    read_on = models.DateField(null=True)  # a reading is logged once a day
    until = models.DateField(null=True)  # the last day of somebody from outside; see services.revoke.expire
    proven = models.BooleanField(default=True)  # their browser has opened the keys a colleague sealed to them

    # what the case asks of this person, and from which day; set by cases.services.attention, read by "needs me"
    call = models.CharField(max_length=20, blank=True)
    calls_on = models.DateField(null=True)
    due_on = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="one_part_per_person")]
        indexes = [
            models.Index(fields=["staff", "calls_on", "due_on"], name="what_calls_for_somebody"),
            models.Index(
                fields=["staff", "until"], condition=models.Q(until__isnull=False), name="whose_time_ends"
            ),
        ]


class CaseGrant(Grant):
    """Guardian's permissions on a case, with a direct foreign key."""

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")


class Declaration(models.Model):
    """What a person answered when asked whether they are impartial in the case.  Kept after they withdrew."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="declarations")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["case", "staff"])]


class KeptOut(models.Model):
    """Somebody whom the report was kept from when it came: never to be given a key to the case later."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="kept_out")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="kept_out_once")]
