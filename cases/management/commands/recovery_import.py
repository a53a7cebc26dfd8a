"""Take in what the offline machine made: the newcomer gets the lost officer's cases."""

import base64
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.management.commands.recovery_export import staff
from cases.services import recovery
from whistle.access.services.vouches import NewSeal
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence


def read_seals(boxes: list[dict[str, Any]]) -> dict[str, list[NewSeal]]:
    """Return the seals of a recovery file, by box."""
    return {
        row["box_id"]: [
            NewSeal(each["key_id"], each["epoch"], _octets(each["sealed"]), _octets(each["vouch"]))
            for each in row["seals"]
        ]
        for row in boxes
    }


def _octets(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


class Command(BaseCommand):
    help = "Give a new officer the cases of a lost one, from the file the offline machine made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation")
        parser.add_argument("lost")
        parser.add_argument("newcomer")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **given: Any) -> None:
        lost, newcomer = (staff(given["organisation"], given[who]) for who in ("lost", "newcomer"))
        try:
            wire = json.loads(given["file"].read_text())
            if (wire["lost"], wire["newcomer"]) != (lost.ref, newcomer.ref):
                raise CommandError("this file was made for other people")
            cases = recovery.take_in(lost, newcomer, read_seals(wire["boxes"]), actor="system")
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError("this is not a file of recovered seals") from error
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error
        self.stdout.write(f"{newcomer.name} has {len(cases)} cases now; opening them makes new keys")
