"""`manage.py add_witness NAME VKEY URL`: take a witness into an organisation's policy, or change its address."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit import policies
from whistle.audit.management.chosen import add_argument, chosen
from whistle.tlog.errors import TlogError


class Command(BaseCommand):
    help = "Take a witness into the policy.  Print the policy and keep it in the control committee's minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="a short name, such as kontrollutvalg")
        parser.add_argument("vkey", help="the first line that the witness prints when it starts")
        parser.add_argument("url", help="its address, without /add-checkpoint")
        add_argument(parser)
        parser.add_argument(
            "--needed", type=int, default=1, help="how many of all witnesses must have signed (1)"
        )

    def handle(
        self, *, name: str, vkey: str, url: str, organisation: str, needed: int, **options: Any
    ) -> None:
        about = chosen(organisation)
        try:
            present = {
                one.name: (str(one.verifier.public), one.url) for one in policies.read(about).witnesses
            }
            policies.write(about, {**present, name: (vkey, url)}, needed=needed)
        except TlogError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(policies.text(about, {**present, name: (vkey, url)}, needed=needed), ending="")
