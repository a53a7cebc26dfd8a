"""What must be on record before a step of the workflow, written in one go: for the demo, rehearsals and tests."""

from datetime import timedelta

from whistle.client.desk import OpenCase
from whistle.client.records import Codes
from whistle.core import clock

ASSESSMENT: Codes = {
    "danger": "no",
    "scope": "yes",
    "track": "x",
    "categories": ["a3"],
    "seriousness": "2",
    "protection_risk": "1",
    "plausibility": "medium",
    "verifiable": "partly",
    "preserve": "yes",
}
TEXTS = {
    "assessment": "Worth a closer look; the documents can be found.",
    "allegation": "What the report says happened.",
    "scope": "Find out what happened, and why.",
    "plan": "Documents first, then those who know.",
    "team": "Two of us.",
    "finding": "The documents show it.",
    "facts": "What we found, and where.",
    "no_measure": "The plan has a measure for this.",
    "forwarding": "This belongs elsewhere.",
    "retention": "As the table says.",
}
KEPT = {  # how long, by what was found
    "substantiated": "substantiated",
    "partly_substantiated": "substantiated",
    "reported_to_police": "not_substantiated",
    "not_substantiated_lacking": "not_substantiated",
    "not_substantiated_refuted": "not_substantiated",
}
Texts = dict[str, str]


def before(case: OpenCase, step: str, texts: Texts | None = None, *, outcome: str = "substantiated") -> None:
    """Write what the step needs and the case lacks; feedback and answers to the reporter are not written here."""
    words = {**TEXTS, **(texts or {})}
    known = {record.kind for record in case.records}
    if step in ("investigate", "forward", "close_unfounded") and "assessment" not in known:
        scope = {"forward": "no"}.get(step, "yes")
        case.record("assessment", {**ASSESSMENT, "scope": scope}, reason=words["assessment"])
    if step == "investigate":
        plan(case, words)
    if step == "forward":
        codes = {"to": "service", "basis": "nothing_identifying", "objects": "no"}
        case.record("forwarding", {**codes}, reason=words["forwarding"])
    if step == "conclude":
        conclude(case, words, outcome)
    if step.startswith("close") and "retention" not in known:
        class_ = KEPT.get(outcome, "unfounded")
        case.record("retention", {"class": class_, "basis": "archive_rule"}, reason=words["retention"])


def plan(case: OpenCase, words: Texts) -> None:
    """Take the report apart and say what is to be done."""
    due_on = (clock.today() + timedelta(days=90)).isoformat()
    case.record("allegation", {"category": "a3"}, what=words["allegation"])
    case.record("mandate", {}, due_on=due_on, scope=words["scope"], plan=words["plan"], team=words["team"])


def conclude(case: OpenCase, words: Texts, outcome: str) -> None:
    """Give every allegation an outcome, and write the conclusion."""
    for record in case.records:
        if record.kind == "allegation":
            said = {"what": record.body["what"], "finding": words["finding"]}
            case.record("allegation", {"outcome": outcome}, number=record.number, **said)
    codes: Codes = {"consequences": ["routine_changed"], "cause": "no_control", "measures": "none"}
    case.record("conclusion", codes, facts=words["facts"], no_measure=words["no_measure"])
