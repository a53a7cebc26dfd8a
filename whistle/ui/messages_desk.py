"""The sentences of errors on the case desk; a part of the table in `whistle.ui.messages`."""

from django.utils.translation import gettext_lazy as _

DESK = {
    "set_aside.too_many": _("Choose at most 100 cases at a time."),
    "export.why": _("Choose what the case is taken out for."),
    "export.open": _("It is already asked for. See what waits on the case's page."),
    "export.none": _("There is nothing here that you can take out. Reload the page."),
    "merge.goes_on": _("This case goes on in another one. Do it there: it counts for both."),
    "merge.itself": _("A case cannot go on in itself."),
    "merge.resting": _(
        "Both cases must be open, and receipt confirmed to both reporters. Nothing was changed."
    ),
    "merge.hands": _(
        "Not the same people hold keys to the two cases, or they were kept from different people. Tie them instead, or"
        " give the keys first. Nothing was changed."
    ),
    "merge.too_many": _(
        "Together the two cases would be too large to be handed on to a colleague. Tie them instead. Nothing was changed."
    ),
    "relation.why": _("Choose how the cases belong together."),
    "relation.itself": _("A case cannot be tied to itself."),
    "relation.there": _("The two cases are tied already."),
    "mailbox.which": _("Choose which reporter you write to. Nothing was sent."),
    "elsewhere.channel": _("Choose how the report came."),
    "elsewhere.day": _("The day must be today or one of the last 365 days. Nothing was stored."),
    "elsewhere.leader": _("Whoever handed the report in must not get a key to it. Nothing was stored."),
    "transfer.why": _("Choose why the case goes to the alternate recipients."),
    "transfer.open": _("The case is offered to somebody already. Wait until they have answered."),
    "transfer.nobody": _(
        "There is no alternate recipient who can get a key to this case. The key custodian can help. Nothing was changed."
    ),
    "transfer.seals": _(
        "Open your keys and confirm again: your browser must seal the case to the new recipients."
    ),
    "grant.restricted": _(
        "This case holds data that the law guards most. Choose a last day at most 30 days ahead."
    ),
    "retention.crime": _(
        "An allegation of crime that did not hold is not kept as long as one that did. Choose a shorter class, or write "
        "the outcome of the allegation first. Nothing was changed."
    ),
    "retention.short": _(
        "What was found in this case is to be kept longer than that. Choose a longer class. Nothing was changed."
    ),
    "panel.decided": _(
        "The panel has decided this, so the decision stands as it is. Put a new item on the agenda instead."
    ),
    "panel.voted": _("You have voted on this. Change your vote where it stands."),
    "panel.members": _("Somebody who has voted would no longer be a member. Nothing was changed."),
    "panel.chair": _(
        "Who leads the panel is one of its members, named before the first vote. Nothing was changed."
    ),
    "panel.open": _("Put it on the agenda first, so that the members can vote. Nothing was changed."),
    "panel.quorum": _("Not more than half of those who may vote have voted. Nothing was changed."),
    "panel.majority": _(
        "The votes say something else. Choose what most of them say, or “something else” with the reasons. Nothing was changed."
    ),
    "removal.items": _(
        "Choose one message, one file, one note, or one entry of this case that is still there. Nothing was changed."
    ),
    "removal.report": _(
        "The report itself is removed only where a law or an order demands it. What is not relevant in it you simply do "
        "not use, or the whole case is set aside. Nothing was changed."
    ),
    "removal.held": _("A hold says that nothing of this case may be deleted. Nothing was removed."),
    "removal.request": _(
        "Somebody has asked to see what is kept. Answer them first; until then nothing is removed."
    ),
    "removal.unanswered": _(
        "The reporter has written and waits for an answer. Answer first; until then nothing of theirs is removed."
    ),
    "internal.document": _(
        "Only a note, a file or a preparing entry that colleagues wrote can be internal preparation; never the report or "
        "a letter. Nothing was changed."
    ),
    "identity.absent": _("There is no sealed name here that you can ask for."),
    "identity.ground": _("Choose the ground for opening the name. Nothing was stored."),
    "identity.asked": _("Somebody has already asked for this name. Wait for the custodian's answer."),
    "identity.answered": _("This request has already been answered."),
    "identity.waiting": _(
        "The name is not open yet. A custodian must agree, and a witness must have seen it."
    ),
    "step.unknown": _("The case has moved on since you opened it. Reload the page to see where it is."),
    "step.refused": _("Your role on this case cannot take this step. Ask the case lead."),
    "step.needs_second": _("Another person must confirm this step. You proposed it yourself."),
    "step.codes": _(
        "One of the choices is not on the list. Nothing was stored. Reload the page and choose again."
    ),
    "step.lacks": _("Something is missing before this step can be taken."),
    "step.own_act": _("This step is not taken by itself: it comes with what it is about, such as a letter."),
    "step.no_contact": _("The reporter has not been answered yet. Confirm the report first."),
    "record.unknown": _("This is not something that is kept on a case. Nothing was stored."),
    "record.codes": _("A choice is missing or is not on the list. Nothing was stored. Look over the form."),
    "record.closed": _("The case is closed. Reopen it before you change this."),
    "record.due": _("Say by when. Nothing was stored."),
    "extension.track": _(
        "The time for feedback can only be moved where somebody tells of their own employer (track B)."
    ),
    "extension.late": _("The time for feedback is over, or feedback is given. It cannot be moved any more."),
    "extension.once": _("The time for feedback was moved before. It can be moved once."),
    "extension.agreed": _("A second person must agree to the reason first (Conclusion)."),
    "record.too_many": _("There are too many of these on the case. Go on in one of those that are there."),
    "case.moved_on": _("Somebody else changed the case while you worked. Reload to see what is new."),
    "habilitet.needed": _("Say first whether you are impartial in this case."),
    "habilitet.given": _("You have answered this already."),
    "habilitet.last": _("You are the last one with a key. Hand the case to the alternate recipient first."),
    "identity.last": _(
        "Some reporters' names can be opened with this person's half of the key only. Let"
        " them open their keys once after the new custodian is certified; then their half is passed on by itself."
    ),
    "habilitet.not_last": _(
        "Colleagues still hold keys to this case. The alternate recipient is not needed."
    ),
    "room.exists": _("The notes of this case were opened by a colleague just now. Reload the page."),
}
