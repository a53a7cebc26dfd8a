"""Print what the vault costs on this machine: `python -m tests.vault.measure`. Nothing is asserted."""

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import brotli
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.browser import started
from tests.vault.browser_half import bundle, page_at, run_node, served
from tests.vault.cast import ADA, BOX, BOX_KEY, ORG, place
from whistle.vault import code, item, seal, staff

MIB = 1 << 20


def seconds(times: int, work: Callable[[], object]) -> float:
    """Return the mean time of one of `times` runs, after one that does not count."""
    work()
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def python() -> dict[str, float]:
    """Return milliseconds and MB/s of the Python half."""
    sealed = seal.seal(BOX_KEY, ADA.kem.public, ORG, BOX, 1)
    piece, ctx = bytes(MIB), place(kind=2)
    text = bytes(3_000)
    header, body = item.seal_item(BOX_KEY, place(), text)

    def stream() -> bytes:
        sealer = item.Sealer(BOX_KEY, ctx)
        for _ in range(256):
            sealer.update(piece)
        return sealer.finalize()

    whole = item.Sealer(BOX_KEY, ctx)
    parts = [whole.update(piece) for _ in range(256)] + [whole.finalize()]
    size = sum(map(len, parts))

    def unstream() -> bytes:
        opener = item.Opener(BOX_KEY, ctx, whole.header, size)
        for part in parts:
            opener.update(part)
        return opener.finalize()

    gcm = AESGCM(BOX_KEY)
    raw = MIB / seconds(256, lambda: gcm.encrypt(bytes(12), piece, None)) / 1e6
    sealing, opening = 256 * MIB / seconds(2, stream) / 1e6, 256 * MIB / seconds(2, unstream) / 1e6
    return {
        "seal ms": seconds(300, lambda: seal.seal(BOX_KEY, ADA.kem.public, ORG, BOX, 1)) * 1e3,
        "open ms": seconds(300, lambda: seal.open(sealed, ADA.kem, ORG, BOX, 1)) * 1e3,
        "item of 3 kB, seal ms": seconds(300, lambda: item.seal_item(BOX_KEY, place(), text)) * 1e3,
        "item of 3 kB, open ms": seconds(300, lambda: item.open_item(BOX_KEY, place(), header, body)) * 1e3,
        "AESGCM 1 MiB, MB/s": raw,
        "stream seal MB/s": sealing,
        "stream open MB/s": opening,
        "stream seal / AESGCM": sealing / raw,
        "code to master ms": seconds(3, lambda: code.master(code.new(), ORG)) * 1e3,
        "passphrase to master ms": seconds(2, lambda: staff.master("six words", bytes(16))) * 1e3,
    }


def openssl() -> str:
    """Return OpenSSL's own figure for AES-256-GCM at 16 KiB, in MB/s."""
    command = ["openssl", "speed", "-seconds", "1", "-bytes", "16384", "-evp", "aes-256-gcm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1].split()[-1]
    return f"{float(last.rstrip('k')) / 1e3:.0f}"


def bundle_size() -> dict[str, int]:
    """Return the octets of the whole browser half: minified, and with brotli."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "wbe1.js"
        entry = "whistle/browser/wbe1/index.js"
        done = run_node(
            "node_modules/esbuild/bin/esbuild",
            entry,
            "--bundle",
            "--minify",
            "--format=esm",
            f"--outfile={out}",
        )
        assert done.returncode == 0, done.stderr
        return {"minified": out.stat().st_size, "brotli": len(brotli.compress(out.read_bytes()))}


def chromium() -> dict[str, object]:
    """Return the figures of the browser half in a worker of a real Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        bundle(Path(folder))
        with served(Path(folder)) as address, started() as browser, page_at(browser, address) as page:
            found: dict[str, object] = page.evaluate("inWorker('figures')")
            return found


if __name__ == "__main__":
    for title, rows in (
        ("Python", python()),
        ("Chromium, worker", chromium()),
        ("bundle, octets", bundle_size()),
    ):
        print(title)
        for name, value in rows.items():
            print(f"  {name:45} {value:10.2f}" if isinstance(value, float) else f"  {name:45} {value:>10}")
    print(f"openssl speed, AES-256-GCM at 16 KiB, MB/s      {openssl():>10}")
