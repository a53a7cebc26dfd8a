"""The keys of a case without its content: for handing over, stepping back and re-keying."""

from typing import Any

from cases.models import Case
from cases.selectors import people, sealed
from whistle.access.services import vouches
from whistle.accounts import selectors as accounts
from whistle.accounts.models import Staff
from whistle.store.models import Box, Seal
from whistle.vault.certificate import Role
from whistle.vault.item import Author


def keys(case: Case, person: Staff) -> dict[str, Any]:
    """Return the seals this person holds, who else holds the present key, and who could be given one."""
    boxes = sealed.boxes_with_merged(case)
    refs = set(Seal.objects.filter(box__in=boxes).values_list("staff_ref", flat=True))
    holders = accounts.staff_by_ref(case.organisation, refs)
    alternates = set(people.alternates(case).values_list("ref", flat=True))
    in_force = accounts.certificates_in_force(case.organisation)
    candidates = sealed.candidate_cards(case)
    return {
        "root_key": bytes(case.organisation.root_key or b""),
        "org": case.organisation.ref,
        "boxes": [{**sealed.box_keys(box, person, holders, case), **_place(box, person)} for box in boxes],
        "certificates": [bytes(row.octets) for row in in_force if row.subject in refs],
        "givers": vouches.givers(boxes),
        "recovery": [bytes(row.octets) for row in in_force if row.role == Role.RECOVERY],
        "proven": case.assignments.get(staff=person).proven,
        "roster": sealed.signed_roster(case),
        "candidates": candidates,
        "alternates": [row for row in candidates if row["staff_id"] in alternates],
    }


def _place(box: Box, person: Staff) -> dict[str, Any]:
    newest = box.items.order_by("-position").values_list("item_hash", flat=True).first()
    written = box.items.filter(role=Author.OFFICER, author=person.ref).count()
    return {"newest": newest or "0" * 64, "written": written}
