"""New reports become cases, and what reporters write makes their case wait for us."""

import logging

from django.db import IntegrityError

from cases.models import Case, CaseBox, KeptOut, Notice
from cases.selectors.mailboxes import waits_since
from cases.services.attention import refresh
from cases.services.kept_out import kept_out
from cases.services.people import give_part
from cases.services.set_aside import wake
from cases.services.shred import stop
from whistle.accounts.selectors import roster_document, staff_by_ref
from whistle.audit import services as audit
from whistle.channel import selectors as channel
from whistle.channel.services import status
from whistle.core import clock
from whistle.core.policy import PART_OF, Duty, Part, at_most
from whistle.core.recipients import closed_groups, rules_of, undecided
from whistle.organisations.models import Organisation
from whistle.store.models import Box, Seal

log = logging.getLogger("cases.adopt")


def adopt_new_reports(organisation: Organisation) -> int:
    """Make a case of each mailbox that has none; return how many.  Safe to run at any time, twice at once too."""
    adopted = 0
    for box in channel.unadopted(organisation.pk):
        try:
            adopt_one(organisation, box)
            adopted += 1
        except IntegrityError:  # another worker was first
            log.info("a report was adopted elsewhere")
    return adopted


def note_new_messages(organisation: Organisation) -> int:
    """Mark cases whose reporter wrote; return how many.  Their people get a notice, once a day."""
    marked = 0
    for box in channel.with_news(organisation.pk):
        case = Case.objects.filter(boxes__box=box).first()
        if case is None:
            continue
        with audit.atomic():
            CaseBox.objects.filter(box=box).update(waits_since=box.status.news_on)
            Case.objects.filter(pk=case.pk).update(reporter_waits_since=waits_since(case))
            status.mark_noticed(box)
            case = Case.objects.select_for_update().get(pk=case.pk)
            stop(case)
            wake(case)
            refresh(case)
            _notify(case, f"wrote.{clock.today().isoformat()}")
        marked += 1
    return marked


def adopt_one(organisation: Organisation, box: Box) -> Case:
    """Make the case of one mailbox, with its people's parts and their notice.  Raises IntegrityError when it has one."""
    parts = _parts(organisation)
    refs = set(Seal.objects.filter(box=box, holder=Seal.Holder.STAFF).values_list("staff_ref", flat=True))
    readers = list(staff_by_ref(organisation, refs).values())
    under = _under_somebody_kept_out(organisation, refs)
    with audit.atomic():
        case = Case.objects.create(
            organisation=organisation,
            log_ref=box.log_ref,
            received_on=box.status.received_on,
            probe=box.probe,
        )
        CaseBox.objects.create(case=case, box=box)
        for person in readers:
            part = parts.get(person.ref, Part.READER)
            give_part(case, person, at_most(part, Part.HANDLER) if person.ref in under else part)
        _remember_kept_out(case, refs)
        status.mark_adopted(box)
        audit.record(
            "case.opened", organisation=organisation, case=case.log_ref, coarse=True, readers=len(readers)
        )
        refresh(case)
        if not box.probe:
            _notify(case, "new")
    return case


def _under_somebody_kept_out(organisation: Organisation, sealed_to: set[str]) -> set[str]:
    """Return who may read and not decide, where the roster's rules let those below somebody kept out read."""
    roster = roster_document(organisation)
    if rules_of(roster)["below"] != "no_decision":
        return set()
    return undecided(roster, kept_out(roster, sealed_to))


def _parts(organisation: Organisation) -> dict[str, Part]:
    roster = roster_document(organisation)
    listed = [*roster["readers"], *roster["alternates"]]
    return {row["staff_id"]: PART_OF.get(Duty(row["role"]), Part.READER) for row in listed}


def _remember_kept_out(case: Case, sealed_to: set[str]) -> None:
    if case.probe:
        return
    roster = roster_document(case.organisation)
    out = kept_out(roster, sealed_to)
    Case.objects.filter(pk=case.pk).update(closed_groups=closed_groups(roster, out))
    KeptOut.objects.bulk_create(
        KeptOut(case=case, staff=person) for person in staff_by_ref(case.organisation, out).values()
    )


def _notify(case: Case, occasion: str) -> None:
    Notice.objects.bulk_create(
        (
            Notice(staff=assignment.staff, occasion=f"{occasion}.{case.pk}", due_on=clock.today())
            for assignment in case.assignments.select_related("staff")
        ),
        ignore_conflicts=True,
    )
