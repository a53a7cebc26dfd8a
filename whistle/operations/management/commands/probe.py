"""`manage.py probe URL`: a synthetic report from sending to reading, once a day; what broke becomes an alarm."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Case
from whistle.audit import alarms
from whistle.audit import services as audit
from whistle.audit.management.chosen import add_argument, chosen
from whistle.client.probe import play
from whistle.client.steps import PATIENCE
from whistle.core import clock
from whistle.operations import watch
from whistle.organisations.models import Organisation
from whistle.store import blobs
from whistle.store.models import Box, Item

KEPT = timedelta(days=7)


class Command(BaseCommand):
    help = "Send a synthetic report that only the probe's key opens, answer it, prove it; log that it passed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL", nargs="?", help="as visitors reach it (WHISTLE_PROBE_URL)")
        parser.add_argument("--people", type=Path, help="who the probe signs in as (WHISTLE_PROBE_PEOPLE)")
        parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds to wait for the worker")
        add_argument(parser)

    def handle(
        self, *, url: str | None, people: Path | None, patience: float, organisation: str, **options: Any
    ) -> None:
        about = chosen(organisation)
        url, path = url or settings.PROBE_URL, people or settings.PROBE_PEOPLE
        if not url:
            raise CommandError("Say where: name the address, or set WHISTLE_PROBE_URL")
        if path is None:
            raise CommandError("Say who the probe is: --people FILE, or set WHISTLE_PROBE_PEOPLE")
        broken = play(url, json.loads(Path(path).read_text()), self.stdout.write, patience)
        if broken:
            alarms.raise_alarm(about, alarms.Kind.PROBE, detail=broken)
            raise CommandError(f"The rehearsal broke: {broken}")
        gone = self._passed(about)
        watch.sign("probe")
        self.stdout.write(f"The story holds.  {gone} earlier synthetic cases are gone.")

    @staticmethod
    def _passed(organisation: Organisation) -> int:
        """Log that it passed, and delete synthetic cases of a week ago: there is nothing in them to keep."""
        old = Case.objects.filter(organisation=organisation, probe=True, received_on__lt=clock.today() - KEPT)
        boxes = Box.objects.filter(of_case__case__in=old, probe=True)
        names = list(Item.objects.filter(box__in=boxes).values_list("blob", flat=True))
        with audit.atomic():
            audit.record("probe.passed", organisation=organisation)
            count = old.count()
            for pk in list(old.values_list("pk", flat=True)):
                Box.objects.filter(of_case__case=pk).delete()
                Case.objects.filter(pk=pk).delete()
        for name in names:
            blobs.remove(name)
        return count
