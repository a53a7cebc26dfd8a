"""Cases that belong together without being one: the same matter, a lost code, reprisals."""

from cases.models import Relation
from cases.selectors import visible
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm


def tie(*, reference: str, other: str, why: str, actor: Staff) -> Relation:
    """Tie two cases; both must be open to whoever does it.  Raises `relation.why`, `relation.itself`, `relation.there`."""
    if why not in Relation.Why.values:
        raise DomainError("relation.why", status=422)
    with audit.atomic():
        pair = [visible.case_for(actor, each, lock=True) for each in (reference, other)]
        for each in pair:
            visible.require_declared(actor, each)
            part = visible.require(actor, Perm.CORRESPOND, each).part
        older, newer = sorted(pair, key=lambda each: (each.received_on, each.pk))
        if older.pk == newer.pk:
            raise DomainError("relation.itself", status=409)
        made, new = Relation.objects.get_or_create(
            older=older, newer=newer, defaults={"why": why, "by": actor, "at": clock.now()}
        )
        if not new:
            raise DomainError("relation.there", status=409)
        audit.record(
            "case.tied",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=part,
            case=newer.log_ref,
            other=older.log_ref,
            why=why,
        )
    return made
