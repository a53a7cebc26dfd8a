"""A place to practise: an organisation of its own beside the real one, with made-up people, and nothing in common.

Whatever is done there is done in earnest (sealed in the browser, decided by two, logged in its own log), so nothing has
to be left out of lists, figures, clocks or reports of the real one: it is not among them.  It is thrown away at once.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from cases.models import Case, Notice
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.demo import texts
from whistle.demo.ceremony import Ceremony, Enrolled
from whistle.demo.people import PRACTICE
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import TRAINING
from whistle.plan.services.plans import adopt, demo_document, load_plan
from whistle.store import blobs
from whistle.store.models import Box, Item

NAME = "ØVELSE"


def begin(real: Organisation) -> Organisation:
    """Make a place to practise beside an organisation, with its people; who they are stands in `people_file`.

    Raises `training.there` when there is one, and `training.itself` for a place to practise.
    """
    if real.training_of_id:
        raise DomainError("training.itself", status=409)
    if Organisation.objects.filter(training_of=real).exists():
        raise DomainError("training.there", status=409)
    with transaction.atomic():
        made = Organisation.objects.create(
            slug=f"{real.slug[: 50 - len(TRAINING)]}{TRAINING}",
            name=f"{NAME} – {real.name}"[:120],
            log_origin=f"ovelse.{real.log_origin}"[:120],
            training_of=real,
        )
        ceremony = Ceremony(made)
        ceremony.start()
        people = [ceremony.enrol(person) for person in PRACTICE]
        ceremony.adopt_roster(people)
        Staff.objects.filter(organisation=made).update(email="")  # no mail leaves from here
        texts.publish(made, people[1].staff, people[2].staff)
        plan = load_plan(made, demo_document())
        adopt(plan, actor=people[1].staff.log_name, role="plan_owner", decided_on=clock.today())
        made.live = True
        made.save(update_fields=["live"])
        with audit.atomic():
            audit.record("training.begun", organisation=real, actor="system", role="system", org=made.ref)
    _write(people_file(made), people)
    return made


def clear(place: Organisation, *, actor: Staff) -> int:
    """Throw everything away that was practised: keys, texts, files, cases; return how many cases.

    The people and their keys stay, and the log, which says nothing of anybody.  Raises `request.absent` anywhere else.
    """
    if not place.training_of_id or actor.organisation_id != place.pk:
        raise DomainError("request.absent", status=404)
    with audit.atomic():
        boxes = Box.objects.select_for_update().filter(organisation=place)
        names = list(Item.objects.filter(box__in=boxes).values_list("blob", flat=True))
        cases = Case.objects.filter(organisation=place)
        count = cases.count()
        cases.update(merged_into=None)
        cases.delete()
        boxes.delete()
        Notice.objects.filter(staff__organisation=place).delete()
        audit.record("training.cleared", organisation=place, actor=actor.log_name, role="staff", cases=count)
        transaction.on_commit(lambda: _unlink(names))
    return count


def colleagues(place: Organisation) -> list[dict[str, Any]]:
    """Return the made-up people with what signs them in; empty where their file is not on this machine."""
    path = people_file(place)
    return json.loads(path.read_text()) if path.exists() else []


def people_file(place: Organisation) -> Path:
    """Return where the people of a place to practise stand: nothing they open is real."""
    return Path(settings.DATA) / f"training-{place.slug}.json"


def _write(path: Path, people: list[Enrolled]) -> None:
    rows = [
        {
            "username": one.person.username,
            "passphrase": one.passphrase,
            "totp_secret": one.totp_secret,
            "name": one.person.name,
            "title": one.person.title,
        }
        for one in people
    ]
    path.touch(mode=0o600)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1))


def _unlink(names: list[str]) -> None:
    for name in names:
        blobs.remove(name)
