"""`manage.py verify_log`: hold the rows against MAC, published entries, tiles, checkpoint and columns."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from whistle.audit import alarms
from whistle.audit.folders import LOGS
from whistle.audit.management.chosen import add_argument, chosen
from whistle.audit.verify import Verified, record_verified, verify
from whistle.organisations.models import Organisation


class Command(BaseCommand):
    help = "Check both logs of an organisation; name every fault with its index.  Exit status 1 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        add_argument(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
        parser.add_argument(
            "--record", action="store_true", help="log that it was verified; faults raise an alarm"
        )

    def handle(self, *, organisation: str, json: bool, record: bool, **options: Any) -> None:
        about = chosen(organisation)
        result = verify(about)
        self.stdout.write(_as_json(result) if json else _as_text(about, result))
        if record and result.faults:
            alarms.raise_alarm(
                about, alarms.Kind.FAULT, log=result.faults[0].log, detail=result.faults[0].kind
            )
        elif record:
            record_verified(about, result)
        if result.faults:
            raise SystemExit(1)


def _as_json(result: Verified) -> str:
    shown = {"ok": not result.faults, "rows": result.rows, "signed": result.signed, "roots": result.roots}
    return json.dumps({**shown, "faults": [asdict(fault) for fault in result.faults]}, indent=1)


def _as_text(organisation: Organisation, result: Verified) -> str:
    lines = [f"{organisation.name}"]
    for log in LOGS:
        waiting = result.rows[log] - result.signed[log]
        lines.append(
            f"  {log}: {result.rows[log]} entries, {result.signed[log]} signed, {max(0, waiting)} not yet"
        )
    lines += [f"  {fault}" for fault in result.faults]
    lines.append(f"  {len(result.faults)} faults" if result.faults else "  no fault")
    return "\n".join(lines)
