"""Four answers on every page of the desk: where am I, what is expected of me, by when, who sees it.

Pages about one case answer from the same facts as "needs me"; the others from the table here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cases.templatetags.desk import deadline_words, running, word

NOTHING = _("Nothing now")
NEVER = _("No deadline")


@dataclass(frozen=True)
class Four:
    """The answers of one page, in words."""

    where: object
    expected: object
    by: object
    who: object


PAGES: dict[str, Four] = {
    "desk": Four(
        _("Needs me"), NOTHING, NEVER, _("Only you see this list. Colleagues have lists of their own.")
    ),
    "case-list": Four(
        _("Cases"),
        _("Nothing by itself: “Needs me” lists what waits for you."),
        _("It stands in each case's row."),
        _("You see the cases you hold a key to. Others see theirs."),
    ),
    "elsewhere": Four(
        _("Cases › Register a report"),
        _("Write what was reported, in the person's own words."),
        _("Today: the deadlines count from the day it came."),
        _("Those whom you leave on the list below."),
    ),
    "handbook": Four(
        _("Handbook"), _("Nothing: look up what you need."), NEVER, _("Everybody who works here.")
    ),
    "identity": Four(
        _("Sealed names"),
        _("Answer those who ask for a reporter's name."),
        _("Soon: somebody cannot go on without it."),
        _("You and the other identity custodians. None of you sees the name."),
    ),
    "hand-over": Four(
        _("Cases › Hand over"),
        _("Choose who takes over from somebody who leaves."),
        _("Before their last day."),
        _("You. Each case stays with those who have a key to it."),
    ),
    "retention": Four(
        _("Retention"),
        _("Propose what is to be deleted."),
        _("When the time that a case is kept for is over."),
        _("Archivists. No content of any case stands here."),
    ),
    "training": Four(
        _("Practice"),
        _("Practise: nothing here is real."),
        NEVER,
        _("Everybody who works with cases."),
    ),
    "texts": Four(
        _("Reporter's pages"),
        _("Propose new texts, or approve a colleague's."),
        _("Before the routine is out of date."),
        _("Everybody, once they are approved."),
    ),
    "log": Four(
        _("Log"),
        _("Verify it, and sign it off when you review."),
        _("At each review; alarms at once."),
        _("Auditors and compliance leaders. No content of any case stands here."),
    ),
    "people": Four(
        _("People"),
        _("Propose changes, and agree to those of others."),
        _("Soon: what is proposed waits for a second person."),
        _("Those who answer for people. No content of any case stands here."),
    ),
    "work-accounts": Four(
        _("Work accounts"),
        _("Keep the list of who may come in right."),
        _("Before somebody starts, or leaves."),
        _("Those who answer for people."),
    ),
    "certify": Four(
        _("Certificates"),
        _("Certify keys when you have heard the eight words."),
        _("Soon: without a certificate nobody gets a key."),
        _("Key custodians; certificates are open to all who check them."),
    ),
    "roster": Four(
        _("Who reads what"),
        _("Keep the list of readers right."),
        _("Before somebody starts, leaves or changes posts."),
        _("Everybody: the reporter sees who reads."),
    ),
    "set-up": Four(
        _("Set-up"),
        _("Do what is left on the list."),
        _("Before the channel opens."),
        _("Those who set up."),
    ),
    "own": Four(_("Your own page"), _("Keep your keys and your ways in safe."), NEVER, _("Only you.")),
    "secrecy": Four(
        _("Your own page › Secrecy"),
        _("Say that you keep what you learn to yourself."),
        _("Before you go on."),
        _("You, and those who answer for people."),
    ),
    "plan": Four(
        _("Plan"),
        _("See to the measures you answer for; they stand under “My measures”."),
        _("Each measure has its date."),
        _("Everybody who works here. What the council adopted is public."),
    ),
}
FAMILIES = {
    "log-": "log",
    "desk-": "plan",
    "work-accounts-": "work-accounts",
    "retention-": "retention",
    "training-": "training",
}


def of_page(name: str) -> Four | None:
    """Return the answers of a page by the name of its address; None for one that has no frame.

    >>> of_page("desk-measure") is of_page("plan"), of_page("viewer")
    (True, None)
    """
    family = next((page for start, page in FAMILIES.items() if name.startswith(start)), name)
    return PAGES.get(name) or PAGES.get(family)


def of_needs(urgent: Sequence[Mapping[str, Any]], later: Sequence[Mapping[str, Any]]) -> Four:
    """Return the answers of "needs me": what is first, and how many wait behind it."""
    base = PAGES["desk"]
    rows = urgent or later
    if not rows:
        return base
    first = rows[0]
    unopened = first["next"] == "declare" and first["state"] == "received"  # as its row in the list says
    expected = f"{word('acknowledge' if unopened else first['next'], 'next')} ({first['reference']})"
    if more := len(rows) - 1:
        expected = ngettext("%(first)s, and 1 more", "%(first)s, and %(n)s more", more) % {
            "first": expected,
            "n": more,
        }
    return Four(base.where, expected, _by(first["clocks"]), base.who)


def of_case(shown: Mapping[str, Any]) -> Four:
    """Return the answers of a case page: the next step, the deadline that ends first, and how many hold a key."""
    people = len(shown["people"])
    return Four(
        f"{gettext('Cases')} › {shown['reference']}",
        word(shown["next"], "next") if shown["next"] else NOTHING,
        _by(shown["clocks"]),
        ngettext("You alone have a key.", "%(n)s people have a key.", people) % {"n": people},
    )


def _by(clocks: list[dict[str, Any]]) -> str:
    first = running(clocks)
    return deadline_words(first) if first else str(NEVER)
