"""No request of any test leaves a change of a case without an entry: looked at after each, on SQLite."""

from collections.abc import Callable

import pytest
from django.db import connection

from whistle.demo.inside import Inside

Send = Callable[[Inside, str, str, bytes | None, dict[str, str]], tuple[int, bytes]]


def owed() -> int:
    """How many changes of this transaction wait for an entry; PostgreSQL asks at COMMIT and cannot say."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_owed")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def every_request_pays(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test whose request changed a case silently.  What a test changes itself is its own business."""
    if "db" in request.fixturenames:
        send: Send = Inside.__call__

        def paid(
            self: Inside, method: str, path: str, body: bytes | None, headers: dict[str, str]
        ) -> tuple[int, bytes]:
            before = owed()
            answer = send(self, method, path, body, headers)
            assert owed() <= before, f"{method} {path} changed a case without an entry"
            return answer

        monkeypatch.setattr(Inside, "__call__", paid)
