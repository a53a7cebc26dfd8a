"""Keeping a person's own search entries: ciphertext from their browser, a row a case, gone with the case."""

from cases.models import Case, SearchEntry
from cases.selectors import visible
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.vault.item import HEADER_SIZE, plausible_body

LARGEST = 2**15  # octets of one sealed entry


def keep(
    *, reference: str, version: int, title_item: str, header: bytes, body: bytes, actor: Staff
) -> SearchEntry:
    """Keep a person's entry about a case they may open.

    Not a reading: what is in it the person's browser has opened before.  Raises `item.malformed` for what is not
    sealed, and `case.moved_on` when another tab of theirs kept this version first.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        visible.require_declared(actor, case)
        if len(header) != HEADER_SIZE or len(body) > LARGEST or not plausible_body(len(body)):
            raise DomainError("item.malformed")
        before = SearchEntry.objects.filter(case=case, staff=actor).first()
        if version != (before.version if before else 0) + 1:
            raise DomainError("case.moved_on", status=409)
        entry, _new = SearchEntry.objects.update_or_create(
            case=case,
            staff=actor,
            defaults={"version": version, "title_item": title_item, "header": header, "body": body},
        )
    return entry


def forget(case: Case, person: Staff) -> None:
    """Delete what a person's browser kept of a case that is no longer theirs."""
    SearchEntry.objects.filter(case=case, staff=person).delete()
