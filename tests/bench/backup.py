"""Backup and restore of 10,000 cases (BENCH_CASES), on SQLite: how long each takes, against copying the same octets.

Each case has a mailbox and a room, five items with a small file each, and twelve seals: what a small case looks like.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row, seconds

CASES = int(os.environ.get("BENCH_CASES", "10000"))
HERE = Path(__file__).resolve().parent.parent.parent


def rows() -> Iterator[Row]:
    """Yield seconds for a first backup, the next night's, a restore with its verification."""
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as name:
        folder = Path(name)
        _run(folder / "a", "make", str(CASES))
        octets = _size(folder / "a")
        copying = seconds(lambda: _copy(folder / "a", folder / "copy"))
        shutil.rmtree(folder / "copy")
        yield Row(f"{CASES:,} cases on the disk", octets / 1e6, "MB")
        first = seconds(lambda: _run(folder / "a", "backup", str(folder / "kept")))
        yield Row("backup, the first", first * 10_000 / CASES, "s/10k")
        yield Row("   of the time of copying the same octets", first / copying)
        again = seconds(lambda: _run(folder / "a", "backup", str(folder / "kept")))
        yield Row("backup, the next night's", again * 10_000 / CASES, "s/10k", "<= 60")
        _run(folder / "b", "migrate")
        restoring = seconds(lambda: _run(folder / "b", "restore", str(folder / "kept")))
        yield Row("restore, verify log, counts and a sample", restoring * 10_000 / CASES, "s/10k", "<= 300")
        yield Row("   of the time of copying the same octets", restoring / copying)
        yield Row("octets of the backup, of those on the disk", _size(folder / "kept") / octets)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target)
    os.sync()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _run(data: Path, *words: str) -> None:
    data.mkdir(exist_ok=True)
    settings = {
        "WHISTLE_DATA": str(data),
        "WHISTLE_DEMO": "1",
        "WHISTLE_SECRET_KEY": "bench-secret-key-bench-secret-key-0123456789",
        "WHISTLE_ENTRY_KEY": "bench-entry-key-bench-entry-key-0123456789",
        "WHISTLE_DATABASE_URL": f"sqlite:///{data}/whistle.sqlite3",
        "DJANGO_SETTINGS_MODULE": "whistle.settings",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench._many", *words]
    subprocess.run(command, cwd=HERE, env=kept | settings, check=True, stdout=subprocess.DEVNULL)
