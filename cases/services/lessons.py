"""What a substantiated case leaves with the plan: codes of area, cause and lesson, and nothing that names the case."""

from cases.models import Case
from whistle.plan.selectors import area_measures
from whistle.plan.services.proposals import learn

SUBSTANTIATED = frozenset({"substantiated", "partly_substantiated"})


def teach(case: Case, codes: dict[str, str]) -> None:
    """Tell the plan what a closed case taught, in the transaction that closes it; a rehearsal teaches nothing.

    `codes` are those of the closing: outcome, cause, lesson, risk_area and, when a measure of the plan was in place
    and did not prevent what happened, `failed`.
    """
    area = codes.get("risk_area", "").upper()
    if case.probe or codes["outcome"] not in SUBSTANTIATED or area not in area_measures(case.organisation):
        return
    failed = (codes["failed"],) if codes.get("failed") else ()
    learn(case.organisation, area, codes["cause"], codes["lesson"], failed=failed)


def places_it(case: Case, codes: dict[str, str]) -> bool:
    """Say whether a closing points into the plan in force as it must.

    A substantiated case names an area; a measure that failed is one of that area.  Without a plan all is well, and
    a rehearsal, which knows no plan, may name any.
    """
    if case.probe:
        return True
    measures = area_measures(case.organisation)
    area = codes.get("risk_area", "").upper()
    if not measures:
        return not codes.get("failed")
    if not area:
        return codes.get("outcome") not in SUBSTANTIATED and not codes.get("failed")
    return area in measures and codes.get("failed", "") in ("", *measures[area])
