"""`manage.py verify_log`: hold the rows against MAC, published entries, tiles, checkpoint and columns."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from whistle.audit import alarms
from whistle.audit.faults import Fault, words
from whistle.audit.folders import LOGS
from whistle.audit.management.chosen import add_argument, chosen
from whistle.audit.verify import Verified, record_verified, verify
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import every


class Command(BaseCommand):
    help = "Check both logs of an organisation, or of all; name every fault with its index.  Exit status 1 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        add_argument(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
        parser.add_argument(
            "--record", action="store_true", help="log that it was verified; faults raise an alarm"
        )

    def handle(self, *, organisation: str, json: bool, record: bool, **options: Any) -> None:
        named = [chosen(organisation)] if organisation or json else every()
        held = [self._holds(about, json=json, record=record) for about in named]  # each is told of
        if not all(held):
            raise SystemExit(1)

    def _holds(self, about: Organisation, *, json: bool, record: bool) -> bool:
        result = verify(about)
        self.stdout.write(_as_json(result) if json else _as_text(about, result))
        if record and result.faults:
            alarms.raise_alarm(
                about, alarms.Kind.FAULT, log=result.faults[0].log, detail=result.faults[0].kind
            )
        elif record:
            record_verified(about, result)
        return not result.faults


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
    lines += [f"  {line}" for line in _ranges(result.faults)]
    lines.append(f"  {len(result.faults)} faults" if result.faults else "  no fault")
    return "\n".join(lines)


def _ranges(found: list[Fault]) -> Iterator[str]:
    """Yield one line for each run of neighbouring entries with the same fault."""
    ordered = sorted(found, key=lambda one: (one.log, one.kind, -1 if one.index is None else one.index))
    for (log, kind, _run), run in groupby(
        enumerate(ordered), key=lambda pair: (pair[1].log, pair[1].kind, (pair[1].index or 0) - pair[0])
    ):
        faults = [fault for _number, fault in run]
        if faults[0].index is None:  # about no entry: each is a matter of its own
            yield from map(str, faults)
            continue
        last = f"–{faults[-1].index}" if len(faults) > 1 else ""
        yield f"{log} {faults[0].index}{last}: {kind}: {words(kind)}"
