"""What a national operator's workers do for 357 municipalities (BENCH_TOWNS), on PostgreSQL, and what of it grows with their number."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row
from tests.on_postgres import server

MANY = int(os.environ.get("BENCH_TOWNS", "357"))
FEW = 2
ROOT = Path(__file__).resolve().parents[2]
TARGETS = {  # seconds for all municipalities together, when nothing is new
    "publish": "<= 0.1", "adopt": "<= 0.3", "acts": "<= 0.1", "terms": "<= 0.3", "alarms": "<= 0.1", "watch": "<= 2",
    "clocks": "<= 30", "notices": "<= 1", "one signed": "<= 1", "start": "<= 5",
}  # fmt: skip
Figures = dict[str, tuple[float, int]]


def rows() -> Iterator[Row]:
    """Yield seconds, statements and memory, and how much more they are than for two municipalities."""
    few, many = _measured(FEW), _measured(MANY)
    for what, (value, asked) in many.items():
        unit = "MB" if what == "memory" else "s"
        told = f"{MANY} municipalities: {what}" + (f", {asked} statements" if asked else "")
        yield Row(told, value, unit, TARGETS.get(what, ""))
        yield Row(f"   of that for {FEW}", value / few[what][0], "x")


def _measured(count: int) -> Figures:
    """Measure in a process of its own, whose settings name a throwaway PostgreSQL."""
    with server() as url, tempfile.TemporaryDirectory(prefix="bench-towns-") as folder:
        settings = {
            "WHISTLE_DATA": folder,
            "WHISTLE_DEMO": "1",
            "WHISTLE_SECRET_KEY": "bench-secret-key-bench-secret-key-0123456789",
            "WHISTLE_ENTRY_KEY": "bench-entry-key-bench-entry-key-0123456789",
            "WHISTLE_DATABASE_URL": url,
            "WHISTLE_PUBLIC_LOG_MINUTES": "60",
            "DJANGO_SETTINGS_MODULE": "whistle.settings",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")}
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench._municipalities", str(count)]
        done = subprocess.run(
            command, cwd=ROOT, env=kept | settings, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found
