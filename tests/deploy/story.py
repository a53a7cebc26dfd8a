"""What is said and sent while the stack runs, with words that can be found again."""

import http.client
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deploy.marked import marked
from tests.deploy.programs import HERE, until
from tests.deploy.stack import Stack
from whistle.client.box import File
from whistle.client.desk import Desk, Person
from whistle.client.reporter import Reporter, Sent

BOUNDARY = "whistle-test-boundary"


def word(place: str) -> str:
    """Return a text that nothing else contains."""
    return f"Kanarifugl-{place}-{secrets.token_hex(8)}"


@dataclass
class Story:
    """The words that were planted, and what came of them."""

    planted: dict[str, bytes] = field(default_factory=dict)
    rehearsed: "subprocess.CompletedProcess[str] | None" = None
    reference: str = ""

    def plant(self, place: str) -> str:
        """Return a new word and remember it."""
        self.planted[place] = word(place).encode()
        return self.planted[place].decode()


def people(stack: Stack) -> list[dict[str, Any]]:
    """Return the demo's people."""
    rows: list[dict[str, Any]] = json.loads((stack.data / "demo.json").read_text())
    return rows


def rehearse(stack: Stack, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the rehearsal through nginx, as the visitor who can be recognised."""
    stack.fresh_codes()
    command = ["-m", "tests.deploy.marked", "whistle.client.rehearse", stack.url, "--people"]
    return subprocess.run(
        [sys.executable, *command, str(stack.data / "demo.json"), *options],
        cwd=HERE,
        env=stack.env,
        capture_output=True,
        text=True,
        check=False,
    )


class Visitors:
    """People at their machines; each signs in once, since a one-time code works once."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.desks: dict[str, Desk] = {}

    def desk(self, role: str, number: int = 0) -> Desk:
        """Return the desk of the number-th person of the other municipality with a role."""
        rows = json.loads((self.stack.data / "demo-nordvik.json").read_text())
        row = [row for row in rows if role in row["roles"]][number]
        if row["username"] not in self.desks:
            person = Person(row["username"], row["passphrase"], row["totp_secret"])
            self.desks[row["username"]] = Desk(f"{self.stack.url}/nordvik", person)
        return self.desks[row["username"]]

    def reporter(self) -> Reporter:
        """Return a new reporter in the other municipality."""
        return Reporter(f"{self.stack.url}/nordvik")


def adopted(desk: Desk, text: str, seconds: float = 90) -> str:
    """Wait until a report has become a case that this person sees; return its reference."""
    found: list[str] = []
    looked: set[str] = set()

    def look() -> bool:
        for row in desk.cases("received"):
            if row["reference"] not in looked:
                looked.add(row["reference"])
                if desk.open(row["reference"]).messages[0].body["text"] == text:
                    found.append(row["reference"])
        return bool(found)

    until(look, "the report becomes a case", seconds)
    return found[0]


def tell(stack: Stack, visitors: Visitors) -> Story:
    """Tell the story with planted words: with script, without, at the desk; everybody is marked."""
    story = Story()
    story.rehearsed = rehearse(stack)
    with marked():
        _sealed(story, visitors)
        _plain(story, stack)
    for row in [*people(stack), *json.loads((stack.data / "demo-nordvik.json").read_text())]:
        story.planted[f"passphrase of {row['username']}"] = row["passphrase"].encode()
        story.planted[f"second factor of {row['username']}"] = row["totp_secret"].encode()
    return story


def _sealed(story: Story, visitors: Visitors) -> None:
    plant = story.plant
    text = plant("report")
    photo = File(f"{plant('file-name')}.png", "image/png", plant("file-content").encode() * 40)
    big = File("vedlegg.bin", "application/octet-stream", os.urandom(2**21) + plant("file-end").encode())
    sent = visitors.reporter().report(text, files=[photo, big])
    _code(story, "code", sent)
    desk = visitors.desk("compliance_leader")
    story.reference = adopted(desk, text)
    case = desk.open(story.reference)
    case.acknowledge(plant("acknowledgement"))
    case.note(plant("note"))
    case.answer(
        plant("answer"),
        [File(f"{plant('answer-file-name')}.txt", "text/plain", plant("answer-file").encode())],
    )
    mailbox = visitors.reporter().mailbox(sent.code)
    mailbox.reply(
        plant("reply"), [File(f"{plant('reply-file-name')}.txt", "text/plain", plant("reply-file").encode())]
    )
    case.refresh()
    case.give_feedback(plant("feedback"))


def _code(story: Story, place: str, sent: Sent) -> None:
    story.planted[place] = sent.code.encode()
    story.planted[f"{place} without spaces"] = sent.code.replace(" ", "").encode()


def _plain(story: Story, stack: Stack) -> None:
    """Send a report without script, with a file of some megabytes, and open the mailbox with its code."""
    plant = story.plant
    name, text, content = plant("plain-file-name"), plant("plain-report"), plant("plain-file").encode()
    body = form({"text": text, "end": "1"}, (f"{name}.txt", content + os.urandom(3 * 2**20) + content))
    status, _headers, page = request(stack, "POST", "/plain/", body, form_headers())
    assert status == 200, page[:500]
    digits = re.search(rb'class="w-hash">([0-9 ]{39})<', page)
    assert digits, "the page shows no code"
    code = digits.group(1)
    words = re.findall(rb'<span class="o">([^<]+)</span>', page)
    story.planted |= {"plain code": code, "plain code without spaces": code.replace(b" ", b"")}
    story.planted |= {"plain code in words": b" ".join(words), "the same with hyphens": b"-".join(words)}
    reply = form({"code": code.decode(), "text": plant("plain-reply")})
    status, _headers, page = request(stack, "POST", "/plain/nb/mailbox/", reply, form_headers())
    assert (status, text.encode() in page) == (200, True), page[:500]


def form(fields: dict[str, str], file: tuple[str, bytes] | None = None) -> bytes:
    """Return a multipart body as a browser makes it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file:
        head = f'name="files"; filename="{file[0]}"\r\nContent-Type: text/plain'
        parts.append(
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + file[1] + b"\r\n"
        )
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def form_headers() -> dict[str, str]:
    """Return the headers a browser sends with a form under our own referrer policy."""
    return {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Origin": "null",
        "Sec-Fetch-Site": "same-origin",
    }


def request(
    stack: Stack, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return status, all headers (a repeated one twice) and body of one request through nginx."""
    context = ssl.create_default_context(cafile=str(stack.certificate))
    connection = http.client.HTTPSConnection("localhost", stack.https, context=context, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def shapes(value: bytes) -> Iterator[bytes]:
    """Yield the forms in which a text may lie about: raw, hexadecimal, base64 at each of the three offsets.

    >>> b"616263" in set(shapes(b"abc"))
    True
    """
    yield value
    yield value.hex().encode()
    yield value.hex().upper().encode()
    for offset in range(3):
        middle = value[offset:]
        yield b64encode(middle[: len(middle) // 3 * 3])
    assert b64decode(b64encode(value)) == value


def kept(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Yield everything the server has kept, with the name of its place: files, database, broker."""
    own = {stack.data / "demo.json", stack.data / "demo-nordvik.json", stack.folder / "control.log"}
    for path in sorted(stack.folder.rglob("*")):
        if path.is_file() and path not in own and stack.data / "offline" not in path.parents:
            yield str(path.relative_to(stack.folder)), path.read_bytes()
            yield f"the name of {path.name}", path.name.encode()
    yield "database", stack.dump()
    for number in (0, 1):
        with stack.broker(number) as broker:
            for key in broker.scan_iter():
                yield f"broker {number}", key + b" " + (broker.dump(key) or b"")


def find(stack: Stack, wanted: dict[str, bytes]) -> list[str]:
    """Return where any form of the wanted texts was found."""
    patterns = {shape: place for place, value in wanted.items() for shape in shapes(value)}
    union = re.compile(b"|".join(re.escape(shape) for shape in sorted(patterns, key=len, reverse=True)))
    return sorted(
        {
            f"{patterns[hit.group()]} in {place}"
            for place, octets in kept(stack)
            for hit in union.finditer(octets)
        }
    )


def addresses(path: Path) -> list[str]:
    """Return what looks like an address of a visitor in a log."""
    return re.findall(r"\b(?:\d{1,3}\.){3}\d{1,3}\b", path.read_text(errors="replace"))
