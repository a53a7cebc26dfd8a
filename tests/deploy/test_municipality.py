"""Municipalities come and go on one installation, each with all that is its own and nothing of another."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.deploy.programs import Part
from tests.deploy.small import Made, Small
from tests.deploy.story import adopted, word
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.client.box import File
from whistle.client.reporter import Reporter
from whistle.client.steps import Steps
from whistle.demo.serve import parts
from whistle.operations import moving, municipality
from whistle.organisations import look
from whistle.organisations.models import Organisation

ROOT = "ab" * 32


def begin(slug: str = "stranda", **more: str) -> None:
    call_command(
        "municipality",
        "add",
        slug,
        "--name",
        "Stranda",
        "--root-key",
        ROOT,
        "--log-origin",
        f"{slug}.example",
        **more,
    )


def test_a_new_municipality_is_closed_and_says_what_is_missing(
    db: None, own_folders: None, capsys: pytest.CaptureFixture[str]
) -> None:
    begin()
    told = capsys.readouterr().out
    for words in ("has no key", "no list of readers", "no action plan"):
        assert words in told
    with pytest.raises(CommandError, match="stays closed"):
        call_command("municipality", "open", "stranda")
    assert Organisation.objects.get(slug="stranda").live is False


@pytest.mark.parametrize("slug", sorted(municipality.RESERVED))
def test_no_municipality_takes_one_of_our_addresses(db: None, own_folders: None, slug: str) -> None:
    with pytest.raises(CommandError):
        begin(slug)
    assert not Organisation.objects.exists()


def test_a_second_one_of_the_same_name_is_refused(db: None, own_folders: None) -> None:
    begin()
    with pytest.raises(CommandError):
        begin()
    assert Organisation.objects.count() == 1


def test_one_that_has_everything_opens(town: Town) -> None:
    found = {one.what for one in municipality.missing(town.organisation)}
    assert found == {"there is no action plan"}
    from whistle.plan.services.demo import load_demo

    load_demo(
        town.organisation,
        by=town.people["ingrid"].staff.log_name,
        approved_by=town.people["berit"].staff.log_name,
    )
    Organisation.objects.filter(pk=town.organisation.pk).update(live=False)
    assert municipality.open_channel(town.organisation) == []
    call_command("municipality", "close", "fjellvik")
    call_command("municipality", "close", "fjellvik")  # nothing new
    assert Organisation.objects.get(pk=town.organisation.pk).live is False
    told = [one.fields["act"] for one in audit.entries(town.organisation, "desk")]
    assert told.count("organisation.opened") == told.count("organisation.closed") == 1


def test_keys_that_were_lost_are_not_made_anew(town: Town) -> None:
    from whistle.audit.folders import key_path
    from whistle.core.errors import DomainError

    key_path(town.organisation, "desk").unlink()
    with pytest.raises(DomainError):
        municipality.start_logs(town.organisation)


def test_every_table_has_an_owner(db: None) -> None:
    """A new table must say whose its rows are, or a municipality would leave without them."""
    names = [model._meta.db_table for model, _way in moving.scoped()]
    assert {"cases_case", "keystore_seal", "audit_entry", "accounts_staff", "access_boxgrant"} <= set(names)
    assert names[0] == "organisations_organisation"
    assert names[-1] == "audit_entry"


def test_each_municipality_has_a_look_of_its_own_that_everybody_can_read(
    town: Town, other_town: Town
) -> None:
    with pytest.raises(CommandError, match="darker"):
        call_command("municipality", "look", "nordvik", "--accent", "#e8a32c")
    call_command("municipality", "look", "nordvik", "--mark", "Nordvik varsler", "--accent", "#7A1F5C")
    page, other = Client().get("/nordvik/nn/").content.decode(), Client().get("/nn/").content.decode()
    assert "<span>Nordvik varsler" in page
    assert 'href="/nordvik/look.css"' in page
    assert "look.css" not in other
    assert "Nordvik" not in other
    sheet = Client().get("/nordvik/look.css")
    assert sheet["Content-Type"] == "text/css"
    assert "--ds-color-accent-base-default:#7a1f5c" in sheet.content.decode()
    assert Client().get("/look.css").content == b""


@given(st.integers(0, 2**24 - 1))
def test_words_in_the_colour_can_be_read_by_day_and_by_night(number: int) -> None:
    colour = f"#{number:06x}"
    try:
        look.refuse_unreadable(colour)
    except ValueError:
        assert look.contrast(colour, look.WHITE) < look.ON_IT
        return
    day, night = look.style_sheet(colour).split("@media")
    for sheet, grounds in ((day, ("#fcfbf8", look.PAPER)), (night, ("#10191b", look.NIGHT))):
        words = re.search(r"text-subtle:(#[0-9a-f]{6})", sheet)
        assert words
        for ground in grounds:
            assert look.contrast(words.group(1), ground) >= look.IN_IT - 0.01
        base, on = (
            re.search(rf"base-{name}:(#[0-9a-f]{{6}})", sheet) for name in ("default", "contrast-default")
        )
        assert base
        assert on
        assert look.contrast(base.group(1), on.group(1)) >= look.ON_IT


class Moved:
    """A case at one installation, its municipality at another."""

    def __init__(self, old: Small, made: Made, folder: Path) -> None:
        self.old, self.new, self.box = old, Small(made.empty), folder / "box"

    def move(self) -> None:
        self.text, self.photo = word("moves"), b"photo" * 5000
        self.sent = Reporter(f"{self.old.url}/nordvik").report(
            self.text, files=[File("a.png", "image/png", self.photo)]
        )
        self.stays = word("stays")
        Reporter(self.old.url).report(self.stays)
        self.people = json.loads((self.old.data / "demo-nordvik.json").read_text())
        self.leader = next(row for row in self.people if "compliance_leader" in row["roles"])
        self.old.fresh_codes()
        self.reference = adopted(Steps(f"{self.old.url}/nordvik", self.people).desk(self.leader), self.text)
        self.old.manage("municipality", "export", "nordvik", str(self.box))
        self.new.manage(
            "municipality",
            "add",
            "stranda",
            "--name",
            "Stranda",
            "--root-key",
            ROOT,
            "--log-origin",
            "stranda.example",
        )
        self.told = self.new.manage("municipality", "import", str(self.box))
        for name, command in parts(self.new.env, str(self.new.port)).items():
            self.new.parts[name] = Part(name, command, self.new.env, self.new.folder / f"{name}.log")
            self.new.parts[name].start()
        self.new.wait_for_web()


@pytest.fixture(scope="module")
def moved(small: Small, made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    it = Moved(small, made, tmp_path_factory.mktemp("moved"))
    try:
        it.move()
        yield it
    finally:
        it.new.close()


@pytest.mark.stack
def test_reporter_and_officer_find_everything_at_the_new_place(moved: Moved) -> None:
    url = f"{moved.new.url}/nordvik"
    mailbox = Reporter(url).mailbox(moved.sent.code)
    described, report = mailbox.messages
    assert report.body["text"] == moved.text
    assert mailbox.file(described) == moved.photo
    moved.new.fresh_codes()
    case = Steps(url, moved.people).desk(moved.leader).open(moved.reference)
    assert case.messages[-1].body["text"] == moved.text
    case.acknowledge("We have moved, and are still here.")
    assert (
        Reporter(url).mailbox(moved.sent.code).messages[-1].body["text"]
        == "We have moved, and are still here."
    )


@pytest.mark.stack
def test_the_log_holds_at_the_new_place(moved: Moved) -> None:
    assert "no fault" in moved.new.manage("verify_log", "--organisation", "nordvik")


@pytest.mark.stack
def test_nothing_of_the_others_came_along(moved: Moved) -> None:
    rows = gzip.decompress((moved.box / "rows.gz").read_bytes())
    for stranger in (b"fjellvik.example", b"Ingrid Solvang", b"ingrid.solvang"):
        assert stranger not in rows
    assert b"nordvik" in rows
    assert {path.name for path in (moved.new.data / "logs").iterdir()} == {"nordvik", "stranda"}


@pytest.mark.stack
def test_a_place_that_has_it_already_refuses_it(moved: Moved) -> None:
    with pytest.raises(AssertionError, match="nordvik is here already"):
        moved.new.manage("municipality", "import", str(moved.box))


@pytest.mark.stack
def test_it_arrives_closed(moved: Moved) -> None:
    assert "nordvik: Nordvik kommune, /nordvik/, closed" in moved.new.manage("municipality", "list")
