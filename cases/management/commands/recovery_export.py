"""Write what the offline machine needs to recover the cases of somebody whose keys are lost."""

import base64
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.services import recovery
from whistle.accounts.models import Staff
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.ui.messages import sentence


def staff(organisation: str, username: str) -> Staff:
    """Return a person by organisation and user name, or end the command."""
    try:
        found = Organisation.objects.get(slug=organisation)
        return Staff.objects.get(organisation=found, username=username)
    except (Organisation.DoesNotExist, Staff.DoesNotExist) as error:
        raise CommandError(f"{username} is nobody in {organisation}") from error


def in_json(value: object) -> str:
    """Return octets as base64, for `json.dumps`."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


class Command(BaseCommand):
    help = "Export the recovery seals of a lost officer's cases (ciphertext; useless without the sheets)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation")
        parser.add_argument("lost", help="user name of the officer whose keys are lost")
        parser.add_argument("newcomer", help="user name of the certified officer who takes over")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **given: Any) -> None:
        lost, newcomer = (staff(given["organisation"], given[who]) for who in ("lost", "newcomer"))
        try:
            found = recovery.export(lost, newcomer)
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error
        given["file"].touch(mode=0o600)
        given["file"].write_text(json.dumps(found, default=in_json))
        self.stdout.write(f"{len(found['boxes'])} boxes for {found['newcomer']['name']} in {given['file']}")
