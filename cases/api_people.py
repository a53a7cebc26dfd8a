"""The second person's half of an act about a colleague: here, since closing an account takes cases from them."""

from ninja import Router, Schema

from cases.services import leave
from whistle.accounts.requests import StaffRequest

router = Router(tags=["people"])


class AnswerIn(Schema):
    proposal: int
    agreed: bool


class AnsweredOut(Schema):
    agreed: bool
    done: bool


@router.post("people/answer", response=AnsweredOut)
def answer(request: StaffRequest, sent: AnswerIn) -> dict[str, bool]:
    """Agree to what a colleague proposed, or decline it; `done` says whether it has happened already."""
    done = leave.answer(sent.proposal, second=request.staff, agreed=sent.agreed)
    return {"agreed": sent.agreed, "done": done}
