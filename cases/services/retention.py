"""The archivist's part in deleting: they propose what is due, somebody who may decide on the case confirms."""

from cases.models import Proposal
from cases.selectors.keepers import worked_on
from cases.selectors.retention import STEP, closed_cases
from cases.services import move
from cases.services.needs import lacking
from cases.words import sentence_of
from cases.workflow import Need, step
from whistle.access.selectors import duties
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import Duty

ROLE = "archivist"


def propose(*, reference: str, actor: Staff) -> Proposal:
    """Propose that a case is deleted, without reading it.

    Raises `request.absent` for anybody but an archivist and for a case kept from them or that they worked on,
    `step.lacks` with what stands in the way, and as `move.propose`.
    """
    if Duty.ARCHIVIST not in duties(actor):
        raise DomainError("request.absent", status=404)
    with audit.atomic():
        case = closed_cases(actor).select_for_update(of=("self",)).filter(reference=reference).first()
        if case is None or actor.pk in worked_on(case):
            raise DomainError("request.absent", status=404)
        wanted = step(case.state, STEP)
        missing = [need for need in lacking(wanted, case) if need != Need.ARCHIVIST]
        if missing:
            needs = [need.value for need in missing]
            raise DomainError("step.lacks", status=409, needs=needs, message=sentence_of(missing))
        return move.propose(case, wanted, {}, actor, ROLE)
