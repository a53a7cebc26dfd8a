"""Take in a new recovery key that was made and signed on the offline machine."""

import base64
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.management.commands.recovery_export import staff
from cases.services import rotate
from whistle.audit import stakes
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence


class Command(BaseCommand):
    help = "Approve a new recovery key (file of whistle.client.new_recovery); it takes effect when a witness has seen it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation")
        parser.add_argument("by", help="user name of the compliance leader or auditor who approves")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **given: Any) -> None:
        actor = staff(given["organisation"], given["by"])
        try:
            said = json.loads(given["file"].read_text())
            octets = {name: base64.b64decode(said[name]) for name in ("document", "signature", "certificate")}
            approval = rotate.approve(
                actor,
                kind=said["kind"],
                document=octets["document"],
                signature=octets["signature"],
                octets=octets["certificate"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError("this is not a file of a new recovery key") from error
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error
        state = stakes.settle(approval, seconds=3)
        done = "in force" if state is stakes.State.DONE else "approved; in force when a witness has seen it"
        self.stdout.write(f"the new {said['kind']} recovery key is {done}")
