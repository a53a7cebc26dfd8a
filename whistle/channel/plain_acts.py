"""What a reporter answers and asks for in the mailbox without script, as the page with script seals it.

The same kinds of message as `browser/reporter/mailbox_acts.js` makes: the desk cannot tell the two apart but by the
author's role.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from whistle.channel import pages
from whistle.channel import plain_words as words
from whistle.channel.plain_box import Opened, Shown
from whistle.channel.plain_seal import finished_report, report_under
from whistle.channel.services import mailbox, submit
from whistle.core.errors import DomainError
from whistle.store.services.items import NewItem
from whistle.vault.item import Author
from whistle.vault.keys import next_master

MOST_SLOTS = 9


class Written(NamedTuple):
    """A message to be sealed; `check` says in clear which question about how one fares it answers."""

    content: dict[str, Any]
    check: str = ""


def message(sent: QueryDict, shown: list[Shown]) -> Written:
    """Return an ordinary message; it may be empty where a file is sent."""
    return Written({"type": "message", "text": sent.get("text", "")})


def minutes(sent: QueryDict, shown: list[Shown]) -> Written:
    """Return the answer to minutes.  Raises `minutes.say` when they are corrected without a word of what is wrong."""
    asked = _asked(sent, shown, "minutes")
    verdict, more = sent.get("verdict", ""), _more(sent)
    if verdict not in words.verdicts() or (verdict != "approved" and not more):
        raise DomainError("minutes.say")
    return Written(
        {
            "type": "minutes_reply",
            "of": asked.item_id,
            "verdict": verdict,
            "text": _text(words.verdicts()[verdict], more),
        }
    )


def meeting(sent: QueryDict, shown: list[Shown]) -> Written:
    """Return the answer to times to meet.  Raises `meeting.choose` for no choice."""
    asked = _asked(sent, shown, "meeting")
    slots, chosen = times(asked), sent.get("chosen", "")
    if chosen not in {"-1", *(str(at) for at in range(len(slots)))}:
        raise DomainError("meeting.choose")
    none = chosen == "-1"
    said = (
        _("None of the times suits me.")
        if none
        else _("This suits me: {when}").format(when=words.moment(slots[int(chosen)]))
    )
    text = _text(said, _more(sent))
    return Written({"type": "meeting_reply", "of": asked.item_id, "chosen": int(chosen), "text": text})


def talk(sent: QueryDict, shown: list[Shown]) -> Written:
    """Return the wish to talk to somebody."""
    how = "meet" if sent.get("how") == "meet" else "talk"
    said = _("I would like to meet someone.") if how == "meet" else _("I would like to talk on the phone.")
    return Written({"type": "talk", "how": how, "text": _text(said, _more(sent))})


def care(sent: QueryDict, shown: list[Shown]) -> Written:
    """Return the answer about how one fares.  Raises `answer.empty` for nothing at all.

    What was done to the person is not in it: it goes into a report of its own (`retaliate`), and those who handle this
    case learn only that the question was answered.
    """
    check = sent.get("check", "")[:20]
    if _happened(sent):
        said = {"type": "care", "of": "", "check": check, "text": _("I have answered the question.")}
        return Written(said, check)
    changed, wants = sent.get("changed", ""), "talk" in sent
    changed = changed if changed in words.changes() else ""
    text = _text(
        words.changes().get(changed, ""), _more(sent), _("I want to talk to someone.") if wants else ""
    )
    if not text:
        raise DomainError("answer.empty")
    return Written({"type": "care", "check": check, "changed": changed, "talk": wants, "text": text}, check)


ACTS: dict[str, Callable[[QueryDict, list[Shown]], Written]] = {
    "message": message,
    "minutes": minutes,
    "meeting": meeting,
    "talk": talk,
    "care": care,
}


def act(box: Opened, number: int, sent: QueryDict) -> None:
    """Do what a form of the mailbox asks for.  `number` is how many mailboxes the code opens.

    Raises DomainError as the acts, and `request.malformed` for a form that is not ours.
    """
    shown = box.messages()
    name = sent.get("act", "")
    if name not in (*ACTS, "after"):
        raise DomainError("request.malformed")
    written = ACTS[name](sent, shown) if name != "after" else None
    items = _sealed(box, written) if written else []
    if items:
        mailbox.refuse_full(box.access.box, items)  # before a report goes that would then be sent again
    if name in ("care", "after") and (_happened(sent) or name == "after"):
        retaliate(box, number, sent, shown)
    if written:
        roles = frozenset({Author.SERVER})
        mailbox.write(box.organisation, box.access, items, roles=roles, check=written.check)


def _sealed(box: Opened, written: Written) -> list[NewItem]:
    if not written.content["text"].strip() and not box.sealer.files:
        raise DomainError("answer.empty")
    return box.sealer.items(written.content)


def retaliate(box: Opened, number: int, sent: QueryDict, shown: list[Shown]) -> None:
    """Send a report about being punished for the first, under the same code, away from those who handled that.

    Raises `answer.empty`, or `retaliation.nobody` when nobody who did not handle the first may receive it.
    """
    happened, more = _happened(sent), _more(sent)
    if not happened and not more:
        raise DomainError("answer.empty")
    about, removed = box.kept_from(shown)
    sealer, nonce = report_under(box.organisation, next_master(box.master, number))
    acts = [said for code, said in words.unfavourable().items() if code in happened]
    answers: dict[str, Any] = {"category": ["G1"], "retaliation": happened}
    if "talk" in sent:
        answers["talk"] = "talk"
    text = _text(_("I have been punished for an earlier report."), *acts, more)
    items = sealer.items(
        {
            "type": "report",
            "text": text,
            "about": about,
            "answers": answers,
            "root": pages.root_digest(box.organisation),
        }
    )
    try:
        report = finished_report(sealer, nonce, items, about, removed)
    except DomainError:
        raise DomainError("retaliation.nobody", status=409) from None
    submit.submit(box.organisation, report)


def times(asked: Shown) -> list[str]:
    """Return the times that a letter offers."""
    slots = asked.content.get("slots")
    return [str(slot) for slot in slots[:MOST_SLOTS]] if isinstance(slots, list) else []


def _asked(sent: QueryDict, shown: list[Shown], kind: str) -> Shown:
    """Return the letter that is answered.  Raises `request.malformed` unless it stands there unanswered."""
    for each in shown:
        if each.item_id == sent.get("of") and each.kind == kind and not each.mine and not each.answered:
            return each
    raise DomainError("request.malformed")


def _happened(sent: QueryDict) -> list[str]:
    return [code for code in words.unfavourable() if code in sent.getlist("happened")]


def _more(sent: QueryDict) -> str:
    return sent.get("more", "").strip()


def _text(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
