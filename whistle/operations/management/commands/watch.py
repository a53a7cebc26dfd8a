"""`manage.py watch`: what is wrong with this installation, in lines; `--metrics` prints the figures."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from whistle.operations import watch
from whistle.organisations.selectors import every


class Command(BaseCommand):
    help = (
        "Print what is wrong; exit status 1 when something is.  The worker does the same and raises alarms."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--metrics", action="store_true", help="print the figures for Prometheus instead")

    def handle(self, *, metrics: bool, **options: Any) -> None:
        if metrics:
            self.stdout.write(watch.metrics(), ending="")
            return
        found = [f"{one.kind}: {one.detail}" for one in watch.findings()]
        for organisation in every():
            found += [
                f"{organisation.slug}: {one.kind}: {one.detail}" for one in watch.findings_of(organisation)
            ]
        for line in found:
            self.stdout.write(line)
        if found:
            raise SystemExit(1)
        self.stdout.write("Nothing is wrong.")
