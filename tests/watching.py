"""A witness on this machine, and towns whose logs it watches."""

import threading
from pathlib import Path

from whistle.audit import policies
from whistle.audit.folders import LOGS, log_folder
from whistle.organisations.models import Organisation
from whistle.tlog.witness.server import Server, open_witness


class Watcher:
    """A witness in a thread, as a control committee would run it."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.witness = open_witness(folder / "memory", folder / "key", f"{name}.example/witness")
        self.server = Server("127.0.0.1", 0, self.witness)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    @property
    def vkey(self) -> str:
        return str(self.witness.signers[0].public)

    def watch(self, organisation: Organisation) -> None:
        """Follow both logs of an organisation."""
        for log in LOGS:
            self.witness.follow((log_folder(organisation, log) / "log.vkey").read_text().strip())

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def be_watched(organisation: Organisation, *watchers: Watcher, needed: int = 1) -> None:
    """Put a policy in force that asks these witnesses."""
    for one in watchers:
        one.watch(organisation)
    policies.write(organisation, {one.name: (one.vkey, one.server.url) for one in watchers}, needed=needed)
