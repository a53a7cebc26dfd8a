"""Which clocks of a case run, kept as rows; and telling its people of them, once a threshold, however often it is asked."""

from collections.abc import Iterator
from datetime import date, timedelta

from cases.clocks import CLOCK_OF, CLOCKS, Running, first_told, next_told
from cases.models import Assignment, Case, Deadline, Notice, Record
from cases.selectors.mailboxes import reachable
from cases.services.needs import Facts
from cases.workflow import AT_REST, State
from whistle.audit import services as audit
from whistle.channel.models import CareCheck
from whistle.core import clock, deadlines
from whistle.core.policy import MATRIX, Part, Perm
from whistle.organisations.models import Organisation
from whistle.store.models import Item
from whistle.vault.item import Author, Kind

TRANSFER = timedelta(days=3)  # C8: 72 hours, counted in dates
NEW_FEEDBACK = timedelta(days=30)  # C2b: the municipality's own promise
VACANT = timedelta(days=2)  # so long a reporter may be without a contact before those who decide get a mail
INVESTIGATED = frozenset({State.CONCLUSION, State.FOLLOW_UP, State.FORWARDED, *AT_REST})
CHECKS = tuple(deadlines.CARE_AFTER)
OWED = frozenset(
    {"person", "request", "insight", "breach"}
)  # to others than the reporter, however a case rests
AT_ONCE = 500


def running(case: Case) -> Iterator[Running]:
    """Yield every clock of a case as it should stand now, the met ones too."""
    facts = Facts(case)
    if case.state == State.DELETED:
        return
    resting = case.state in (State.SET_ASIDE, State.MERGED)
    kinds = OWED if resting else CLOCK_OF.keys() - {"mandate", "care"}
    for record in facts.records:
        if record.kind in kinds and record.due_on is not None:
            yield Running(CLOCK_OF[record.kind], record.number, record.made_on, record.due_on, record.done_on)
    if not resting:
        yield from _promises(case, facts)
        yield from _investigation(case, facts)
        yield from _care(case, facts)
    for row in case.transfers.filter(ended_at=None):
        offered = row.offered_at.astimezone(clock.OSLO).date()
        yield Running("C8", row.pk, offered, offered + TRANSFER)
    until = facts.kept_until()
    yield from _review(case, facts, until)
    held = any(not record.done_on for record in facts.of("hold"))
    ended = case.closed_on or facts.set_aside_on()
    if ended is not None and until is not None and not held and case.state != State.MERGED:
        yield Running("C10", 0, ended, until)


def _review(case: Case, facts: Facts, until: date | None) -> Iterator[Running]:
    """Whether a case that is kept for ten years must still be: each year, until somebody has written it down anew."""
    kept = facts.retention
    if case.closed_on is None or until is None or kept is None or kept.codes["class"] != "possible_crime":
        return
    since = max(case.closed_on, kept.at.astimezone(clock.OSLO).date())
    due = deadlines.add_months(since, 12)
    if due < until:
        yield Running("keep", 0, since, due)


def sync(case: Case) -> list[Deadline]:
    """Make the rows of a case equal to its clocks; return the open ones, the nearest first.  Idempotent."""
    wanted = {(each.clock, each.number): each for each in running(case)}
    rows = {(row.clock, row.number): row for row in case.deadlines.all()}
    for place in rows.keys() - wanted.keys():
        rows.pop(place).delete()
    for place, each in wanted.items():
        row = rows.get(place)
        if row is None:
            rows[place] = Deadline.objects.create(
                case=case, **vars(each), next_on=first_told(each, clock.today())
            )
        elif (row.started_on, row.due_on, row.met_on) != (each.started_on, each.due_on, each.met_on):
            moved = row.due_on != each.due_on
            row.started_on, row.due_on, row.met_on = each.started_on, each.due_on, each.met_on
            row.missed = row.missed and not moved
            row.next_on = first_told(each, clock.today())
            row.save()
    return sorted((row for row in rows.values() if row.met_on is None), key=lambda row: row.due_on)


def _promises(case: Case, facts: Facts) -> Iterator[Running]:
    received, confirmed = case.received_on, case.acknowledged_on
    yield Running("C1", 0, received, deadlines.acknowledgement_due(received), confirmed)
    met = case.feedback_on
    due = case.feedback_due or deadlines.feedback_due(received, confirmed)
    yield Running("C2", 0, confirmed or received, due, met)
    excused = case.boxes.filter(box__kind="mailbox").exclude(excused_on=None).exists()
    if case.state == State.CLOSED and case.closed_on is not None and met is not None and not excused:
        told = Item.objects.filter(
            box__of_case__case=case, box__kind="mailbox", kind=Kind.MESSAGE, role=Author.OFFICER
        ).filter(on_date__gte=case.closed_on)
        last = told.order_by("on_date").values_list("on_date", flat=True).first()
        yield Running("C2b", 0, case.closed_on, case.closed_on + NEW_FEEDBACK, last)


def _investigation(case: Case, facts: Facts) -> Iterator[Running]:
    """C4: paused while somebody else is waited for, with the reason on record; moved by as many days."""
    mandate = facts.only("mandate")
    if mandate is None or mandate.due_on is None:
        return
    pauses = facts.of("pause")
    if any(not pause.done_on for pause in pauses):
        return
    paused = sum(((pause.done_on or pause.made_on) - pause.made_on for pause in pauses), timedelta())
    met = None
    if case.state in INVESTIGATED:
        known = case.deadlines.filter(clock="C4", number=1).values_list("met_on", flat=True).first()
        met = known or clock.today()
    yield Running("C4", mandate.number, mandate.made_on, mandate.due_on + paused, met)


def _care(case: Case, facts: Facts) -> Iterator[Running]:
    """C5: how the reporter fares, asked after the confirmation and after closing, however the case ended."""
    boxes = reachable(case)
    if case.acknowledged_on is None or not boxes:
        return
    answers: dict[str, list[date]] = {check: [] for check in CHECKS}
    for check, day in CareCheck.objects.filter(box__in=boxes).values_list("check_code", "answered_on"):
        if day is not None:
            answers[check].append(day)
    for talk in facts.of("care"):  # a talk speaks for one reporter, as an answer in the mailbox does
        if talk.done_on is not None and talk.codes["check"] in answers:
            answers[str(talk.codes["check"])].append(talk.done_on)
    answered = {check: max(days) for check, days in answers.items() if len(days) >= len(boxes)}
    for number, check in enumerate(CHECKS, start=1):
        if check in deadlines.AFTER_CLOSING and case.closed_on is None:
            continue
        start = case.closed_on if check in deadlines.AFTER_CLOSING else case.acknowledged_on
        due = deadlines.care_due(check, case.acknowledged_on, case.closed_on)
        yield Running("C5", number, start or case.received_on, due, answered.get(check))


def remind(organisation: Organisation) -> int:
    """Tell the people of each clock that reached a threshold, and log those that ran out; return how many notices.

    Work is rows: a worker that was away for days finds them again, and tells of the last threshold only.
    """
    heal(organisation)
    due = Deadline.objects.filter(
        case__organisation=organisation, case__probe=False, next_on__lte=clock.today()
    )
    return _vacant(organisation) + sum(
        _tell(pk) for pk in due.order_by("due_on").values_list("pk", flat=True)
    )


def _vacant(organisation: Organisation) -> int:
    """Tell those who decide, each week, of cases whose reporter has had no contact for two days and more."""
    week = "{}-{}".format(*clock.today().isocalendar()[:2])
    calling = Assignment.objects.filter(
        case__organisation=organisation,
        case__probe=False,
        call="contact",
        calls_on__lte=clock.today() - VACANT,
    )
    return len(
        Notice.objects.bulk_create(
            (
                Notice(staff_id=row.staff_id, occasion=f"contact.{row.case_id}.{week}", due_on=clock.today())
                for row in calling
                if not Notice.objects.filter(
                    staff=row.staff_id, occasion=f"contact.{row.case_id}.{week}"
                ).exists()
            ),
            ignore_conflicts=True,
        )
    )


def heal(organisation: Organisation) -> int:
    """Give their clocks to cases that have none yet; return how many."""
    from cases.services.attention import refresh  # it uses `sync`

    bare = Case.objects.filter(organisation=organisation, deadlines=None).exclude(state__in=AT_REST)
    found = list(bare[:AT_ONCE])
    for case in found:
        refresh(case)
    return len(found)


def _tell(pk: int) -> int:
    with audit.atomic():
        row = Deadline.objects.select_for_update(of=("self",)).select_related("case").filter(pk=pk).first()
        today = clock.today()
        if row is None or row.next_on is None or row.next_on > today or row.met_on is not None:
            return 0
        left = (row.due_on - today).days
        its = Running(row.clock, row.number, row.started_on, row.due_on)
        row.next_on = next_told(its, today)
        if left < 0 and CLOCKS[row.clock].logged and not row.missed:
            row.missed = True
            audit.record(
                "clock.overdue",
                organisation=row.case.organisation,
                case=row.case.log_ref,
                coarse=True,
                clock=row.clock.lower(),
            )
        if left <= 0 and row.clock == "C10":
            audit.record("retention.due", organisation=row.case.organisation, case=row.case.log_ref)
        row.save()
        return _notify(row, today, escalated=left <= 0)


def _notify(row: Deadline, today: date, *, escalated: bool) -> int:
    """Prepare a notice for whoever works on the case; from the last day on also for those who decide."""
    occasion = f"{row.clock}.{row.number}.{today.isoformat()}.{row.case_id}"
    people = [
        held.staff_id
        for held in row.case.assignments.all()
        if Perm.CORRESPOND in MATRIX[Part(held.part)]
        and (
            escalated
            or Perm.DECIDE not in MATRIX[Part(held.part)]
            or row.case.contact_id in (None, held.staff_id)
        )
    ]
    made = Notice.objects.bulk_create(
        (Notice(staff_id=staff, occasion=occasion, due_on=today) for staff in people), ignore_conflicts=True
    )
    return len(made)


def shown(case: Case) -> list[Record]:
    """Return the pauses of the investigation that are on."""
    return list(case.records.filter(kind="pause", current=True, done_on=None))
