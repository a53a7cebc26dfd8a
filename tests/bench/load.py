"""Load through the production stack: nginx, two faces, worker, PostgreSQL, Redis; senders on the same two cores.

50 reporters at once; then two reports a second for BENCH_LOAD_SECONDS (600); then ten times as many for a tenth of that.
What is timed is the sending of a finished report; sealing it is the reporter's machine's work.
"""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from tests.bench import Row

SECONDS = int(os.environ.get("BENCH_LOAD_SECONDS", "600"))
AT_ONCE, RATE, SPIKE = 50, 2, 10


def rows() -> Iterator[Row]:
    """Yield p95, errors and memory; nothing at all on a machine without nginx."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    from tests.deploy import programs
    from tests.deploy.stack import Stack

    if programs.nginx() is None:
        return
    stack = Stack()
    stack.env["WHISTLE_CALM_REPORTS"] = (
        "1000000"  # what the server can do; the senders' work would fill its two cores
    )
    os.environ["SSL_CERT_FILE"] = str(stack.certificate)
    try:
        stack.start()
        yield from _measure(Load(stack))
    finally:
        stack.close()


def _measure(load: "Load") -> Iterator[Row]:
    load.paced(RATE, 10)  # everything has been loaded once
    before = load.memory()
    yield from load.told(f"{AT_ONCE} reporters at once", load.at_once(AT_ONCE))
    yield from load.told(f"{RATE} reports a second for {SECONDS} s", load.paced(RATE, SECONDS))
    yield Row("   memory of all parts, against before", load.memory() / before, "x", "<= 1.25")
    spike = max(10, SECONDS // 10)
    yield from load.told(f"{RATE * SPIKE} a second for {spike} s", load.paced(RATE * SPIKE, spike))
    yield Row("   memory of all parts, in all", load.memory(), "MB")
    yield Row("reports that were confirmed and are not in the database", load.lost(), "", "<= 0")
    yield Row("seconds until the worker had made cases of all", load.adopted(), "s")
    load.stack.manage("verify_log", "--organisation", "nordvik")


class Load:
    """Many reporters of the second municipality."""

    def __init__(self, stack: "object") -> None:
        from tests.deploy.stack import Stack
        from whistle.client.reporter import Reporter

        assert isinstance(stack, Stack)
        self.stack, self.sent, self.errors = stack, 0, 0
        self.reporter = Reporter(f"{stack.url}/nordvik")
        self.lock = threading.Lock()

    def body(self) -> dict[str, object]:
        """Return a sealed report, ready to be sent."""
        from whistle.vault.keys import ReporterKeys

        return self.reporter.compose(
            ReporterKeys(os.urandom(32)),
            "A report under load.",
            files=[],
            about=[],
            exclude=[],
            probe=False,
            answers={},
            name="",
        )

    def send(self, body: dict[str, object]) -> float:
        """Send it; return the seconds it took, from its first octet to the receipt."""
        began = time.perf_counter()
        try:
            self.reporter.server.post("reports", body)
        except Exception:  # counted, whatever it is
            with self.lock:
                self.errors += 1
        else:
            with self.lock:
                self.sent += 1
        return time.perf_counter() - began

    def at_once(self, count: int) -> list[float]:
        """Let all send at the same moment."""
        bodies, moment = [self.body() for _ in range(count)], threading.Barrier(count)

        def one(body: dict[str, object]) -> float:
            moment.wait(60)
            return self.send(body)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, bodies))

    def paced(self, rate: int, seconds: int) -> list[float]:
        """Let `rate` send each second, however long the others take."""
        waiting: list[Future[float]] = []
        began = time.monotonic()
        with ThreadPoolExecutor(200) as pool:
            for number in range(rate * seconds):
                body = self.body()
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
                waiting.append(pool.submit(self.send, body))
            return [one.result() for one in waiting]

    def told(self, what: str, taken: list[float]) -> Iterator[Row]:
        """Yield the figures of one round."""
        ordered = sorted(taken)
        yield Row(what, len(taken), "sent")
        yield Row("   half of them within", ordered[len(ordered) // 2] * 1000, "ms")
        yield Row("   95 of 100 within", ordered[len(ordered) * 95 // 100] * 1000, "ms")
        yield Row("   the slowest", ordered[-1] * 1000, "ms")
        yield Row("   errors", self.errors, "", "<= 0")
        self.errors = 0

    def memory(self) -> float:
        """Return the megabytes that all our parts have to themselves (PSS)."""
        return sum(part.memory for part in self.stack.parts.values())

    def lost(self) -> int:
        """Return how many confirmed reports the database does not have."""
        with self.stack.connect("postgres") as connection:
            row = connection.execute("SELECT count(*) FROM store_box WHERE kind = 'mailbox'").fetchone()
        return self.sent - int(str(row[0] if row else 0))

    def adopted(self) -> float:
        """Return the seconds until no report waits for the worker."""
        began = time.monotonic()
        while time.monotonic() < began + 600:
            with self.stack.connect("postgres") as connection:
                row = connection.execute(
                    "SELECT count(*) FROM channel_mailboxstatus WHERE NOT adopted"
                ).fetchone()
            if row == (0,):
                break
            time.sleep(1)
        return time.monotonic() - began
