"""The log's rows.  Only this package touches them; nothing changes or deletes an entry."""

from django.db import models

from whistle.core.ids import new_id
from whistle.organisations.models import Organisation


class Entry(models.Model):
    """One entry of one log: the canonical bytes, their place, and a MAC that only the application can make.

    `act`, `case` and `at` repeat what the bytes say, for searching; verification compares them.
    """

    # no index of its own: all others begin with it, and each one costs every transaction of the desk
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    log = models.CharField(max_length=8)
    index = models.PositiveBigIntegerField()
    body = models.BinaryField()
    mac = models.BinaryField(max_length=32)
    act = models.CharField(max_length=40)
    case = models.CharField(max_length=32, blank=True)
    at = models.CharField(max_length=20)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "log", "index"], name="one_entry_per_place"),
            models.CheckConstraint(condition=models.Q(log__in=["desk", "channel"]), name="two_logs"),
        ]
        indexes = [
            models.Index(fields=["organisation", "log", "act", "index"]),
            models.Index(fields=["organisation", "case", "index"]),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.index} {self.act}"


class InForce(models.Model):
    """What new entries refer to: the plan and registry in force, and the last signed size of the desk log."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    plan_hash = models.CharField(max_length=64, blank=True)
    registry_hash = models.CharField(max_length=64, blank=True)
    desk_size = models.PositiveBigIntegerField(default=0)


class Document(models.Model):
    """A document whose hash stands in the log: a plan version or an event registry.  Never changed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)  # plan | registry
    hash = models.CharField(max_length=64)
    octets = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "hash"], name="one_document_per_hash")
        ]


class Alarm(models.Model):
    """Something about the log that people other than the administrator must know.  Codes and sizes, no content."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # see whistle.audit.alarms.Kind
    log = models.CharField(max_length=8, blank=True)
    witness = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    detail = models.CharField(max_length=200, blank=True)
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when the mails left
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=32, blank=True)  # a log name

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "log", "witness"],
                condition=models.Q(answered_at=None),
                name="one_open_alarm_per_fault",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.log}"


class Approval(models.Model):
    """A high-stake act that was approved and logged, and takes effect once a witness has seen that entry."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=32, unique=True, default=new_id)
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=32)  # a log name
    role = models.CharField(max_length=40, default="system")
    case = models.CharField(max_length=32, blank=True)  # a log reference
    terms = models.JSONField(default=dict)  # what was agreed to; emptied when the act is over
    salt = models.CharField(max_length=64, blank=True)  # keys the hash of the terms that stands in the log
    index = models.PositiveBigIntegerField(null=True)  # in the desk log
    approved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # over without having happened
    why = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.act} {self.ref}"
