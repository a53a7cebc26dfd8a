"""A content-free mail that is due to somebody; the row makes sure that it leaves once."""

from django.db import models

from whistle.accounts.models import Staff


class Notice(models.Model):
    """`occasion` is a code such as `new` or `C1.5`; the mail itself always says the same."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=80)
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["staff", "occasion"], name="one_notice_per_occasion")]
        indexes = [models.Index(fields=["sent_at"])]
