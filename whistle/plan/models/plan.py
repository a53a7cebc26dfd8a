"""The plan as the council adopts it: goals, risk areas, risks, measures, indicators, evidence rules.

Words are JSON objects `{"nb": …, "nn": …, "en": …}`: a plan is written by people, in all its languages, and is not
translated by the program.
"""

from datetime import date

from django.db import models

from whistle.organisations.models import Organisation


class Plan(models.Model):
    """One version of an organisation's plan.  Drafts change; an adopted version never does."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        ADOPTED = "adopted"
        UNDER_REVISION = "under_revision"  # in force, and a draft of the next version exists
        CLOSED = "closed"  # a later version was adopted, or the period is over

    IN_FORCE = (Status.ADOPTED, Status.UNDER_REVISION)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=20, default=Status.DRAFT)
    title = models.JSONField()
    council_ref = models.CharField(max_length=60)
    decided_on = models.DateField(null=True)
    period_from = models.DateField()
    period_to = models.DateField()
    owner_role = models.CharField(max_length=10)
    roles = models.JSONField()  # code → words
    hash = models.CharField(max_length=64, blank=True)  # of the adopted document, as it stands in the log

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="one_plan_per_version"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(status__in=["adopted", "under_revision"]),
                name="one_plan_in_force",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(status="draft"), name="one_plan_in_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council_ref} version {self.version}"


class PlanPart(models.Model):
    """A part of one plan version; `place` is its order."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="%(class)ss")
    code = models.CharField(max_length=20)
    place = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        default_permissions = ()
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="one_%(class)s_per_code")]

    def __str__(self) -> str:
        return self.code


class Goal(PlanPart):
    """What the plan is for, such as `M1`."""

    text = models.JSONField()


class RiskArea(PlanPart):
    """A field of the organisation's work, such as `R1` procurement."""

    name = models.JSONField()
    goals = models.JSONField(default=list)  # codes


class Risk(PlanPart):
    """What may go wrong in an area: likelihood and consequence from 1 to 5, at the start and now."""

    area = models.ForeignKey(RiskArea, on_delete=models.CASCADE, related_name="risks")
    scenario = models.JSONField()
    likelihood = models.PositiveSmallIntegerField()
    consequence = models.PositiveSmallIntegerField()
    likelihood_now = models.PositiveSmallIntegerField()
    consequence_now = models.PositiveSmallIntegerField()
    assessed_on = models.DateField(null=True)
    next_review = models.DateField(null=True)
    review_asked = models.BooleanField(default=False)  # something happened that asks for a new look

    class Meta(PlanPart.Meta):
        abstract = False
        constraints = [
            *PlanPart.Meta.constraints,
            models.CheckConstraint(
                name="risk_one_to_five",
                condition=models.Q(likelihood__range=(1, 5), consequence__range=(1, 5))
                & models.Q(likelihood_now__range=(1, 5), consequence_now__range=(1, 5)),
            ),
        ]

    @property
    def score(self) -> int:
        """Likelihood × consequence when the plan was adopted, 1 to 25."""
        return self.likelihood * self.consequence

    @property
    def score_now(self) -> int:
        """Likelihood × consequence after the measures, 1 to 25."""
        return self.likelihood_now * self.consequence_now


class Measure(PlanPart):
    """What somebody does about a risk.  "Late" is never stored: the clock says it (`whistle.plan.due`)."""

    class Status(models.TextChoices):
        NOT_STARTED = "not_started"
        UNDER_WAY = "under_way"
        CONTINUOUS = "continuous"
        DONE = "done"
        STOPPED = "stopped"

    area = models.ForeignKey(RiskArea, on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=10)  # prevent | detect | respond
    text = models.JSONField()
    responsible = models.JSONField(default=list)  # role codes, the first one answers
    due = models.DateField(null=True)  # the first date when it recurs; none for what simply goes on
    recurrence = models.CharField(max_length=20, default="none")  # see `whistle.plan.due`
    evidence = models.CharField(max_length=20)  # log | import | attestation | control_run | document
    events = models.JSONField(default=list)  # the log's events that bear on it
    after = models.JSONField(default=list)  # codes of the measures it depends on
    status = models.CharField(max_length=20, default=Status.NOT_STARTED)
    contradicted = models.BooleanField(default=False)  # it was done, and the harm happened all the same

    class Meta(PlanPart.Meta):
        abstract = False
        constraints = [
            *PlanPart.Meta.constraints,
            models.CheckConstraint(
                name="late_is_never_stored",
                condition=models.Q(status__in=["not_started", "under_way", "continuous", "done", "stopped"]),
            ),
        ]


class Control(PlanPart):
    """A check that is run again and again; one per measure whose evidence is control runs."""

    measure = models.OneToOneField(Measure, on_delete=models.CASCADE, related_name="control")
    sample = models.CharField(max_length=20, default="random")  # risk | suspicion | random


class Indicator(PlanPart):
    """A figure that says how a measure goes, with its target."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="indicators")
    name = models.JSONField()
    unit = models.CharField(max_length=20)  # percent | per_year | per_100 | count
    target = models.PositiveIntegerField(null=True)
    direction = models.CharField(max_length=10)  # at_least | at_most
    source = models.CharField(max_length=10)  # log | import | manual
    rule = models.CharField(max_length=20, blank=True)  # code of the evidence rule
    counts = models.CharField(
        max_length=10, blank=True
    )  # done | closed | clean | sampled | left: see `figures`


class EvidenceRule(PlanPart):
    """How entries of the log become a figure, as data (`whistle.plan.rules`).  Versioned with the plan."""

    version = models.PositiveIntegerField()
    document = models.JSONField()


class PlanChange(models.Model):
    """Who changed a draft, when, and which parts: the history of a version while it was written."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    parts = models.JSONField()  # [[list, code, "added" | "changed" | "removed"], …]

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"version {self.version}"


class RoleHolder(models.Model):
    """Who holds a role of the plan at present, by the person's reference."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10)
    staff_ref = models.CharField(max_length=32)
    since = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "role", "staff_ref"], name="one_row_per_role_held"
            )
        ]

    def __str__(self) -> str:
        return self.role


def in_period(plan: Plan, day: date) -> bool:
    """Say whether the plan's period covers a date."""
    return plan.period_from <= day <= plan.period_to
