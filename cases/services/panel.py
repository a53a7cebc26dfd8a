"""The panel's vote: one for each member, nobody's but one's own, and a decision that is what the votes say.

A member from outside votes with the key they were given until a day; who is not impartial says `recused` and counts for
no majority.  Where the votes are even, the one who leads the panel decides; dissent stands with its reason in the vote.
"""

from cases.models import Case, Record
from cases.record_shapes import Codes
from whistle.accounts.models import Staff
from whistle.core.errors import DomainError

VOTE, AGENDA = "vote", "agenda"
CAST = ("yes", "no", "abstain")


def may_vote(case: Case, codes: Codes, before: Record | None, actor: Staff) -> None:
    """Raise unless this is a member's own vote, on what is open, and their only one.

    `step.refused` for others than members, for what is decided, and for somebody else's vote; `panel.voted` for a second.
    """
    on = case.records.get(kind=AGENDA, number=int(str(codes["agenda"])), current=True)
    if on.done_on or actor.ref not in on.codes["members"]:
        raise DomainError("step.refused", status=403)
    if before is not None and (before.by_id != actor.pk or before.codes["agenda"] != codes["agenda"]):
        raise DomainError("step.refused", status=403)
    if before is None and any(vote.by_id == actor.pk for vote in votes(case, on.number)):
        raise DomainError("panel.voted", status=409)


def may_stand(case: Case, codes: Codes, before: Record | None) -> None:
    """Raise unless a point of the agenda may stand so.

    `panel.members` when somebody who has voted would be left out, `panel.chair` for a leader who is no member or is named
    after the first vote, `panel.decided` for another outcome of what was decided, `panel.open` for a decision before anybody could vote, `panel.quorum` while not more than half of those who may vote have, `panel.majority` for another decision than theirs.
    """
    if (
        before
        and before.codes["state"] == "decided"
        and any(
            before.codes.get(name) != codes.get(name) for name in ("state", "decision", "members", "chair")
        )
    ):
        raise DomainError("panel.decided", status=409)
    cast = votes(case, before.number) if before else []
    members = set(codes["members"])
    if not {vote.by.ref for vote in cast} <= members:
        raise DomainError("panel.members", status=409)
    chair = codes.get("chair")
    if (chair and chair not in members) or (before and cast and before.codes.get("chair") != chair):
        raise DomainError("panel.chair", status=409)
    if codes["state"] != "decided":
        return
    if before is None:
        raise DomainError("panel.open", status=409)
    said = [str(vote.codes["vote"]) for vote in cast]
    able = len(members) - said.count("recused")
    if not able or sum(map(said.count, CAST)) * 2 <= able:
        raise DomainError("panel.quorum", status=409)
    if codes.get("decision") not in (_carried(cast, chair), "other"):
        raise DomainError("panel.majority", status=409)


def _carried(cast: list[Record], chair: object) -> str:
    """Return what the votes say: on a tie what the chair voted; without a chair's yes, a tie carries nothing."""
    said = [str(vote.codes["vote"]) for vote in cast]
    if said.count("yes") != said.count("no"):
        return "yes" if said.count("yes") > said.count("no") else "no"
    return "yes" if any(vote.by.ref == chair and vote.codes["vote"] == "yes" for vote in cast) else "no"


def votes(case: Case, agenda: int) -> list[Record]:
    """Return the votes on one point of the agenda."""
    rows = case.records.filter(kind=VOTE, current=True).select_related("by")
    return [row for row in rows if row.codes["agenda"] == str(agenda)]
