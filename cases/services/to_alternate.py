"""The whole case goes to the alternate recipients: proposed with a reason, confirmed by a second person, taken over by them.

The second person's browser seals every box to the alternates.  Everybody keeps what they hold until an alternate's
browser has opened it, so that nothing is lost on the way; then the others lose it all at once.  Clock C8 counts the 72
hours in which somebody is to take over.
"""

from cases.models import Case
from cases.selectors import people, visible
from cases.services.effects import CODES, SEALED
from cases.services.people import give_part
from cases.services.share import admit_to_all
from cases.services.transfer import WHOLE, offer
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import Part, Perm

STEP = "transfer"
Seals = dict[str, dict[str, list[NewSeal]]]


def asked(case: Case, codes: dict[str, str], actor: Staff) -> dict[str, str]:
    """Return the reason that stands with the proposal.

    Raises `transfer.why` without one, `transfer.open` while the case is offered to somebody already, and
    `transfer.nobody` when no alternate recipient could get a key.
    """
    if set(codes) != {"why"} or codes["why"] not in WHOLE:
        raise DomainError("transfer.why", status=422)
    if case.transfers.filter(ended_at=None).exists():
        raise DomainError("transfer.open", status=409)
    if not people.alternates(case).exists():
        raise DomainError("transfer.nobody", status=409)
    return codes


def offer_all(case: Case, codes: dict[str, str], actor: Staff, seals: Seals) -> None:
    """Give each of these alternates the keys, and offer them the case.  Runs inside the step that was confirmed.

    Raises `transfer.seals` without any, and `grant.person` for somebody who is no alternate recipient.
    """
    asked(case, codes, actor)
    if not seals:
        raise DomainError("transfer.seals", status=422)
    role = visible.require(actor, Perm.DECIDE, case).part
    for staff_id, boxes in seals.items():
        offer_with_keys(case, staff_id, boxes, why=codes["why"], actor=actor, role=role)


def offer_with_keys(
    case: Case, staff_id: str, boxes: dict[str, list[NewSeal]], *, why: str, actor: Staff, role: str
) -> None:
    """Give one alternate recipient the keys, and offer them the case.

    Raises `grant.person` for somebody who is none, and `grant.seals` when the keys are not those of every box.
    """
    person = people.alternates(case).filter(ref=staff_id).first()
    if person is None:
        raise DomainError("grant.person", status=409)
    admit_to_all(case, person, boxes)
    give_part(case, person, Part.LEADER, proven=False)
    audit.record(
        "access.granted",
        organisation=actor.organisation,
        actor=actor.log_name,
        role=role,
        case=case.log_ref,
        to=person.log_name,
        part=Part.LEADER.value,
    )
    offer(case, actor, person, why=why, actor=actor.log_name, role=role)


CODES[STEP] = asked
SEALED[STEP] = offer_all
