"""The client from the shell: `python -m whistle.client report|mailbox|reply|desk URL …`, JSON out."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from whistle.client.box import File
from whistle.client.desk import Desk, person_from
from whistle.client.errors import ClientError
from whistle.client.reporter import Reporter


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m whistle.client", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    report = acts.add_parser("report", help="seal and send a report; prints its code")
    reply = acts.add_parser("reply", help="write again with a code")
    mailbox = acts.add_parser("mailbox", help="read the messages of a code")
    desk = acts.add_parser("desk", help="what an officer does")
    for act in (report, reply, mailbox, desk):
        act.add_argument("url")
    for act in (report, reply):
        act.add_argument("--text", required=True)
        act.add_argument("--file", action="append", type=Path, default=[])
    report.add_argument(
        "--about", action="append", default=[], help="whom it concerns, as a code of the roster"
    )
    report.add_argument(
        "--exclude", action="append", default=[], metavar="USERNAME", help="takes a reader off the list"
    )
    for act in (mailbox, reply):
        act.add_argument("--code", required=True)
    desk.add_argument("--as", dest="username", required=True)
    desk.add_argument("--people", type=Path, required=True, help="the demo's people file")
    desk.add_argument("what", choices=["list", "open", "reply", "acknowledge", "note"])
    desk.add_argument("case", nargs="?")
    desk.add_argument("--text", default="")
    return parser


def run(given: argparse.Namespace) -> Any:
    """Do what was asked and return what is printed."""
    if given.act == "report":
        files = [File.at(path) for path in given.file]
        sent = Reporter(given.url).report(given.text, files=files, about=given.about, exclude=given.exclude)
        return asdict(sent)
    if given.act == "mailbox":
        return [asdict(message) for message in Reporter(given.url).mailbox(given.code).messages]
    if given.act == "reply":
        files = [File.at(path) for path in given.file]
        return {"receipt": Reporter(given.url).mailbox(given.code).reply(given.text, files)}
    return _desk(given)


def _desk(given: argparse.Namespace) -> Any:
    desk = Desk(given.url, person_from(given.people, given.username))
    if given.what == "list":
        return desk.cases()
    if not given.case:
        raise ClientError("client.usage", "which case?")
    case = desk.open(given.case)
    if given.what == "reply":
        case.answer(given.text)
    elif given.what == "acknowledge":
        case.acknowledge(given.text)
    elif given.what == "note":
        case.note(given.text)
    return {
        "reference": given.case,
        "state": case.card["state"],
        "messages": [asdict(message) for message in case.messages],
        "notes": [asdict(note) for note in case.notes],
    }


def main() -> int:
    """Print JSON and return 0; on refusal print the code and sentence as JSON on stderr and return 1."""
    try:
        print(json.dumps(run(arguments().parse_args()), ensure_ascii=False, indent=1))
    except ClientError as error:
        print(json.dumps({"code": error.code, "message": error.message}, ensure_ascii=False), file=sys.stderr)
        return 1
    except OSError as error:
        print(json.dumps({"code": "client.file", "message": str(error)}), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
