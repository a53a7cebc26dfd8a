"""A visitor who can be recognised: an address of their own, a user agent, a referrer, every header that carries addresses.

`python -m tests.deploy.marked MODULE ARGUMENTS …` runs a module of the client as that visitor.
"""

import http.client
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ADDRESS = "127.83.61.7"  # the whole of 127/8 is this machine; nothing else uses this one
FORGED = "203.0.113.77"  # as a proxy upstream would name a visitor (RFC 5737)
AGENT = "MarkerBrowser/83.61"
REFERRER = "https://intranet.marker.example/hr"
LANGUAGE = "se-NO-x-marker"
HEADERS = {
    "User-Agent": AGENT,
    "Referer": REFERRER,
    "Accept-Language": LANGUAGE,
    "X-Forwarded-For": FORGED,
    "X-Real-IP": FORGED,
    "Forwarded": f"for={FORGED}",
    "CF-Connecting-IP": FORGED,
    "True-Client-IP": FORGED,
    "X-Client-IP": FORGED,
    "X-Cluster-Client-IP": FORGED,
    "X-Forwarded-Host": "marker.example",
    "Via": "1.1 marker.example",
}
MARKS = (ADDRESS, FORGED, "83.61", "MarkerBrowser", "marker.example", "x-marker")


@contextmanager
def marked() -> Iterator[None]:
    """Let every HTTP connection of this process be the visitor's."""
    connect, end = http.client.HTTPConnection.__init__, http.client.HTTPConnection.endheaders
    put = http.client.HTTPConnection.putheader

    def from_address(self: Any, *arguments: Any, **options: Any) -> None:
        connect(self, *arguments, **options)
        self.source_address = (ADDRESS, 0)

    def without_own(self: Any, header: Any, *values: Any) -> None:
        if str(header).title() not in ("User-Agent", "Referer"):
            put(self, header, *values)

    def with_headers(self: Any, *arguments: Any, **options: Any) -> None:
        for name, value in HEADERS.items():
            put(self, name, value)
        end(self, *arguments, **options)

    http.client.HTTPConnection.__init__ = from_address
    http.client.HTTPConnection.putheader = without_own
    http.client.HTTPConnection.endheaders = with_headers
    try:
        yield
    finally:
        http.client.HTTPConnection.__init__ = connect
        http.client.HTTPConnection.putheader = put
        http.client.HTTPConnection.endheaders = end


if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    with marked():
        runpy.run_module(sys.argv[0], run_name="__main__")
