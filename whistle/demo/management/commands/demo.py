"""`manage.py demo`: the demo municipalities, their people and a dozen sealed cases, made once."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit.publisher import publish_all
from whistle.core import clock
from whistle.demo import texts, unfinished
from whistle.demo.ceremony import Ceremony, Enrolled
from whistle.demo.people import FJELLVIK, NORDVIK, DemoPerson
from whistle.demo.stories import NORDVIK_STORIES, STORIES, Story
from whistle.demo.telling import MORNING, Teller
from whistle.organisations.models import Organisation
from whistle.plan.services.demo import load_demo, work_after
from whistle.plan.services.readings import publish as publish_plan

STARTED_DAYS_AGO = 100


class Command(BaseCommand):
    help = "Make the demo municipalities Fjellvik and Nordvik, unless they are there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-cases", action="store_true", help="people and plan only (tests)")

    def handle(self, *, without_cases: bool, **options: Any) -> None:
        if unfinished.interrupted(settings.DATA):
            message = f"The demo was interrupted while it was made. Empty the database and {settings.DATA}, and start again."
            raise CommandError(message)
        if Organisation.objects.exists():
            self.stdout.write("The demo is there already.")
            return
        with unfinished.making(settings.DATA):
            self._make_both(without_cases=without_cases)

    def _make_both(self, *, without_cases: bool) -> None:
        self._make("fjellvik", "Fjellvik kommune", FJELLVIK, () if without_cases else STORIES, "demo.json")
        self._make(
            "nordvik",
            "Nordvik kommune",
            NORDVIK,
            () if without_cases else NORDVIK_STORIES,
            "demo-nordvik.json",
        )

    def _make(
        self, slug: str, name: str, cast: tuple[DemoPerson, ...], stories: tuple[Story, ...], people: str
    ) -> None:
        self.stdout.write(f"{name}: keys, people, plan …")
        began = datetime.combine(clock.today() - timedelta(days=STARTED_DAYS_AGO), MORNING, tzinfo=clock.OSLO)
        with clock.standing_at(began):
            organisation = Organisation.objects.create(
                slug=slug, name=name, log_origin=f"{slug}.example", live=True
            )
            ceremony = Ceremony(organisation)
            ceremony.start()
            enrolled = [ceremony.enrol(person) for person in cast]
            ceremony.adopt_roster(enrolled)
            texts.publish(organisation, enrolled[0].staff, enrolled[1].staff)
            names = {"by": enrolled[0].staff.log_name, "approved_by": enrolled[1].staff.log_name}
            plan = load_demo(organisation, **names, until=clock.today())
            later = work_after(plan, clock.today(), **names)
        ceremony.keep_offline(settings.DATA / "offline")
        _write_people(settings.DATA / people, enrolled)
        prefix = "" if slug == settings.DEFAULT_ORGANISATION else f"/{slug}"
        Teller(organisation, enrolled, prefix, self._say).tell(stories, later)
        publish_plan(organisation)
        publish_all(organisation)

    def _say(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()


def _write_people(path: Path, enrolled: list[Enrolled]) -> None:
    rows = [
        {
            "username": one.person.username,
            "passphrase": one.passphrase,
            "totp_secret": one.totp_secret,
            "roles": [duty.value for duty in one.person.duties],
            "name": one.person.name,
            "organisation": one.staff.organisation.slug,
        }
        for one in enrolled
    ]
    path.touch(mode=0o600)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
