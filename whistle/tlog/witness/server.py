"""The witness as a small HTTP program, and the first start that makes its key and its memory together."""

import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from whistle.core import clock
from whistle.tlog import keys
from whistle.tlog.errors import WitnessError
from whistle.tlog.note import COSIGNATURE_ED25519, COSIGNATURE_MLDSA44
from whistle.tlog.witness.core import MAX_REQUEST, TEXT, Answer, Witness

log = logging.getLogger("whistle.witness")

#: Seconds a client may take to say what it wants.
PATIENCE = 10


def open_witness(memory: Path, key_file: Path, name: str) -> Witness:
    """Return the witness whose memory and key are in these files; makes both when neither is there.

    Raises WitnessError when only one of them is: a witness that lost its memory would cosign a second
    history, so it must be retired with its key, and never be started again.
    """
    if key_file.exists() != memory.exists():
        lost = memory if key_file.exists() else key_file
        raise WitnessError("witness.lost", f"{lost} is gone: retire this witness, make one with a new name")
    if not key_file.exists():
        if not name:
            raise WitnessError("witness.name", "a new witness needs a name, such as kontroll.example/witness")
        private = [keys.generate(name, kind) for kind in (COSIGNATURE_ED25519, COSIGNATURE_MLDSA44)]
        memory.touch(mode=0o600)
        keys.write_key_file(key_file, private)
    signers = keys.read_key_file(key_file)
    if name and signers[0].public.name != name:
        raise WitnessError("witness.name", f"this witness is called {signers[0].public.name}")
    return Witness(memory, signers)


class Server(ThreadingHTTPServer):
    """Serves one witness; `port` 0 takes any free port."""

    daemon_threads = True

    def __init__(self, host: str, port: int, witness: Witness) -> None:
        self.witness = witness
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        """The submission prefix, to which clients add `/add-checkpoint`."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """`POST …/add-checkpoint`, and `GET /` which tells the public keys."""

    server: Server
    server_version = "whistle-witness"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def do_GET(self) -> None:
        """Answer with the witness's public keys, one a line."""
        self.answer(Answer(200, "".join(f"{one.public}\n" for one in self.server.witness.signers)))

    def do_POST(self) -> None:
        """Judge a checkpoint. C2SP tlog-witness "add-checkpoint"."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_REQUEST:
            self.close_connection = True
            self.answer(Answer(400, "a body with a length is needed\n"))
            return
        body = self.rfile.read(int(length))
        if not self.path.endswith("/add-checkpoint"):
            self.answer(Answer(404, "POST to /add-checkpoint\n"))
            return
        answer = self.server.witness.add_checkpoint(body, at=int(clock.now().timestamp()))
        log.info("%s", answer.status)
        self.answer(answer)

    def answer(self, answer: Answer) -> None:
        """Send an answer."""
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind or TEXT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Write no line per request: it would hold the caller's address."""
