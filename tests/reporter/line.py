"""A line to a server that breaks: what goes through it is cut off after so many octets, as in a tunnel."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

PIECE = 2**16


class Line:
    """Carries octets both ways; breaks `times` times, each after `every` further octets to the server."""

    def __init__(self, url: str, every: int, times: int) -> None:
        self.server = urlsplit(url)
        self.every, self.left, self.carried, self.broken = every, times, 0, 0
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def run(self) -> None:
        """Carry until the door is closed."""
        while True:
            try:
                visitor, _address = self._door.accept()
            except OSError:
                return
            server = socket.create_connection((self.server.hostname or "", self.server.port or 80))
            for one, other, counts in ((visitor, server, True), (server, visitor, False)):
                threading.Thread(target=self._carry, args=(one, other, counts), daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _carry(self, one: socket.socket, other: socket.socket, counts: bool) -> None:
        try:
            while piece := one.recv(PIECE):
                if counts and self._breaks(len(piece)):
                    break
                other.sendall(piece)
        except OSError:
            pass
        for each in (one, other):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        one.close()  # the other end is closed by whoever carries the other way

    def _breaks(self, octets: int) -> bool:
        with self._lock:
            self.carried += octets
            if not self.left or self.carried < self.every * (self.broken + 1):
                return False
            self.left -= 1
            self.broken += 1
            return True


@contextmanager
def breaking(url: str, every: int, times: int) -> Iterator[Line]:
    """Open a line to the server at `url`."""
    line = Line(url, every, times)
    thread = threading.Thread(target=line.run, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.close()
        thread.join(5)
