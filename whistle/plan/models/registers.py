"""The registers people write themselves into: gifts, and interests outside work.  Names of staff, never of reporters."""

from django.db import models

from whistle.plan.models.evidence import Kept


class Gift(Kept):
    """A gift, an offer or a paid journey, also when the answer was no."""

    class Kind(models.TextChoices):
        GIFT = "gift"
        TRAVEL = "travel"
        EVENT = "event"

    class Answer(models.TextChoices):
        ACCEPTED = "accepted"
        DECLINED = "declined"
        RETURNED = "returned"

    class Decision(models.TextChoices):
        ALLOWED = "allowed"
        TO_RETURN = "to_return"

    ref = models.CharField(max_length=32, unique=True)  # random; how the log names it
    staff_ref = models.CharField(max_length=32)
    kind = models.CharField(max_length=10)
    giver = models.CharField(max_length=120)
    what = models.CharField(max_length=200)
    value = models.PositiveIntegerField()  # kroner, as the person thinks
    on_date = models.DateField()  # when it was given or offered, or when the journey begins
    answer = models.CharField(max_length=10)
    registered_at = models.DateTimeField()
    decision = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=32, blank=True)  # a reference, as `staff_ref`
    decided_at = models.DateTimeField(null=True)

    class Meta(Kept.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="gift_by_two",
                condition=models.Q(decided_by="") | ~models.Q(decided_by=models.F("staff_ref")),
            )
        ]


class Interest(Kept):
    """What a person declared for a year: side jobs, posts, ownership, or that there is none.  The newest one counts."""

    staff_ref = models.CharField(max_length=32)
    year = models.PositiveIntegerField()
    nothing = models.BooleanField()
    text = models.CharField(max_length=1000, blank=True)
    declared_at = models.DateTimeField()
