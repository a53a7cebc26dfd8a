"""`python -m whistle.client.rehearse URL --people demo.json`: the whole story, one line a step.

The exit status is the answer: 0 when every step held, 1 at the first that did not, with its name.
"""

import argparse
import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any

from whistle.client.box import File
from whistle.client.desk import OpenCase
from whistle.client.errors import ClientError
from whistle.client.http import unb64
from whistle.client.paperwork import before
from whistle.client.reporter import Mailbox, Reporter, Sent
from whistle.client.steps import PATIENCE, BrokenError, Steps
from whistle.tlog import checkpoint, keys, proof
from whistle.tlog.hashing import leaf_hash
from whistle.vault.item import Kind

PUBLISHING = 10  # seconds in which the log is shown outside once it is time
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 512
EARLIER = 12  # cases that are opened again
NOTE = "Ask for the invoices first."


def next_shown(minutes: int, now: float) -> float:
    """Return when the logs are next shown outside (POSIX seconds): on a fixed clock, or at once where there is none.

    >>> next_shown(60, 7199), next_shown(60, 7200), next_shown(0, 7200)
    (7200, 10800, 7200)
    """
    return (now // (60 * minutes) + 1) * 60 * minutes if minutes else now


class Rehearsal(Steps):
    """One run of the story against one server."""

    text = ""
    photo = PHOTO

    def run(self) -> None:
        """Play the story.  Raises BrokenError naming the first step that did not hold."""
        self.text = f"Rehearsal {secrets.token_hex(8)}: a contract was split into small invoices."
        step = self.step
        step("every part of the server says that it works", self.healthy)
        reporter = step("the readers are certified by the root key", lambda: Reporter(self.url))
        excluded, officer, second = (
            self.only("intake_officer"),
            self.first("compliance_leader", 0),
            self.first("compliance_leader", 1),
        )
        known = step("an officer signs in; the passphrase stays at home", lambda: self.references(officer))
        step("what was sent before still opens", lambda: self.earlier(officer))
        sent = step(
            f"a report is sealed, with no key for {excluded['name']}", lambda: self.report(reporter, excluded)
        )
        reference = step("the worker makes a case of it", lambda: self.adopted(officer, known))
        step("whoever was taken off the list finds nothing", lambda: self.hidden(excluded, reference))
        case = step(
            "the officer declares impartiality, opens report and file",
            lambda: self.opened(officer, reference),
        )
        step(
            "the officer confirms receipt: clock C1 stops",
            lambda: case.acknowledge("Thank you. We are on it."),
        )
        step("an internal note opens the case's room", lambda: case.note(NOTE))
        step(
            "an investigation is proposed and confirmed by a second person",
            lambda: self.both(case, second, "investigate"),
        )
        step("an investigator gets keys and permission in one act", lambda: self.share(case, reference))
        step("the officer asks a question", lambda: case.answer("When did it begin?"))
        mailbox = step(
            "the reporter comes back with the code and reads it", lambda: self.returned(reporter, sent)
        )
        step(
            "the reporter answers and adds a file",
            lambda: mailbox.reply("In January.", [File("b.txt", "text/plain", b"b")]),
        )
        step("the answer reaches the desk", lambda: self.answered(case))
        step("feedback is given: clock C2 stops", lambda: case.give_feedback("We found what you described."))
        step("the case is concluded and closed, by two people", lambda: self.close(case, second))
        step(
            "the receipt proves that the report stands in the published log",
            lambda: self.proven(reporter, sent),
        )
        step("the auditor sees the log and no content", self.audited)
        step("the plan shows measure 9.1", self.planned)
        step("every part of the server still works", self.healthy)

    def references(self, row: dict[str, Any]) -> set[str]:
        """Return the cases somebody sees among the new ones."""
        return {case["reference"] for case in self.desk(row).cases("received")}

    def earlier(self, row: dict[str, Any]) -> None:
        """The newest cases this person has opened before still open, files too."""
        desk = self.desk(row)
        for reference in [case["reference"] for case in desk.cases()][-EARLIER:]:
            if not desk.server.get(f"cases/{reference}")["declared"]:
                continue
            try:
                case = desk.open(reference)
                for item in case.boxes["mailbox"].opened:
                    if item.kind == Kind.DESCRIPTION:
                        case.file(item)
            except ClientError as error:
                raise BrokenError(f"case {reference}: {error}") from error

    def report(self, reporter: Reporter, excluded: dict[str, Any]) -> Sent:
        """Send the report."""
        photo = File("photo.png", "image/png", PHOTO)
        return reporter.report(self.text, files=[photo], exclude=[excluded["name"]])

    def adopted(self, officer: dict[str, Any], known: set[str]) -> str:
        """Return the reference of the new case whose text is ours."""

        def look() -> str | None:
            for reference in sorted(self.references(officer) - known):
                if self.desk(officer).open(reference).messages[0].body["text"] == self.text:
                    return reference
            return None

        return self.wait("no case appeared; is the worker running?", look)

    def hidden(self, excluded: dict[str, Any], reference: str) -> None:
        """Neither list, card nor content shows the case."""
        desk = self.desk(excluded)
        if reference in {row["reference"] for row in desk.cases()}:
            raise BrokenError("the list shows the case")
        for path in (f"cases/{reference}", f"cases/{reference}/sealed", f"cases/{reference}/candidates"):
            try:
                desk.server.get(path)
            except ClientError as error:
                if error.status != 404:
                    raise
            else:
                raise BrokenError(f"{path} answered")

    def opened(self, officer: dict[str, Any], reference: str) -> OpenCase:
        """Return the opened case, its photo checked byte for byte."""
        case = self.desk(officer).open(reference)
        described = next(item for item in case.boxes["mailbox"].opened if item.kind == Kind.DESCRIPTION)
        if case.file(described) != PHOTO:
            raise BrokenError("the photo is not the one that was sent")
        return case

    def both(self, case: OpenCase, second: dict[str, Any], name: str, **codes: str) -> None:
        """Propose a step, with all that it needs on record; the proposer cannot confirm it, the second person can."""
        before(case, name)
        case.step(name, **codes)
        try:
            case.decide()
        except ClientError as error:
            if error.code != "step.needs_second":
                raise
        else:
            raise BrokenError("the proposer confirmed their own step")
        self.desk(second).open(case.reference).decide()
        case.refresh()

    def share(self, case: OpenCase, reference: str) -> None:
        """Give an investigator the keys; they read report and note."""
        desk = self.desk(self.only("investigator"))
        case.share(desk.staff_id)
        theirs = desk.open(reference)
        if theirs.messages[0].body["text"] != self.text or theirs.notes[0].body["text"] != NOTE:
            raise BrokenError("the investigator cannot read the case")

    def returned(self, reporter: Reporter, sent: Sent) -> Mailbox:
        """Return the mailbox: question there, note not."""
        mailbox = reporter.mailbox(sent.code)
        texts = [message.body.get("text") for message in mailbox.messages]
        if "When did it begin?" not in texts or NOTE in texts:
            raise BrokenError("the mailbox does not hold what it should")
        return mailbox

    def answered(self, case: OpenCase) -> None:
        """The desk is told of the reporter's answer, and reads it: until then no answer to it would count as one."""

        def told() -> bool | None:
            case.refresh()
            return case.card["next"] == "answer" or None

        self.wait("nobody was told of the answer; is the worker running?", told)
        if case.messages[-1].body["text"] != "In January.":
            raise BrokenError("the answer is not there")

    def close(self, case: OpenCase, second: dict[str, Any]) -> None:
        """Conclude, follow up, close."""
        before(case, "conclude")
        case.step("conclude")
        self.both(case, second, "follow_up")
        self.both(
            case,
            second,
            "close",
            outcome="substantiated",
            cause="no_control",
            risk_area="r1",
            lesson="new_measure",
        )
        if case.card["state"] != "closed":
            raise BrokenError("the case is not closed")

    def proven(self, reporter: Reporter, sent: Sent) -> None:
        """The receipt holds against the log's own signature, or will when the log is next shown outside."""

        def look() -> dict[str, Any] | None:
            receipt = reporter.mailbox(sent.code).wire["receipts"][0]
            return receipt if receipt["checkpoint"] or late else None

        minutes, now = reporter.card["limits"].get("log_minutes", 0), time.time()
        shown = next_shown(minutes, now)
        late = bool(minutes) and shown - now > self.patience - PUBLISHING
        receipt = self.wait("the log was not published; is the publisher halted?", look)
        if receipt["entry"] != sent.receipt["entry"] or receipt["index"] != sent.receipt["index"]:
            raise BrokenError("the log holds something else than the receipt says")
        if not receipt["checkpoint"]:
            self.say(f"  note: the proof is pending until {time.strftime('%H:%M', time.localtime(shown))}")
            return
        verifier = keys.verifier(reporter.card["logs"]["channel"])
        head = checkpoint.open_checkpoint(
            receipt["checkpoint"].encode(), receipt["log"], [verifier]
        ).checkpoint
        path = [unb64(text) for text in receipt["proof"]]
        proof.verify_inclusion(
            leaf_hash(unb64(receipt["entry"])), receipt["index"], head.size, path, head.root
        )

    def audited(self) -> None:
        """The auditor's page answers and holds nothing of the report."""
        desk = self.desk(self.first("auditor", 0))
        status, page = desk.server.transport("GET", "/desk/log/", None, {})
        if status != 200 or b"Rehearsal" in page:
            raise BrokenError(f"the page answered {status}")
        if desk.cases():
            raise BrokenError("the auditor sees cases")

    def planned(self) -> None:
        """The public plan names the measure."""
        status, page = self.network("GET", "/plan/", None, {})
        if status != 200 or b"9.1" not in page:
            raise BrokenError(f"the plan answered {status}")


def main() -> int:
    """Play the story; return 0 when every step held."""
    parser = argparse.ArgumentParser(prog="python -m whistle.client.rehearse", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds to wait for the worker")
    given = parser.parse_args()
    try:
        people = json.loads(given.people.read_text())
    except (OSError, ValueError) as error:
        print(f"✗ {given.people} cannot be read: {error}", file=sys.stderr)
        return 1
    try:
        Rehearsal(given.url, people, lambda line: print(line, flush=True), given.patience).run()
    except BrokenError:
        return 1
    print("The story holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
