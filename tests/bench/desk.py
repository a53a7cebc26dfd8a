"""The desk with 100, 10,000 and 100,000 cases in PostgreSQL: list, search, case page, as ratios.

BENCH_CASES (100000) sets the largest number.  The strongest peer takes 4–5 s and 47 MB for a list of 10,000 and shows
all of them; ours shows the first page and the number.  Rows are made in bulk: what they hold is noise of the right size.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row
from tests.on_postgres import server
from tests.vault.browser_half import run_node

LARGEST = int(os.environ.get("BENCH_CASES", "100000"))
SIZES = sorted({100, min(10_000, LARGEST), LARGEST})
ROOT = Path(__file__).resolve().parents[2]
PEER_LIST_MS, PEER_LIST_KB = 4000, 46_900  # GlobaLeaks 5.0.95, 10,000 cases, on two cores
TARGET_MS = 60
Figures = tuple[
    float, float, int, float
]  # milliseconds, kB, queries, milliseconds of this process's processor


def rows() -> Iterator[Row]:
    """Measure in a process of its own, whose settings name the throwaway PostgreSQL."""
    with server() as url:
        environment = {**os.environ, "WHISTLE_TEST_DATABASE_URL": url}
        command = [sys.executable, "-m", "tests.bench._desk_pages", *map(str, SIZES)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[tuple[str, int], Figures] = {}
    for line in done.stdout.splitlines():
        what, size, milliseconds, kilobytes, queries, processor = line.split("\t")
        found[what, int(size)] = (float(milliseconds), float(kilobytes), int(queries), float(processor))
    yield from _told(found)
    yield from _index()


def _index() -> Iterator[Row]:
    """Measure a second visit to a person's index in the browser's half, under Node: fetched, opened, searched."""
    for cases in (200, 2000):
        said = json.loads(run_node("tests/desk_tools/search.mjs", str(cases), "300").stdout)
        octets = said["second"]["octets"] / 1024
        name = f"index of {cases:,} cases opened before, 300 words each: {said['second']['get']} requests, {octets:.0f} kB"
        yield Row(name, said["visit"], "ms", f"<= {cases}")
        yield Row("   a question to it", said["question"], "ms", "<= 100")


def _told(found: dict[tuple[str, int], Figures]) -> Iterator[Row]:
    for what in dict.fromkeys(name for name, _size in found):
        for size in SIZES:
            milliseconds, kilobytes, queries, processor = found[what, size]
            target = f"<= {TARGET_MS}" if what.startswith(("list", "case", "needs")) else ""
            name = (
                f"{what}, {size:,} cases: {queries} queries, {kilobytes:.0f} kB, {processor:.0f} ms of ours"
            )
            yield Row(name, milliseconds, "ms", target)
        least = SIZES[1] if what.startswith("search index, 500") else SIZES[0]  # 100 cases are not 500
        few, many = found[what, least], found[what, SIZES[-1]]
        yield Row(f"   {what}: time at {SIZES[-1]:,} of that at {least:,}", many[0] / few[0], "x", "<= 2")
        yield Row(f"   {what}: queries more at {SIZES[-1]:,}", many[2] - few[2], "", "<= 0")
    listed = found["list", SIZES[-1]]
    yield Row(
        f"list of {SIZES[-1]:,}, of the peer's 4 s for 10,000", listed[0] / PEER_LIST_MS, "x", "<= 0.015"
    )
    yield Row(f"   kB of the list of {SIZES[-1]:,}", listed[1], "kB", "<= 60")
    yield Row(
        f"   octets (compressed by none), of the peer's {PEER_LIST_KB:,} kB", listed[1] / PEER_LIST_KB, "x"
    )
