"""What codes of the desk are called on its pages.  One table a kind of code; an unknown code is shown as it is."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.words_tools import CHANNELS, EXPORTS, RELATIONS, RESTRICTED, TRANSFERS
from cases.workflow import steps_from

Words = dict[str, object]

STATES: Words = {
    "received": _("Received"),
    "assessment": _("Under assessment"),
    "waiting": _("Waiting for the reporter"),
    "hearing": _("The person concerned is heard"),
    "investigation": _("Under investigation"),
    "conclusion": _("Conclusion"),
    "follow_up": _("Follow-up"),
    "forwarded": _("Forwarded"),
    "closed": _("Closed"),
    "set_aside": _("Set aside"),
    "merged": _("Merged into another case"),
    "deleted": _("Deleted"),
}
SHAPES = {
    "received": "todo",
    "assessment": "half",
    "investigation": "half",
    "conclusion": "full",
    "follow_up": "full",
    "forwarded": "same",
    "closed": "done",
    "waiting": "half",
    "hearing": "half",
    "set_aside": "same",
    "merged": "same",
    "deleted": "done",
}
NEXT: Words = {
    "declare": _("Say whether you are impartial"),
    "feedback_again": _("Tell the reporter how it went on"),
    "inform": _("Inform somebody named, or give the reason why not"),
    "care": _("See how the reporter fares"),
    "request": _("Answer a request for own data"),
    "breach": _("Notify the Data Protection Authority"),
    "take_over": _("Take over the case"),
    "insight": _("Answer a request for insight"),
    "delete": _("See whether the case may go"),
    "keep": _("Look again at how long the case is kept"),
    "task": _("Do a task"),
    "resume": _("Go on with or without the reporter's answer"),
    "heard": _("Take in what the person concerned said"),
    "interview": _("Hold an interview"),
    "measure": _("See to a measure"),
    "protect": _("See whether a protective measure still fits"),
    "hold": _("Look again at what holds deletion back"),
    "panel": _("Vote in the panel"),
    "panel_ends": _("See that the panel decides"),
    "contact": _("Name the reporter's contact"),
    "acknowledge": _("Confirm receipt"),
    "answer": _("Read what the reporter wrote"),
    "feedback": _("Give the reporter feedback"),
    "decide": _("Confirm as the second person"),
    "wait_for_second": _("Waits for a second person"),
    "assess": _("Decide what to do with the report"),
    "conclude": _("Investigate and conclude"),
    "follow_up": _("Carry out the conclusion"),
    "close": _("Close the case"),
}
NEXT_TEXT: Words = {
    **NEXT,  # where there is no more to say than what is to be done
    "acknowledge": _("Nobody has confirmed the report yet. Tell the reporter that a person has read it."),
    "answer": _("The reporter has written. Read it, and send a message back."),
    "feedback": _(
        "The deadline for feedback is near. Tell the reporter what you have done, why, and what comes next."
    ),
    "decide": _(
        "A colleague has proposed a step, or written something that needs your word. Read, then confirm or decline."
    ),
    "inform": _(
        "Somebody named in the case must be informed soon. Send the notice, or give a lawful reason why not."
    ),
    "delete": _(
        "The time this case is kept for is nearly over. Write by which rule it may go, if that is not written yet, or a hold if"
        " it must stay. The archivist proposes its deletion; one of you who may decide confirms."
    ),
    "care": _(
        "When the day comes, the mailbox asks how the reporter fares. Read the answer. Where no mailbox can ask, talk to them, and"
        " note what came of it."
    ),
    "contact": _("Nobody is the reporter's contact now. Name somebody with a key."),
    "panel": _("The panel has a question on its agenda. Read it, and vote."),
    "keep": _(
        "This case is kept for ten years. Each year you see whether it must be: write down the class anew."
    ),
    "panel_ends": _("Write down what the panel decided, with its reasons, or ask those who have not voted."),
    "task": _("A task of yours is near its date. Do it, or say what became of it."),
    "wait_for_second": _("You have proposed a step. Somebody else who may decide must confirm it."),
    "assess": _("Assess the report: what it is, how serious, what it says. Then decide which way it goes."),
    "conclude": _("Investigate, give each allegation an outcome, and conclude."),
    "follow_up": _("See that measures and feedback are in place."),
    "close": _("When feedback is given and the outcome is decided, the case can be closed."),
    "": _("Nothing is expected of you now."),
}
STEPS: Words = {
    "acknowledge": _("Confirm receipt"),
    "investigate": _("Start an investigation"),
    "forward": _("Forward out of the scheme"),
    "conclude": _("Conclude the investigation"),
    "follow_up": _("Approve the conclusion"),
    "ask": _("Wait for the reporter"),
    "resume": _("Go on with the assessment"),
    "hear": _("Hear the person concerned"),
    "heard": _("Go on with the investigation"),
    "tell_police": _("Report to the police"),
    "transfer": _("Hand the case to the alternate recipients"),
    "look_again": _("Back to the investigation"),
    "delete": _("Delete the case"),
    "close": _("Close the case"),
    "close_unfounded": _("Close without an investigation"),
    "close_forwarded": _("Close after forwarding"),
    "reopen": _("Reopen the case"),
    "set_aside": _("Set aside as junk"),
    "take_up": _("Take the case up again"),
    "merge": _("Let it go on in another case"),
    "export": _("Take the case out in clear"),
}
NEEDS: Words = {
    "acknowledged": _("receipt is confirmed to the reporter (Messages)"),
    "contact": _("somebody with a key is the reporter's contact (Keys)"),
    "feedback": _(
        "the reporter has had feedback, or the reason why it is impossible is on record (Messages)"
    ),
    "assessment": _("the assessment is written (Assessment)"),
    "allegations": _("the allegations are listed (Assessment)"),
    "findings": _("every allegation has an outcome (Assessment)"),
    "mandate": _("the mandate with plan and team is written (Investigation)"),
    "question": _("the question to the reporter is on record, with a date (Assessment)"),
    "forwarding": _("it is on record where the matter is sent, and on what basis (Assessment)"),
    "invited": _("something is put to the person concerned, with a date (Persons)"),
    "replied": _("everything put to somebody is answered, declined or run out (Persons)"),
    "heard": _("everybody the case concerns is heard, or is lawfully not told (Persons)"),
    "outcomes": _("every allegation has an outcome (Assessment)"),
    "junk": _(
        "nothing on record says that it is a report to be treated: no allegation, nobody named, not assessed as within the"
        " scheme. What is more than junk is closed, with its reasons"
    ),
    "informed": _("everybody named is informed, or is lawfully not told (Persons)"),
    "letters": _("everybody the case concerns has had a letter on how it ended, or needs none (Persons)"),
    "police": _("the decision about the police is on record (Investigation)"),
    "conclusion": _("the conclusion is written (Conclusion)"),
    "measures": _("a measure is proposed, or the conclusion says why there is none (Conclusion)"),
    "measures_done": _("every measure is done, dropped or handed to the plan (Conclusion)"),
    "tasks": _("no task is left open (Investigation)"),
    "retention": _(
        "it is decided how long the case is kept, by two where that is less than usual (Conclusion)"
    ),
    "outcome": _("outcome and lesson are chosen, and a cause where something was substantiated"),
    "reopening": _("the reason for reopening is on record (Conclusion)"),
    "expired": _("the time the case is kept for is over"),
    "basis": _("a rule of the archive lets it be destroyed (Conclusion)"),
    "no_hold": _("nothing holds the case back from deletion (Conclusion)"),
    "no_request": _("no request for data or insight is open (Persons)"),
    "answered": _("the reporter, who has written, is answered (Messages)"),
    "archivist": _("an archivist who has not worked on it proposes it, on a page of their own"),
    "cared": _("no question about how the reporter fares is due"),
}
OUTCOMES: Words = {
    "substantiated": _("Substantiated"),
    "partly_substantiated": _("Partly substantiated"),
    "not_substantiated_lacking": _("Not substantiated: too little to go on"),
    "not_substantiated_refuted": _("Not substantiated: the facts speak against it"),
    "unfounded": _("Unfounded"),
    "outside_scheme": _("Outside the scheme"),
    "transferred": _("Transferred to another body"),
    "reported_to_police": _("Reported to the police"),
    "withdrawn_continued": _("Withdrawn by the reporter, treated to the end"),
    "duplicate": _("Treated in another case"),
}
CAUSES: Words = {
    "no_control": _("No control was in place"),
    "control_bypassed": _("A control was bypassed"),
    "unclear_rules": _("Unclear rules"),
    "lack_of_training": _("Lack of training"),
    "conflict_of_interest": _("Conflict of interest"),
    "culture": _("Culture"),
    "none": _("No cause found"),
}
LESSONS: Words = {
    "new_measure": _("New measure in the plan"),
    "changed_routine": _("Changed routine"),
    "training": _("Training"),
    "none": _("No lesson"),
}
PARTS: Words = {
    "reader": _("reads reports"),
    "leader": _("decides"),
    "handler": _("works on the case"),
    "contact": _("writes with the reporter"),
    "adviser": _("adviser, reads only"),
}
CLOCKS: Words = {
    "C1": _("Confirmation"),
    "C2": _("Feedback"),
    "C2b": _("New feedback after closing"),
    "C3": _("Inform somebody named"),
    "C4": _("Investigation"),
    "C5": _("Ask how the reporter fares"),
    "C6": _("Request for own data"),
    "C7": _("Breach: notify the Data Protection Authority"),
    "C8": _("Taking over"),
    "C9": _("Request for insight"),
    "C10": _("Deletion"),
    "keep": _("Look again at how long the case is kept"),
    "task": _("Task"),
    "ask": _("Question to the reporter"),
    "hear": _("Reply from the person concerned"),
    "meet": _("Interview"),
    "meas": _("Measure"),
    "prot": _("Protective measure"),
    "hold": _("Look again at what holds deletion back"),
    "vote": _("The panel's vote"),
}
ANSWERS: Words = {"impartial": _("impartial"), "conflict": _("not impartial"), "unsure": _("unsure")}
GROUNDS: Words = {
    "consent": _("The reporter has agreed"),
    "law": _("A law requires it"),
    "court": _("A court has ordered it"),
    "life": _("Someone's life or health is in danger"),
}
CHECKS: Words = {
    "d30": _("After 30 days"),
    "d90": _("After 90 days"),
    "closing": _("At closing"),
    "after90": _("90 days after closing"),
    "after180": _("180 days after closing"),
    "after365": _("A year after closing"),
}
ALL: dict[str, Words] = {
    "ground": GROUNDS,
    "check": CHECKS,
    "state": STATES,
    "next": NEXT,
    "next_text": NEXT_TEXT,
    "step": STEPS,
    "need": NEEDS,
    "outcome": OUTCOMES,
    "cause": CAUSES,
    "lesson": LESSONS,
    "part": PARTS,
    "clock": CLOCKS,
    "answer": ANSWERS,
    "channel": CHANNELS,
    "relation": RELATIONS,
    "export": EXPORTS,
    "restricted": RESTRICTED,
    "transfer": TRANSFERS,
}


def sentence_of(needs: Iterable[str], merged: Iterable[str] = (), wrote_on: str = "") -> str:
    """Return the sentence that says what a step still needs, and where it is put right.

    `merged` are the references of cases that went on in this one: what they lack is put right there.  `wrote_on` is
    the day of a reporter's word that nobody has answered.
    """
    missing = gettext("Missing before this step: %(list)s.") % {
        "list": "; ".join(str(NEEDS[need]) for need in needs)
    }
    if wrote_on:
        missing += " " + gettext("A reporter wrote on %(day)s, and nobody has answered.") % {"day": wrote_on}
    others = ", ".join(merged)
    also = gettext("Look in what went on in this case too: %(cases)s.") % {"cases": others}
    return f"{missing} {also}" if others else missing


def sentence_from(state: str) -> str:
    """Return the sentence that says what can be done with a case in this state, where something else was asked for."""
    return gettext(
        "This cannot be done while the case is at “%(state)s”. What can be done from there: %(list)s."
    ) % {
        "state": STATES[state],
        "list": "; ".join(str(STEPS[step.name]) for step in steps_from(state)) or gettext("nothing"),
    }
