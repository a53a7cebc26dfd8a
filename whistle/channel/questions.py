"""The questions of the form after the story: none must be answered, and what is answered is sealed with the report.

The same table makes the form, the plain page, and the words with which the desk shows the answers.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _


class Choice(NamedTuple):
    """One answer: its code inside the sealed report, and how it is said."""

    code: str
    label: str
    help: str = ""


class Question(NamedTuple):
    """One screen of the form.  `text` asks for more in words, when an answer of `asks` is chosen."""

    name: str
    title: str
    help: str
    choices: tuple[Choice, ...]
    many: bool = False
    text: str = ""
    asks: str = ""


def danger() -> Question:
    """Return the question about danger, which stands nearest to the story."""
    choices = (
        Choice("no", _("No")),
        Choice("yes", _("Yes")),
        Choice("unsure", _("I don't know")),
    )
    return Question("danger", _("Is anyone in danger now?"), "", choices)


def categories() -> tuple[Choice, ...]:
    """Return what a report may be about, in plain words (codes: see `docs` of the case desk's assessment)."""
    return (
        Choice("A1", _("Bribes, or favours for favours")),
        Choice("A2", _("Theft of money, fraud or money laundering")),
        Choice("A3", _("Buying and contracts")),
        Choice("A4", _("Two roles at once, favours for friends, gifts")),
        Choice("A5", _("Grants and support")),
        Choice("B1", _("Misuse of power, or unfair treatment")),
        Choice("C1", _("Danger to life or health")),
        Choice("C2", _("Danger to climate or environment")),
        Choice("D1", _("Bad working environment, harassment, bullying or violence")),
        Choice("D2", _("Discrimination")),
        Choice("E1", _("Personal data gone astray")),
        Choice("E2", _("Breach of the duty of secrecy")),
        Choice("F1", _("Breach of the code of ethics")),
        Choice("F2", _("Breach of other rules")),
        Choice("G1", _("Punished for having reported")),
        Choice("H1", _("Something else, or I don't know")),
    )


def ways_to_be_known() -> tuple[Choice, ...]:
    """Return how much a reporter may say of who they are."""
    return (
        Choice(
            "anonymous",
            _("Anonymous"),
            _("You do not say who you are. We can still write to each other in the mailbox."),
        ),
        Choice(
            "confidential",
            _("Confidential"),
            _("Those on the list see your name with the report. They may not tell others."),
        ),
        Choice(
            "named",
            _("Name sealed apart"),
            _(
                "Your name lies sealed by itself. Two people must agree to open it, and you see it when they do."
            ),
        ),
    )


def relations() -> tuple[Choice, ...]:
    """Return what a reporter may be to the municipality (Working Environment Act §§ 1-6 and 2 A-1, and outsiders)."""
    return (
        Choice("staff", _("Employed by the municipality")),
        Choice("hired", _("Hired in")),
        Choice("former", _("Employed before")),
        Choice("pupil", _("Pupil, apprentice, or in a work programme")),
        Choice("supplier", _("Work for a supplier or a company the municipality owns")),
        Choice("resident", _("Resident, user of a service, or next of kin")),
        Choice("elected", _("Elected member")),
        Choice("other", _("Someone else")),
    )


def optional() -> list[Question]:
    """Return the questions after “who you are”, in order."""
    return [
        Question(
            "behalf",
            _("Do you report for yourself or for someone else?"),
            _("A safety representative, a union representative or a lawyer can report for another."),
            (
                Choice("self", _("For myself")),
                Choice("other_knows", _("For someone else, who knows it")),
                Choice("other_unaware", _("For someone else, who does not know it")),
            ),
        ),
        Question(
            "relation",
            _("What are you to the municipality?"),
            _("It tells us which rules protect you."),
            relations(),
        ),
        Question(
            "duty",  # Working Environment Act § 2-3 (2) b and d, and others: it changes nothing for the one who reports
            _("Do you have a duty to tell?"),
            _(
                "Some have: employees about danger to life or health and about harassment, and some professions. "
                "You can be anonymous all the same."
            ),
            (
                Choice("no", _("No")),
                Choice("yes", _("I have a duty to tell")),
                Choice("unsure", _("I don't know")),
            ),
        ),
        Question(
            "fear",
            _("Are you afraid of being recognised?"),
            _("Then we take extra care about whom we talk to, and in what order."),
            (Choice("no", _("No")), Choice("yes", _("Yes")), Choice("unsure", _("I don't know"))),
            text=_("By whom? You can leave this empty."),
            asks="yes",
        ),
        Question(
            "talk",
            _("Would you rather talk or meet?"),
            _("You can stay anonymous. We agree on time and place in the mailbox."),
            (
                Choice("write", _("I would rather write")),
                Choice("talk", _("I would like to talk on the phone")),
                Choice("meet", _("I would like to meet someone")),
            ),
            text=_("When and how suits you? You can leave this empty."),
            asks="talk meet",
        ),
    ]


def kind() -> Question:
    """Return the question about the kind of wrongdoing."""
    return Question(
        "category",
        _("What kind of matter is it?"),
        _("You can choose several, or none."),
        categories(),
        many=True,
    )


def answered(sent: QueryDict) -> dict[str, object]:
    """Return the answers of a form without script, as the form with script seals them.  Unknown codes are left out.

    A name makes the report confidential; sealing it apart takes a script.
    """
    name = sent.get("name", "").strip()[:200]
    said: dict[str, object] = {"who": "confidential", "name": name} if name else {"who": "anonymous"}
    for question in (danger(), kind(), *optional()):
        known = {choice.code for choice in question.choices}
        codes = [code for code in sent.getlist(question.name) if code in known]
        if codes:
            said[question.name] = codes if question.many else codes[0]
        # without script the field stands there whatever is ticked: what was written in it is never left out
        if text := sent.get(f"{question.name}_text", "").strip():
            said[f"{question.name}_text"] = text
    return said


def labels() -> Iterator[tuple[str, str]]:
    """Yield `question-code` and how it is said, for showing answers again."""
    for question in (danger(), kind(), *optional()):
        yield question.name, question.title
        for choice in question.choices:
            yield f"{question.name}-{choice.code}", choice.label
    yield "who", _("How would you like to report?")
    for choice in ways_to_be_known():
        yield f"who-{choice.code}", choice.label
