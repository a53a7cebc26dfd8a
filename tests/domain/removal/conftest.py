"""A report with something in it that must not be kept, and two people and a witness who remove it."""

import pytest

from cases.models import Case
from tests.town import Town
from whistle.audit.tasks import carry_out_witnessed, publish_and_show
from whistle.client.box import File, Opened
from whistle.client.desk import OpenCase
from whistle.client.reporter import Sent
from whistle.vault.item import Kind

CANARY = "SOMEBODY-ELSES-DIAGNOSIS"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody publishes while a page waits: `witness` does, when the test says so."""
    monkeypatch.setattr("cases.services.removal.PATIENCE", 0.0)


@pytest.fixture
def told(watched_town: Town) -> tuple[Sent, OpenCase]:
    """A report with a file, and a further message with something in it that is nobody's business here."""
    list_ = File("list.txt", "text/plain", CANARY.encode())
    sent = watched_town.report("The invoices do not add up.", files=[list_])
    watched_town.mailbox(sent).reply(f"By the way: {CANARY}.")
    watched_town.worker()
    case = watched_town.open("ingrid")
    case.acknowledge("We have it.")
    case.note(f"She has {CANARY}.")
    watched_town.open("berit")
    return sent, case


def witness(town: Town) -> None:
    publish_and_show(town.organisation)
    carry_out_witnessed()


def removed(town: Town, case: OpenCase, things: list[Opened], ground: str = "not_relevant") -> None:
    """Ingrid asks, Berit agrees, a witness sees it."""
    number = case.remove(things, ground, "It has nothing to do with the matter.")
    town.open("berit", Case.objects.get(reference=case.reference)).agree("removal", number)
    witness(town)
    case.refresh()


def card(case: OpenCase) -> Opened:
    """Return the card of the file that came with the report."""
    return next(item for item in case.boxes["mailbox"].opened if item.kind == Kind.DESCRIPTION)


def everything(case: OpenCase) -> list[Opened]:
    """Return the message, the file and the note with what must not be kept."""
    return [case.messages[1], card(case), case.notes[0]]
