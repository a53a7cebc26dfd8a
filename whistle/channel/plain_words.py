"""What the mailbox says without script, where the page with script has its sentences in a template."""

from datetime import date, datetime

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from whistle.channel.models import IdentityAct
from whistle.channel.tombstones import Tombstone
from whistle.vault import code as codes
from whistle.vault.errors import VaultError

# A reporter is not told of each turn within an investigation; the same table stands in `reporter/clocks.js`
SEEN_AS = {"hearing": "investigation", "merged": "investigation", "deleted": "closed"}


def headline(state: str, *, late: bool = False) -> tuple[str, str]:
    """Return where the case is, and what that means, as the reporter is told; `late` when nobody has confirmed it in time."""
    overdue = _(
        "Nobody has confirmed it yet, and the deadline is over. Write to us here, or report to one of the authorities at the"
        " bottom of the page."
    )
    said = {
        "received": (
            _("We have received your report"),
            overdue if late else _("Nobody has confirmed it yet. We do so within 7 days."),
        ),
        "acknowledged": (_("We have confirmed your report"), _("We read it now, and decide what to do.")),
        "assessment": (
            _("We are assessing your report"),
            _("We are deciding what to do. The case is not closed even if you do not answer."),
        ),
        "investigation": (
            _("We are investigating the case"),
            _("The case is under investigation. It is not closed even if you do not answer."),
        ),
        "waiting": (
            _("We wait for an answer from you"),
            _("Read our question below. The case is not closed even if you do not answer."),
        ),
        "forwarded": (
            _("The case belongs elsewhere"),
            _("Read below where it belongs. We send nothing on without your consent."),
        ),
        "conclusion": (_("We have reached a conclusion"), _("Read our answer below.")),
        "follow_up": (
            _("We are following up"),
            _("Read our answer below. We see to it that the measures are carried out."),
        ),
        "closed": (_("The case is closed"), _("You can still write to us here.")),
        "set_aside": (
            _("The report has been set aside"),
            _("We do not treat it further now. Write to us here if you think that is wrong."),
        ),
    }
    return said.get(SEEN_AS.get(state, state), said["assessment"])


def wrong_code(typed: str) -> str:
    """Return why a code opens nothing; what is wrong with its form, everybody can work out."""
    said = {
        "code.length": _("The code has 8 words or 8 groups of 4 digits. Check that you have all of them."),
        "code.unknown_word": _(
            "At least one of the words is not in our list. Check the spelling against your note."
        ),
        "code.typo": _("One of the words is wrong, or two have changed places. Check against your note."),
    }
    try:
        codes.parse(typed)
    except VaultError as error:
        return said[error.code]
    return _("We found no report with that code. Check it against the note you kept.")


def done_to_the_name(act: IdentityAct) -> str:
    """Return one line on what was done with a sealed name."""
    grounds = {
        "consent": _("you have agreed"),
        "law": _("a law requires it"),
        "court": _("a court has ordered it"),
        "life": _("someone's life or health is in danger"),
    }
    lines = {
        "asked": _("{date}: somebody asked to open your name. Ground: {ground}."),
        "refused": _("{date}: the custodian refused. Your name is still sealed."),
        "opened": _("{date}: your name was opened. Ground: {ground}."),
    }
    return lines[act.act].format(
        date=date_format(act.on_date, "DATE_FORMAT"), ground=grounds.get(act.ground, "")
    )


def buried(removed: Tombstone) -> str:
    """Return what is said where the content of a message or a file was removed."""
    grounds = {
        "not_relevant": _("it clearly had nothing to do with the matter"),
        "third_person": _("it was about somebody who has nothing to do with the matter"),
        "special_category": _("it was about health or other sensitive matters, and was not needed"),
        "other_law": _("a law or an order demands it"),
    }
    said = (
        _(
            "{date}: a file of yours or ours ({size}) was removed by {by}, and {agreed} agreed. The reason: {ground}."
        )
        if removed.file
        else _(
            "{date}: what stood in this message ({size}) was removed by {by}, and {agreed} agreed. The reason: {ground}."
        )
    )
    return said.format(
        date=date_format(removed.on, "DATE_FORMAT"),
        size=filesizeformat(removed.size),
        by=removed.by,
        agreed=removed.agreed,
        ground=grounds.get(removed.ground, removed.ground),
    )


def unfavourable() -> dict[str, str]:
    """Return the unfavourable acts of the Working Environment Act § 2 A-4, as the picker has them."""
    return {
        "a": _("Threats, harassment, being left out, or other unfriendly treatment"),
        "b": _("A warning, other tasks, or being moved"),
        "c": _("Suspended, dismissed, or another sanction"),
    }


def moment(iso: str) -> str:
    """Return a time to meet in words; what is no time comes back as it is.

    >>> moment("soon")
    'soon'
    """
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return date_format(at, "DATE_FORMAT") + " " + date_format(at, "TIME_FORMAT")


def verdicts() -> dict[str, str]:
    """Return the three answers to minutes."""
    return {
        "approved": _("I approve the minutes."),
        "corrected": _("I approve the minutes with these corrections:"),
        "disagree": _("I do not agree with the minutes:"),
    }


def changes() -> dict[str, str]:
    """Return the answers to whether something has changed at work, as the message says them."""
    return {
        "no": _("Nothing has changed at work."),
        "better": _("Things have changed at work, for the better."),
        "worse": _("Things have changed at work, for the worse."),
    }


def come_back(on: date) -> str:
    """Return the line that says until when to come back."""
    return _("Come back by {date}").format(date=date_format(on, "DATE_FORMAT"))
