"""`manage.py recover_log`: put promised entries back after the database was restored from an older backup."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit.folders import LOGS
from whistle.audit.guards import put_up
from whistle.audit.management.chosen import add_argument, chosen
from whistle.audit.recover import Judged, Verdict, judge, recover
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence

WORDS = {
    Verdict.WHOLE: "nothing is missing",
    Verdict.ACCIDENT: "an accident: the rows are as published, only the end is missing (a restored backup)",
    Verdict.TAMPERING: "NO ACCIDENT: entries were changed, or taken out of the middle",
}


class Command(BaseCommand):
    help = "Say whether entries were lost by accident or taken, and put them back from what was published."

    def add_arguments(self, parser: CommandParser) -> None:
        add_argument(parser)
        parser.add_argument("--look", action="store_true", help="say what is the matter, and change nothing")
        parser.add_argument(
            "--despite-tampering", action="store_true", help="put entries back though it was no accident"
        )

    def handle(self, *, organisation: str, look: bool, despite_tampering: bool, **options: Any) -> None:
        about = chosen(organisation)
        try:
            judged = [judge(about, log) for log in LOGS]
            for one in judged:
                self.stdout.write(_line(one))
            if not look:
                recover(about, despite_tampering=despite_tampering)
                put_up()  # whoever took entries took a guard away first
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error
        if not look and any(one.verdict != Verdict.WHOLE for one in judged):
            self.stdout.write(
                "Recovered and logged.  The publisher goes on by itself; check with verify_log."
            )


def _line(one: Judged) -> str:
    moved = f", {len(one.displaced)} written since then move to the end" if one.displaced else ""
    missing = f" {len(one.missing)} missing" if one.missing else ""
    altered = f" {len(one.altered)} changed ({', '.join(map(str, one.altered[:10]))})" if one.altered else ""
    return f"{one.log}: {one.signed} signed, {one.found} found;{missing}{altered}{moved} {WORDS[one.verdict]}"
