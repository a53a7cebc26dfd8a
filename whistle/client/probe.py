"""The daily rehearsal in production: a synthetic report that only the probe's own key opens.

The story is shorter than `rehearse`'s: nobody of the desk takes part, nobody is told, and no figure counts it.
"""

import secrets
from typing import Any

from whistle.client.box import File
from whistle.client.desk import OpenCase
from whistle.client.rehearse import Rehearsal
from whistle.client.reporter import Mailbox, Reporter, Sent
from whistle.client.steps import BrokenError

QUESTION, ANSWER = "Did this arrive?", "It did."


class Probe(Rehearsal):
    """One synthetic report against one server."""

    def run(self) -> None:
        """Play the story.  Raises BrokenError naming the first step that did not hold."""
        self.text = f"Probe {secrets.token_hex(8)}"
        step, probe = self.step, self.only("probe")
        step("every part of the server says that it works", self.healthy)
        reporter = step("the readers are certified by the root key", lambda: Reporter(self.url))
        known = step("the probe signs in", lambda: self.references(probe))
        sent = step("a synthetic report is sealed to the probe alone", lambda: self.send(reporter))
        reference = step("the worker makes a case of it", lambda: self.adopted(probe, known))
        case = step("the probe opens report and file", lambda: self.opened(probe, reference))
        step("the probe confirms receipt", lambda: case.acknowledge(QUESTION))
        mailbox = step(
            "the reporter comes back with the code and reads it", lambda: self.back(reporter, sent)
        )
        step("the reporter answers", lambda: mailbox.reply(ANSWER))
        step("the answer reaches the desk", lambda: self.heard(case))
        step(
            "the receipt proves that the report stands in the published log",
            lambda: self.proven(reporter, sent),
        )
        step("every part of the server still works", self.healthy)

    def send(self, reporter: Reporter) -> Sent:
        """Send the report, with a file."""
        return reporter.report(self.text, files=[File("photo.png", "image/png", self.photo)], probe=True)

    def back(self, reporter: Reporter, sent: Sent) -> Mailbox:
        """Return the mailbox, the probe's words in it."""
        mailbox = reporter.mailbox(sent.code)
        if QUESTION not in [message.body.get("text") for message in mailbox.messages]:
            raise BrokenError("the mailbox does not hold what it should")
        return mailbox

    def heard(self, case: OpenCase) -> None:
        """The desk reads the answer."""
        case.refresh()
        if case.messages[-1].body["text"] != ANSWER:
            raise BrokenError("the answer is not there")


def play(url: str, people: list[dict[str, Any]], say: Any, patience: float) -> str:
    """Play the story; return nothing when it held, else what did not."""
    try:
        Probe(url, people, say, patience).run()
    except BrokenError as broken:
        return str(broken)
    return ""
