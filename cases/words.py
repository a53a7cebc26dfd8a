"""What codes of the desk are called on its pages.  One table a kind of code; an unknown code is shown as it is."""

from django.utils.translation import gettext_lazy as _

Words = dict[str, object]

STATES: Words = {
    "received": _("Received"),
    "assessment": _("Under assessment"),
    "investigation": _("Under investigation"),
    "conclusion": _("Conclusion"),
    "follow_up": _("Follow-up"),
    "forwarded": _("Forwarded"),
    "closed": _("Closed"),
}
SHAPES = {
    "received": "todo",
    "assessment": "half",
    "investigation": "half",
    "conclusion": "full",
    "follow_up": "full",
    "forwarded": "same",
    "closed": "done",
}
NEXT: Words = {
    "declare": _("Say whether you are impartial"),
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
    "acknowledge": _("Nobody has confirmed the report yet. Tell the reporter that a person has read it."),
    "answer": _("The reporter has written. Read it, and send a message back."),
    "feedback": _(
        "The deadline for feedback is near. Tell the reporter what you have done, why, and what comes next."
    ),
    "decide": _("A colleague has proposed a step. Read the notes, then confirm or decline."),
    "wait_for_second": _("You have proposed a step. Somebody else who may decide must confirm it."),
    "assess": _("Assess the report, write your reasons in a note, and decide which way it goes."),
    "conclude": _("Investigate, write what you found in the notes, and conclude."),
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
    "close": _("Close the case"),
    "close_unfounded": _("Close without an investigation"),
    "close_forwarded": _("Close after forwarding"),
    "reopen": _("Reopen the case"),
}
NEEDS: Words = {
    "acknowledged": _("receipt is confirmed to the reporter"),
    "feedback": _("the reporter has had feedback"),
    "outcome": _("outcome and lesson are chosen"),
    "note": _("the reasons stand in a note"),
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
CLOCKS: Words = {"C1": _("Confirmation"), "C2": _("Feedback"), "C8": _("Taking over")}
ANSWERS: Words = {"impartial": _("impartial"), "conflict": _("not impartial"), "unsure": _("unsure")}
ALL: dict[str, Words] = {
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
}
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
    "ground": GROUNDS,
    "check": CHECKS,
