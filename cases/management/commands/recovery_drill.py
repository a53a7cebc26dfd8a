"""Rehearse the loss of an officer in a demo: three of five sheets give a new officer every case, two do not.

Nothing is kept: the drill runs in a transaction that is rolled back, and says what it saw.
"""

import base64
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cases.management.commands.recovery_export import in_json, staff
from cases.management.commands.recovery_import import read_seals
from cases.services import recovery
from whistle.client import paper
from whistle.client.errors import ClientError
from whistle.client.recovery import recover, seed_from
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence
from whistle.vault import sheets


class Command(BaseCommand):
    help = "Rehearse recovery: split the demo's recovery key, lose an officer, get their cases back. Keeps nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", nargs="?", default="fjellvik")
        parser.add_argument("lost", nargs="?", default="amir.haddad")
        parser.add_argument("newcomer", nargs="?", default="even.strand")
        parser.add_argument("--key", choices=("ordinary", "alternate"), default="ordinary")
        parser.add_argument("--sheets", type=Path, help="folder to write the sheets to, to be printed")
        parser.add_argument("--offline", type=Path, help="folder with the ceremony's secrets")

    def handle(self, *args: Any, **given: Any) -> None:
        folder = given["offline"] or settings.DATA / "offline"
        seed = _seed(folder / f"{given['organisation']}.json", given["key"])
        texts = sheets.split(seed)
        if given["sheets"]:
            said = {"organisation": given["organisation"], "key": given["key"]}
            self.stdout.write(f"✓ sheets to print: {paper.write(given['sheets'], texts, **said)}")
        self._must_fail("two sheets of five", texts[:2])
        first, _space, rest = texts[0].partition(" ")
        self._must_fail("a mistyped word", [f"{first}x {rest}", *texts[1:3]])
        lost, newcomer = (staff(given["organisation"], given[who]) for who in ("lost", "newcomer"))
        try:
            with transaction.atomic():
                self._recover(lost, newcomer, texts[2:])
                transaction.set_rollback(True)
        except (ClientError, DomainError) as error:
            raise CommandError(
                sentence(error.code) if isinstance(error, DomainError) else str(error)
            ) from error
        self.stdout.write("nothing was kept")

    def _must_fail(self, what: str, texts: list[str]) -> None:
        try:
            seed_from(texts)
        except ClientError as error:
            self.stdout.write(f"✓ {what}: {error}")
            return
        raise CommandError(f"{what} gave the key back")

    def _recover(self, lost: Any, newcomer: Any, texts: list[str]) -> None:
        export = json.loads(json.dumps(recovery.export(lost, newcomer), default=in_json))
        done = recover(export, seed_from(texts), base64.b64decode(export["root_key"]))
        cases = recovery.take_in(lost, newcomer, read_seals(done.sent["boxes"]), actor="system")
        self.stdout.write(f"✓ three sheets: {newcomer.name} has {len(cases)} cases of {lost.name}")
        self.stdout.write(f"  {done.closed} boxes are closed to this recovery key")


def _seed(path: Path, name: str) -> bytes:
    try:
        return bytes.fromhex(json.loads(path.read_text())[f"recovery_{name}"])
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(f"the ceremony's secrets are not in {path.parent}") from error
