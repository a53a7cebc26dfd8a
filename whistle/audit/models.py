"""The log's rows.  Only this package touches them; nothing changes or deletes an entry."""

from django.db import models

from whistle.organisations.models import Organisation


class Entry(models.Model):
    """One entry of one log: the canonical bytes, their place, and a MAC that only the application can make.

    `act`, `case` and `at` repeat what the bytes say, for searching; verification compares them.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
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
