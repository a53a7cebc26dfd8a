"""What people did and can show: updates, evidence, attestations, control runs, imports, proposals.  Append-only.

Plan codes (`9.1`) rather than foreign keys to a version's rows: evidence outlives the version it was made under.
No row names a case.  `by` and `approved_by` are the pseudonyms that people bear in the log.
"""

from django.db import models

from whistle.organisations.models import Organisation


class Kept(models.Model):
    """A row that is written once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        default_permissions = ()


class MeasureUpdate(Kept):
    """A change of a measure's status, and why."""

    measure = models.CharField(max_length=20)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    status_from = models.CharField(max_length=20)
    status_to = models.CharField(max_length=20)
    comment = models.CharField(max_length=400, blank=True)
    approved_by = models.CharField(max_length=32, blank=True)


class Evidence(Kept):
    """Something that shows a measure was carried out, for one due date or for a period."""

    class Kind(models.TextChoices):
        LOG = "log"
        DOCUMENT = "document"
        ATTESTATION = "attestation"
        CONTROL_RUN = "control_run"
        IMPORT = "import"

    measure = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    period_from = models.DateField()
    period_to = models.DateField()
    for_due = models.DateField(null=True)
    hash = models.CharField(max_length=64, blank=True)  # SHA-256 of the document or file
    public = models.BooleanField(default=False)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)


class EvidenceFile(Kept):
    """The document itself, where the evidence is one.  In the database, so that it is backed up with its row."""

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="file")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    octets = models.BinaryField()


class EffectReview(Kept):
    """Whether a measure does what it was meant to, looked at some time after it was in place."""

    class Verdict(models.TextChoices):
        WORKS = "works"
        PARTLY = "partly"
        FAILS = "fails"

    measure = models.CharField(max_length=20)
    verdict = models.CharField(max_length=10)
    comment = models.CharField(max_length=400)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    next_review = models.DateField(null=True)


class RiskAssessment(Kept):
    """A look at a risk: where it was put on the scales, why, by whom.  The newest one stands in the risk itself."""

    risk = models.CharField(max_length=20)
    likelihood = models.PositiveSmallIntegerField()
    consequence = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=20)
    reason = models.CharField(max_length=400, blank=True)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()


class Attestation(Kept):
    """A person's signed word that something was done.  It counts when somebody else has confirmed it."""

    measure = models.CharField(max_length=20)
    indicator = models.CharField(max_length=20, blank=True)
    for_due = models.DateField(null=True)
    met = models.PositiveIntegerField(null=True)
    counted = models.PositiveIntegerField(null=True)
    statement = models.CharField(max_length=400)
    completes = models.BooleanField(
        default=False
    )  # "it is done": the measure is finished when this is confirmed
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    approved_by = models.CharField(max_length=32, blank=True)
    approved_at = models.DateTimeField(null=True)
    declined = models.BooleanField(default=False)

    class Meta(Kept.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="attestation_by_two",
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("by")),
            )
        ]


class ControlRun(Kept):
    """One run of a control: how many there were, how many were looked at, what was found and put right."""

    measure = models.CharField(max_length=20)
    for_due = models.DateField(null=True)
    on_date = models.DateField()
    by = models.CharField(max_length=32)
    population = models.PositiveIntegerField()
    sample = models.PositiveIntegerField()
    deviations = models.PositiveIntegerField()
    closed_in_time = models.PositiveIntegerField(default=0)
    seed = models.CharField(max_length=64, blank=True)  # from which the sample can be drawn again


class ImportRun(Kept):
    """What a file from another system came to.  The rows themselves are not kept: they are about people."""

    indicator = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    period_from = models.DateField()
    period_to = models.DateField()
    counted = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    file_hash = models.CharField(max_length=64)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()


class Proposal(Kept):
    """A measure that a lesson asks for.  It says the area, the cause and the lesson, never where they come from."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DECLINED = "declined"

    area = models.CharField(max_length=20)
    cause = models.CharField(max_length=40)
    lesson = models.CharField(max_length=400)
    made_in = models.DateField()  # the first day of the month: no date to match with a case
    state = models.CharField(max_length=10, default=State.OPEN)
    answer = models.CharField(max_length=400, blank=True)
    measure = models.CharField(max_length=20, blank=True)
