"""The log: the tree against the machine's SHA-256, a foreign verifier, and transactions without a log.

BENCH_ENTRIES (1,000,000) sets how long the log is.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.audit.databases import Place, new_postgres, new_sqlite, postgres_server
from tests.bench import Row, seconds
from tests.deploy.programs import HERE
from whistle.core import canonical
from whistle.tlog import checkpoint, note, proof, tree
from whistle.tlog.hashing import leaf_hash
from whistle.tlog.receipt import Receipt
from whistle.tlog.tile_reader import TileReader
from whistle.tlog.tile_writer import TileWriter

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
ORIGIN = "fjellvik.example/desk/1"
KEY = note.Ed25519Signer(ORIGIN, bytes(32))
TESSERA = 1500  # entries a second on a free cloud machine, as published (tessera, docs/performance.md)
GO = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")


def rows() -> Iterator[Row]:
    """Measure everything about the log."""
    yield from tree_rows()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name) / "export"
        print(f"  … writing {ENTRIES:,} entries", flush=True)
        write_log(folder / "desk", ENTRIES)
        yield from verify_rows(folder)
        yield from publish_rows(folder / "desk")
        yield from proof_rows(folder / "desk")
    yield from latency_rows()
    yield from transaction_rows()


def entry(number: int) -> bytes:
    """An entry as the desk writes it."""
    fields = {
        "v": 1, "act": "note.written", "actor": "ab" * 16, "at": "2026-11-23T09:00:00Z", "case": "cd" * 16,
        "d": {"item": hashlib.sha256(str(number).encode()).hexdigest()}, "m": [], "n": f"{number:032x}", "pv": None,
        "role": "handler",
    }  # fmt: skip
    return canonical.encode(fields)


def sign(writer: TileWriter, size: int, root: bytes) -> None:
    writer.write_checkpoint(checkpoint.sign(checkpoint.Checkpoint(ORIGIN, size, root), [KEY], at=0))


def write_log(folder: Path, count: int) -> None:
    with TileWriter(folder) as writer:
        sign(writer, *writer.append(map(entry, range(count))))
    (folder / "log.vkey").write_text(f"{KEY.public}\n")


# ——— T5: the tree ———


def tree_rows() -> Iterator[Row]:
    speed = subprocess.run(
        ["openssl", "speed", "-seconds", "2", "-bytes", "64", "sha256"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"^sha256\s+([\d.]+)k", speed.stdout, re.MULTILINE)
    assert found
    limit = float(found[1]) * 1000 / 64  # hashes a second
    leaves = [hashlib.sha256(number.to_bytes(8, "big")).digest() for number in range(1_000_000)]
    taken = min(seconds(lambda: tree.root_of(leaves)) for _ in range(3))
    yield Row(
        "T5 root of 1,000,000 leaf hashes, of what openssl speed does",
        (len(leaves) - 1) / taken / limit,
        "x",
        ">= 0.30",
    )


# ——— T4: verification ———


def verify_rows(folder: Path) -> Iterator[Row]:
    program = [sys.executable, "-I", str(HERE / "deploy" / "auditverify.py"), str(folder)]
    checker = _go_checker(folder.parent)
    structure = _run([*program, "--structure-only", "--jobs", "2"])
    if checker:
        pairs = [
            (
                _run([*program, "--structure-only", "--jobs", "2"]),
                _run([str(checker), str(folder / "desk"), str(KEY.public)]),
            )
            for _ in range(5)
        ]
        # the Debian route takes 1.7 times as long as tessera's fsck, measured side by side: 1.1 / 1.7
        yield Row(
            "T4 structural check, of Go's checksum-database library's time",
            median(ours[0] / theirs[0] for ours, theirs in pairs), "x", "<= 0.65",
        )  # fmt: skip
        name = "   of its processor time, whatever else the machine does"
        yield Row(name, median(ours[2] / theirs[2] for ours, theirs in pairs), "x")
    yield Row("T4 structural check, entries a second, two processes", ENTRIES / structure[0], "/s")
    yield Row("   memory of its largest process", structure[1], "MiB")
    whole = _run(program)
    yield Row("T13 whole check with meaning", whole[0] * 1e6 / ENTRIES, "s/1M", "<= 60")
    yield Row("   memory of its largest process", whole[1], "MiB")


def _run(command: list[str]) -> tuple[float, float, float]:
    """Return (seconds, MiB at most, processor seconds) of a program; its verdict does not matter here."""
    with tempfile.TemporaryFile() as output:
        began = perf_counter()
        running = subprocess.Popen(command, stdout=output, stderr=output)
        _pid, _status, usage = os.wait4(running.pid, 0)
        running.returncode = 0
        return perf_counter() - began, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def _go_checker(folder: Path) -> Path | None:
    if not shutil.which("go") or not GO.is_dir():
        return None
    settings = {
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOFLAGS": "",
        "GOCACHE": str(folder / "cache"),
    }
    program = folder / "checker"
    built = subprocess.run(
        ["go", "build", "-o", program, HERE / "tests/tlog/go/main.go"], env=os.environ | settings, check=False
    )
    return program if built.returncode == 0 else None


# ——— T8: publication ———


def publish_rows(folder: Path) -> Iterator[Row]:
    number = ENTRIES
    for batch, rounds, target in ((16, 30, "<= 3"), (256, 10, "")):
        taken = []
        for _ in range(rounds):
            with TileWriter(folder) as writer:
                began = perf_counter()
                sign(writer, *writer.append([entry(number + at) for at in range(batch)]))
                taken.append(perf_counter() - began)
            number += batch
        yield Row(f"T8 publish {batch} entries on top of {ENTRIES:,}", median(taken) * 1000, "ms", target)
    yield Row("T8 published a second, 256 at once", 256 / median(taken), "/s")


# ——— T9: proofs ———


def proof_rows(folder: Path) -> Iterator[Row]:
    raw = (folder / "checkpoint").read_text()
    head = checkpoint.parse(note.parse(raw.encode()).text)
    taken, reads = [], []
    for number in range(50):
        reader = TileReader(folder, head.size)
        began = perf_counter()
        hashes = reader.prove_inclusion(number * (head.size // 50))
        taken.append(perf_counter() - began)
        reads.append(reader.reads)
    yield Row("T9 inclusion proof, cold cache", median(taken) * 1000, "ms", "<= 1")
    yield Row("T9 files it reads", max(reads), "", "<= 5")
    index = 49 * (head.size // 50)
    leaf = leaf_hash(TileReader(folder, head.size).entry(index))
    count = 2000
    check = seconds(
        lambda: [proof.verify_inclusion(leaf, index, head.size, hashes, head.root) for _ in range(count)]
    )
    yield Row("T9 checking it", check / count * 1e6, "µs", "<= 20")
    yield Row("T9 receipt", len(Receipt(index, tuple(hashes), raw).text()), "B", "<= 1500")


# ——— T6, T7: transactions ———


def transaction_rows() -> Iterator[Row]:
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.bench._request"],
        cwd=HERE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    yield Row(
        "T6 whole requests that write an entry, of the same that write none",
        float(asked.stdout),
        "x",
        ">= 0.6",
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        place = new_sqlite(Path(name))
        place.run("make")
        yield from _rates("SQLite, FULL", place, (1,), {1: ">= 0.8"})
    with tempfile.TemporaryDirectory(prefix="bench-") as name, postgres_server() as host:
        place = new_postgres(host, Path(name))
        place.run("make")
        yield from _rates("PostgreSQL", place, (1, 4, 8), {1: ">= 0.85", 4: ">= 0.5", 8: ">= 0.4"})


# ——— T10: how long it takes ———


def latency_rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        place = new_sqlite(Path(name))
        place.run("make")
        found = place.run("latency", "20", timeout=200)
    yield Row("T10 from commit to a signed checkpoint, 99 of 100", found["signed"], "s", "<= 1.5")
    yield Row("T10 from approval to witnessed and done, 99 of 100", found["acts"], "s", "<= 3")


def _rates(kind: str, place: Place, clients: tuple[int, ...], targets: dict[int, str]) -> Iterator[Row]:
    best = 0.0
    for count in clients:
        found = place.run("rates", str(count), "6", timeout=300)
        best = max(best, found["rate"])
        who = f"{kind}, {count} client{'s' if count > 1 else ''}"
        yield Row(
            f"T6 transactions with a log, of those with a plain row ({who})",
            found["plain"],
            "x",
            targets[count],
        )
        name = f"   of those with a row that can be searched the same, without order or proof ({who})"
        yield Row(name, found["searchable"], "x")
        yield Row(f"   of those that log nothing ({who})", found["nothing"], "x")
    yield Row(f"T7 logged transactions a second at best, of tessera's published {TESSERA}/s ({kind})",
              best / TESSERA, "x", ">= 1")  # fmt: skip
