"""The broker of the small installation: messages are files in a folder.

Kombu's file-system transport, so that a worker outlives what it finds there.  Kombu writes a message under the name that
readers look for, and a worker that looks at that moment, or after a power cut, reads half of it and stops for good.  Here
a file appears under its name when it is whole, and what cannot be read all the same is thrown away: a message is a hint,
a sweep finds its work again.
"""

import json
import logging
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem

log = logging.getLogger("whistle.broker")


class Channel(filesystem.Channel):
    """Kombu's channel with whole files."""

    def get_table(self, exchange: str) -> list[Any]:
        """Return the queues of an exchange; none where the file that names them was cut off."""
        try:
            found: list[Any] = super().get_table(exchange)  # type: ignore[no-untyped-call]
        except ValueError:
            return []
        return found

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        table = self.get_table(exchange)
        if bound not in table:
            file: Path = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
            _write_whole(file, [bound, *table])

    def _put(self, queue: str, payload: dict[str, Any], **_options: object) -> None:  # type: ignore[override]
        # time first: messages are read in the order of their names
        stamp = f"{monotonic() * 1000:.0f}_{uuid4()}"
        _write_whole(Path(self.data_folder_out) / f"{stamp}.{queue}.msg", payload)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        while True:
            try:
                message: dict[str, Any] = super()._get(queue)  # type: ignore[no-untyped-call]
            except ValueError:
                log.warning("a message that was cut off is thrown away; its work is found by a sweep")
            else:
                return message


class Transport(filesystem.Transport):
    """Kombu's transport with our channel."""

    Channel = Channel


def use_whole_files() -> None:
    """Let `filesystem://` mean this broker in this process.

    >>> use_whole_files()
    >>> from kombu import Connection
    >>> Connection("filesystem://localhost//").get_transport_cls().__module__
    'whistle.broker'
    """
    TRANSPORT_ALIASES["filesystem"] = "whistle.broker:Transport"


def _write_whole(path: Path, content: object) -> None:
    new = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        new.write_text(json.dumps(content))
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
