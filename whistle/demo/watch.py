"""The demo's control committee: a witness that watches both municipalities' logs, in a process of its own."""

import socket
import subprocess
import sys
from pathlib import Path

from whistle.tlog.errors import WitnessError
from whistle.tlog.witness.server import open_witness

HERE = Path(__file__).resolve().parent.parent.parent
NAME = "kontrollutvalg"
KEY_NAME = "kontrollutvalg.example/witness"


def appoint(env: dict[str, str]) -> list[str]:
    """Make the witness at the first start, name it in each policy, and return the command that runs it."""
    data = Path(env["WHISTLE_DATA"])
    folder = data / "witness"
    folder.mkdir(exist_ok=True, mode=0o700)
    port = _port(folder / "port")
    try:
        witness = open_witness(folder / "memory", folder / "memory.key", KEY_NAME)
    except WitnessError as error:
        sys.exit(f"The witness cannot start: {error.detail}")
    vkey = str(witness.signers[0].public)
    for path in sorted(data.glob("logs/*/*/log.vkey")):
        if path.parent.name in ("desk", "channel"):
            witness.follow(path.read_text().strip())
    for folder_of_one in sorted({path.parent.parent for path in data.glob("logs/*/desk/log.vkey")}):
        policy = folder_of_one / "policy"
        line = f"witness {NAME} {vkey} http://127.0.0.1:{port}"
        if not policy.exists() or line not in policy.read_text().splitlines():
            _name_in_policy(env, folder_of_one.name, vkey, port)
    return [
        sys.executable, "-m", "whistle.tlog.witness", "--listen", f"127.0.0.1:{port}", "--state",
        str(folder / "memory"),
    ]  # fmt: skip


def _name_in_policy(env: dict[str, str], slug: str, vkey: str, port: int) -> None:
    command = [
        sys.executable, "manage.py", "add_witness", NAME, vkey, f"http://127.0.0.1:{port}",
        "--organisation", slug,
    ]  # fmt: skip
    if subprocess.run(command, cwd=HERE, env=env, check=False, stdout=subprocess.DEVNULL).returncode:
        sys.exit("The witness could not be named in the policy; see the message above.")


def _port(kept: Path) -> int:
    """Return the port of the last start if nobody took it meanwhile, else any free one."""
    wanted = int(kept.read_text()) if kept.exists() else 0
    for number in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            kept.write_text(str(found))
            return found
    raise OSError("no free port")
