"""What a person's own browser keeps to find cases again: sealed to that person, one row a case."""

from django.db import models

from cases.models.case import Case
from whistle.accounts.models import Staff


class SearchEntry(models.Model):
    """Title, summary and words of one case for one person, under a key that only that person's browser derives.

    A row a case, not one parcel a person: who loses the case loses the row, and deleting a case leaves nothing here.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="search_entries")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    version = (
        models.PositiveIntegerField()
    )  # counts up; sealed into the entry's place, so that none is put back
    title_item = models.CharField(max_length=32, blank=True)  # the title the entry was made from
    header = models.BinaryField(max_length=56)
    body = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["staff", "case"], name="one_entry_per_case_and_person")
        ]
