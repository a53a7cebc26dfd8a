"""What people say, who they are and where they sit never gets into the log, by any way in."""

import base64
from pathlib import Path
from urllib.parse import quote

from tests.audit.visitor import Visitor
from tests.town import Town
from whistle.audit.export import write
from whistle.audit.tasks import publish_and_show
from whistle.client.box import File
from whistle.client.errors import ClientError

CANARIES = [f"kanarifugl{number:02d}qz" for number in range(20)]


def forms(word: str) -> list[bytes]:
    """A word as it may be hidden: plain, hexadecimal, base64 at any offset, percent-encoded.

    A piece of base64 counts from eight letters on: four of them stand in any signature by chance.
    """
    octets = word.encode()
    cut = [base64.b64encode(bytes(at) + octets)[4:-4] for at in range(3)]
    return [octets, octets.hex().encode(), *(piece for piece in cut if len(piece) >= 8), quote(word).encode()]


def test_twenty_canaries_are_nowhere_in_the_export(watched: Town, other_town: Town, tmp_path: Path) -> None:
    bird = iter(CANARIES)
    sent = watched.report(
        f"The {next(bird)} was paid.", files=[File(f"{next(bird)}.txt", "text/plain", next(bird).encode())]
    )
    case = watched.open("ingrid")
    case.acknowledge(f"We have {next(bird)}.")
    watched.mailbox(sent).reply(f"More about {next(bird)}.")
    watched.worker()
    case.refresh()
    case.answer(
        f"Who is {next(bird)}?", files=[File(f"{next(bird)}.png", "image/png", next(bird).encode() * 9)]
    )
    case.note(f"Ask {next(bird)}.")
    case.note("And again.")
    case.give_feedback(f"Done about {next(bird)}.")
    case.share(watched.people["even"].staff.ref)
    for odd in ({"outcome": next(bird)}, {"lesson": next(bird), "cause": next(bird)}):
        try:
            case.step("investigate", **odd)
        except ClientError:
            continue
    auditor = Visitor(watched, "randi")
    auditor.transport(
        "GET", f"/desk/log/?act={next(bird)}&case={next(bird)}", None,
        {"User-Agent": next(bird), "X-Forwarded-For": next(bird), "Referer": f"https://{next(bird)}.example/"},
    )  # fmt: skip
    auditor.post("/desk/log/desk/review/", first=0, last=1, finding=next(bird))
    other_town.report(f"Elsewhere: {next(bird)}")
    publish_and_show(watched.organisation)
    publish_and_show(other_town.organisation)
    for town in (watched, other_town):
        write(town.organisation, tmp_path / town.organisation.slug)

    assert next(bird, None) is None, "not every canary flew"
    names = [person.person.name for person in watched.people.values()]
    users = [person.person.username for person in watched.people.values()]
    exported = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and ("desk" in path.parts or "channel" in path.parts)
    ]
    assert len(exported) > 10
    for path in exported:
        octets = path.read_bytes()
        for word in [
            *CANARIES,
            *names,
            *users,
            "127.0.0.1",
            watched.newest().reference,
            sent.code.split()[0] * 2,
        ]:
            assert not any(form in octets for form in forms(word)), f"{word} in {path}"
