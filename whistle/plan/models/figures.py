"""Figures that stand: readings, public editions, yearly reports.  A correction is a new row."""

from django.db import models

from whistle.organisations.models import Organisation


class Reading(models.Model):
    """What an indicator came to in a period, and from which part of the log it was computed.

    `ranges` is a list of `{"log", "first", "last", "sha256"}`: both ends included, SHA-256 over the concatenated
    RFC 6962 leaf hashes, which are the bytes of the log's level-0 tiles.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=20)
    period_from = models.DateField()
    period_to = models.DateField()
    counted = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    median_days = models.PositiveIntegerField(null=True)
    people = models.BooleanField(default=True)  # False: counts days or samples, nothing to hide
    rule = models.JSONField(null=True)  # the whole rule as it was, so that old readings stay explainable
    plan_hash = models.CharField(max_length=64)
    ranges = models.JSONField(default=list)
    frozen_at = models.DateTimeField()
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "indicator", "period_from", "period_to"],
                condition=models.Q(corrects=None),
                name="one_first_reading_per_period",
            ),
            models.CheckConstraint(
                name="met_within_counted", condition=models.Q(met__lte=models.F("counted"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period_from}–{self.period_to}"


class Edition(models.Model):
    """The public page as it stands from one fixed date to the next: all it says, as one document."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    document = models.JSONField()
    hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["organisation", "as_of"], name="one_edition_per_date")]

    def __str__(self) -> str:
        return str(self.as_of)


class CouncilReport(models.Model):
    """The yearly report: previewed by one, published by another, hash in the log."""

    class State(models.TextChoices):
        PREVIEW = "preview"
        PUBLISHED = "published"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, default=State.PREVIEW)
    document = models.JSONField()  # only what may be seen: suppressed before it is stored
    hash = models.CharField(max_length=64)
    decision_ref = models.CharField(max_length=60, blank=True)
    made_by = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    published_by = models.CharField(max_length=32, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "edition"], name="one_report_per_edition"
            ),
            models.CheckConstraint(
                name="report_by_two",
                condition=~models.Q(state="published") | ~models.Q(published_by=models.F("made_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} edition {self.edition}"


class SentStatus(models.Model):
    """A status that the chief executive got: what it said when it was sent."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField()
    period_to = models.DateField()
    document = models.JSONField()
    sent_by = models.CharField(max_length=32)
    sent_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return f"{self.period_from}–{self.period_to}"


class Fold(models.Model):
    """How far the live figure of a rule has been carried along the logs.  Can be thrown away at any time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    rule_hash = models.CharField(max_length=64)
    sizes = models.JSONField()  # log → how many of its entries are in the state
    state = models.JSONField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "rule_hash"], name="one_fold_per_rule")
        ]

    def __str__(self) -> str:
        return self.rule_hash[:8]
