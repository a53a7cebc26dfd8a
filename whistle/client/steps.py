"""What a rehearsal is made of: named steps, people who sign in once, waiting with patience."""

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from whistle.client.desk import Desk, Person
from whistle.client.errors import ClientError
from whistle.client.http import Network
from whistle.tlog.errors import TlogError
from whistle.vault.errors import VaultError

T = TypeVar("T")
PATIENCE = 40  # seconds to wait for the worker


class BrokenError(Exception):
    """A step did not hold."""


class Steps:
    """One run against one server."""

    def __init__(
        self,
        url: str,
        people: list[dict[str, Any]],
        say: Callable[[str], None] = print,
        patience: float = PATIENCE,
    ) -> None:
        self.url, self.people, self.say, self.patience = url, people, say, patience
        self.desks: dict[str, Desk] = {}
        self.network = Network(url)

    def step(self, name: str, act: Callable[[], T]) -> T:
        """Do one step and say how it went."""
        began = time.monotonic()
        try:
            result = act()
        except (ClientError, BrokenError, TlogError, VaultError, LookupError, ValueError) as error:
            self.say(f"✗ {name}: {error}")
            raise BrokenError(f"{name}: {error}") from error
        self.say(f"✓ {name} ({time.monotonic() - began:.1f} s)")
        return result

    def first(self, role: str, number: int) -> dict[str, Any]:
        """Return the number-th person who holds a role."""
        return [row for row in self.people if role in row["roles"]][number]

    def only(self, role: str) -> dict[str, Any]:
        """Return somebody who holds this role and no other."""
        return next(row for row in self.people if row["roles"] == [role])

    def desk(self, row: dict[str, Any]) -> Desk:
        """Return a person's desk; they sign in once.  A one-time code that was just used is waited out."""
        name = row["username"]
        for _attempt in range(3):
            if name in self.desks:
                break
            try:
                self.desks[name] = Desk(self.url, Person(name, row["passphrase"], row["totp_secret"]))
            except ClientError as error:
                if error.code != "sign_in.refused" or _attempt == 2:
                    raise
                time.sleep(30 - time.time() % 30 + 0.5)
        return self.desks[name]

    def wait(self, otherwise: str, look: Callable[[], T | None]) -> T:
        """Return what `look` finds in time, or say what is probably wrong."""
        limit = time.monotonic() + self.patience
        while time.monotonic() < limit:
            found = look()
            if found is not None:
                return found
            time.sleep(0.5)
        raise BrokenError(otherwise)

    def healthy(self) -> None:
        """The health page answers 200."""
        self.wait(f"health page: {self.down()}", lambda: None if self.down() else True)

    def down(self) -> str:
        """Return the names of parts that are down."""
        _status, body = self.network("GET", "/health/", None, {})
        return ", ".join(name for name, state in json.loads(body).items() if state != "ok")
