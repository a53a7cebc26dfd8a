"""What a case asks of each of its people, and from which day: columns of their assignment, found by an index.

`refresh` is called by whatever changes what is expected of somebody; calling it once too often changes nothing.
"""

from datetime import date

from cases.clocks import SOON
from cases.models import Assignment, Case, Deadline, Declaration, Proposal, Record
from cases.selectors.visible import IMPARTIAL
from cases.services import clocks
from cases.services.needs import Facts
from cases.workflow import AT_REST, State
from whistle.core import clock
from whistle.core.policy import MATRIX, Part, Perm

CALLS = {  # what a clock that nears its end asks for
    "C1": "acknowledge",
    "C2": "feedback",
    "C2b": "feedback_again",
    "C3": "inform",
    "C4": "conclude",
    "C5": "care",
    "C6": "request",
    "C7": "breach",
    "C8": "take_over",
    "C9": "insight",
    "C10": "delete",
    "keep": "keep",
    "task": "task",
    "ask": "resume",
    "hear": "heard",
    "meet": "interview",
    "meas": "measure",
    "prot": "protect",
    "hold": "hold",
    "vote": "panel_ends",
}
LATER = {  # what comes next when nothing is urgent
    State.ASSESSMENT: "assess",
    State.WAITING: "resume",
    State.INVESTIGATION: "conclude",
    State.HEARING: "heard",
    State.CONCLUSION: "follow_up",
    State.FOLLOW_UP: "close",
    State.FORWARDED: "close",
}


def refresh(case: Case) -> None:
    """Work out anew which clocks of the case run, where it stands in lists, and what it asks of whom."""
    case = Case.objects.get(pk=case.pk)
    open_rows = clocks.sync(case)
    case.stand()
    Case.objects.filter(pk=case.pk).update(
        due_on=case.due_on, due_clock=case.due_clock, calls_on=case.calls_on
    )
    view = View(case, open_rows)
    for held in case.assignments.select_related("staff"):
        call, calls_on, due_on = view.of(held)
        if call and call == held.call and held.calls_on and calls_on == clock.today():
            calls_on = min(held.calls_on, calls_on)  # it has been asked since then
        if (held.call, held.calls_on, held.due_on) != (call, calls_on, due_on):
            Assignment.objects.filter(pk=held.pk).update(call=call, calls_on=calls_on, due_on=due_on)


class View:
    """A case as its people's desks see it, read once."""

    def __init__(self, case: Case, open_rows: list[Deadline]) -> None:
        self.case, self.rows, self.facts = case, open_rows, Facts(case)
        proposals: list[Proposal | Record] = list(case.proposals.filter(decided_at=None))
        self.waiting = proposals + [
            row for row in self.facts.records if row.second and row.agreed is None
        ]  # for a second person
        self.declared = set(
            Declaration.objects.filter(case=case, answer=IMPARTIAL).values_list("staff_id", flat=True)
        )

    def of(self, held: Assignment) -> tuple[str, date | None, date | None]:
        """Return what is asked of somebody, from which day, and the deadline it is put in order by."""
        rows = [row for row in self.rows if self._concerns(row, held)]
        nearest = rows[0] if rows else None
        now = self._now(held)
        due_on = nearest.due_on if nearest else None
        if now:
            return now, clock.today(), due_on or clock.today()
        if nearest is None or Perm.CORRESPOND not in MATRIX[Part(held.part)]:
            return "", None, None
        call = CALLS[nearest.clock] if held.staff_id in self.declared else "declare"
        return call, nearest.due_on - SOON, nearest.due_on

    def _now(self, held: Assignment) -> str:
        """Return what is asked of somebody at once, whatever the clocks say."""
        case, perms = self.case, MATRIX[Part(held.part)]
        decides = Perm.DECIDE in perms and any(each.by_id != held.staff_id for each in self.waiting)
        if case.state in AT_REST and not decides and not case.reporter_waits_since:
            return ""
        if held.staff_id not in self.declared:
            # a case that colleagues look after can wait to be opened by the others
            calls = case.state == State.RECEIVED or case.reporter_waits_since or decides or not held.proven
            return "declare" if calls else ""
        if decides:
            return "decide"
        if self._votes(held):
            return "panel"
        if self._ends(held):
            return "panel_ends"
        if Perm.CORRESPOND not in perms:
            return ""
        if case.state == State.RECEIVED:
            return "acknowledge"
        if case.reporter_waits_since:
            return "answer"
        holders = {each.staff_id for each in case.assignments.all()}
        return "contact" if Perm.DECIDE in perms and case.contact_id not in holders else ""

    def _votes(self, held: Assignment) -> bool:
        voted = {record.codes["agenda"] for record in self.facts.of("vote") if record.by_id == held.staff_id}
        return any(
            held.staff.ref in item.codes["members"] and str(item.number) not in voted
            for item in self.facts.of("agenda")
            if not item.done_on
        )

    def _ends(self, held: Assignment) -> bool:
        """Whether all have voted on something and it is theirs to write down what that came to."""
        open_points = [item for item in self.facts.of("agenda") if not item.done_on]
        cast = [str(record.codes["agenda"]) for record in self.facts.of("vote")]
        ready = [item for item in open_points if cast.count(str(item.number)) == len(item.codes["members"])]
        if not ready:
            return False
        writing = {
            each.staff.ref: each.staff_id
            for each in self.case.assignments.select_related("staff")
            if Perm.CORRESPOND in MATRIX[Part(each.part)]
        }
        return any(writing.get(str(item.codes.get("chair")), item.by_id) == held.staff_id for item in ready)

    def _concerns(self, row: Deadline, held: Assignment) -> bool:
        if row.clock == "C8":
            return self.case.transfers.filter(pk=row.number, newcomer=held.staff_id).exists()
        if row.clock != "task":
            return True
        task = next(each for each in self.facts.of("task") if each.number == row.number)
        return str(task.codes.get("colleague", held.staff.ref)) == held.staff.ref
