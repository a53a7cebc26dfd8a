"""Sheets of paper give back what a lost officer could read, to somebody new, and nothing more."""

import base64
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Case
from tests.keys.equal import assert_equal
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.client import recovery
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork
from whistle.store.models import Seal
from whistle.vault import sheets
from whistle.vault.errors import VaultError

SEED = bytes(range(32))
SHEETS = sheets.split(SEED)


def export(town: Town, folder: Path, lost: str = "amir.haddad", to: str = "even.strand") -> Path:
    path = folder / "export.json"
    call_command("recovery_export", "fjellvik", lost, to, path, verbosity=0, stdout=None)
    return path


def offline(town: Town, path: Path, texts: list[str]) -> Path:
    """What somebody does at the machine without a network."""
    paper, out = path.parent / "sheets.txt", path.parent / "seals.json"
    paper.write_text("\n".join(texts))
    root = town.ceremony.root.public.hex()
    code = recovery.main([str(path), "--root", root, "--sheets", str(paper), "--out", str(out)])
    if code:
        raise ClientError("offline", "refused")
    return out


@given(st.permutations(range(5)))
@settings(max_examples=20, deadline=None)
def test_any_three_sheets_give_the_seed_back_and_two_do_not(order: list[int]) -> None:
    drawn = [SHEETS[number] for number in order]

    assert sheets.join(drawn[:3]) == SEED
    assert sheets.join(drawn) == SEED
    for few in (drawn[:2], [drawn[0], drawn[0], drawn[1]], []):
        with pytest.raises(VaultError, match=r"sheets\.few"):
            sheets.join(few)


@given(st.integers(0, 32), st.integers(0, 2))
@settings(max_examples=30, deadline=None)
def test_mistyped_word_is_named_with_its_sheet_and_place(place: int, sheet: int) -> None:
    texts = SHEETS[:3]
    words = texts[sheet].split()
    words[place] = "varsling"
    texts[sheet] = " ".join(words)

    with pytest.raises(ClientError, match=rf"sheet {sheet + 1}: word {place + 1} \(“varsling”\)"):
        recovery.seed_from(texts)


def test_word_of_the_list_in_the_wrong_place_is_found_by_the_checksum() -> None:
    words = SHEETS[0].split()
    words[7] = "academic" if words[7] != "academic" else "acid"

    with pytest.raises(ClientError, match="sheet 1 is mistyped"):
        recovery.seed_from([" ".join(words), *SHEETS[1:3]])


def test_sheets_of_two_keys_do_not_mix() -> None:
    with pytest.raises(ClientError, match="different keys"):
        recovery.seed_from([*SHEETS[:2], sheets.split(SEED)[2]])


def test_three_sheets_give_a_new_officer_every_case_of_a_lost_one(town: Town, tmp_path: Path) -> None:
    for number in range(3):
        town.report(f"Report {number}.")
    town.open("ingrid").note("Ours.")
    texts = sheets.split(town.ceremony.recovery_seeds["ordinary"])

    out = offline(town, export(town, tmp_path), [texts[4], texts[0], texts[2]])
    call_command("recovery_import", "fjellvik", "amir.haddad", "even.strand", out, verbosity=0)

    assert len(town.desk("amir").cases()) == 3, "until the newcomer can open them"
    opened = [town.open("even", case) for case in Case.objects.order_by("id")]
    assert [case.messages[0].body["text"] for case in opened] == ["Report 0.", "Report 1.", "Report 2."]
    assert opened[-1].notes[0].body["text"] == "Ours."
    assert town.desk("amir").cases() == []
    entries = audit.entries(town.organisation, "desk", case=town.newest().log_ref)
    told = [read.fields["act"] for read in entries]
    assert told.index("access.recovered") < told.index("access.proven") < told.index("access.revoked")
    KeyWork(town.desk("even")).rekey(opened[0].reference)
    assert_equal(town)


def test_everybody_lost_and_a_new_officer_still_gets_every_case(town: Town, tmp_path: Path) -> None:
    sent = town.report("Nobody is left.")
    texts = sheets.split(town.ceremony.recovery_seeds["ordinary"])
    for number, lost in enumerate(("amir.haddad", "ingrid.solvang", "berit.nyhus")):
        newcomer = ("sissel.kvam", "tor.bakke", "even.strand")[number]
        folder = tmp_path / str(number)
        folder.mkdir()
        out = offline(town, export(town, folder, lost, newcomer), texts[:3])
        call_command("recovery_import", "fjellvik", lost, newcomer, out, verbosity=0)
        KeyWork(town.desk(newcomer.partition(".")[0])).settle()

    KeyWork(town.desk("sissel")).rekey(town.newest().reference)
    town.open("sissel").acknowledge("We are here.")

    assert town.mailbox(sent).messages[-1].body["text"] == "We are here."
    assert_equal(town)


def test_two_sheets_give_nothing(town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town.report()
    texts = sheets.split(town.ceremony.recovery_seeds["ordinary"])

    with pytest.raises(ClientError):
        offline(town, export(town, tmp_path), texts[:2])

    assert "too few sheets" in capsys.readouterr().err
    assert not (tmp_path / "seals.json").exists()


def test_ordinary_sheets_open_nothing_that_keeps_the_administration_out(town: Town, tmp_path: Path) -> None:
    town.report("About the chief.", about=["chief_executive"])
    tor = town.people["tor"].staff
    town.desk("tor").declare(town.newest().reference, "impartial")
    Case.objects.get().kept_out.filter(staff=town.people["hanne"].staff).delete()
    path = tmp_path / "export.json"
    call_command("recovery_export", "fjellvik", "tor.bakke", "hanne.aasgaard", path, verbosity=0) if not (
        Seal.objects.filter(staff_ref=town.people["hanne"].staff.ref).exists()
    ) else path.write_text(json.dumps(_as_export(town)))
    root = town.ceremony.root.public

    with pytest.raises(ClientError, match=r"client\.seal"):
        recovery.recover(json.loads(path.read_text()), town.ceremony.recovery_seeds["ordinary"], root)

    done = recovery.recover(json.loads(path.read_text()), town.ceremony.recovery_seeds["alternate"], root)
    assert (done.opened, done.closed) == (1, 0)
    assert tor.is_active


def _as_export(town: Town) -> dict[str, object]:
    from cases.management.commands.recovery_export import in_json
    from cases.services.recovery import _box
    from whistle.accounts.models import Certificate
    from whistle.store.models import Box

    even = town.people["even"].staff
    row = Certificate.objects.get(subject=even.ref)
    wire = {
        "org": town.organisation.ref,
        "root_key": bytes(town.organisation.root_key or b""),
        "lost": town.people["tor"].staff.ref,
        "newcomer": {"staff_id": even.ref, "name": even.name, "certificate": bytes(row.octets)},
        "boxes": [_box(box) for box in Box.objects.all()],
    }
    return json.loads(json.dumps(wire, default=in_json))


def test_export_with_another_root_key_or_a_swapped_newcomer_is_refused(town: Town, tmp_path: Path) -> None:
    town.report()
    wire = json.loads(export(town, tmp_path).read_text())
    seed, root = town.ceremony.recovery_seeds["ordinary"], town.ceremony.root.public

    with pytest.raises(ClientError, match=r"client\.root_key"):
        recovery.recover(wire, seed, bytes(32))
    wire["newcomer"]["staff_id"] = town.people["nils"].staff.ref
    with pytest.raises(ClientError, match=r"client\.certificate"):
        recovery.recover(wire, seed, root)
    wire["newcomer"]["certificate"] = base64.b64encode(bytes(1365)).decode()
    with pytest.raises(ClientError, match=r"client\.certificate"):
        recovery.recover(wire, seed, root)


def test_stranger_and_administrator_get_no_case_by_recovery(
    town: Town, other_town: Town, tmp_path: Path
) -> None:
    town.report()

    for newcomer in ("nils.berg", "randi.moe", "anne.lie"):
        with pytest.raises(CommandError):
            export(town, tmp_path, to=newcomer)

    assert not (tmp_path / "export.json").exists()


def test_drill_shows_it_all_and_keeps_nothing(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town.report()
    town.report()
    town.ceremony.keep_offline(tmp_path / "offline")
    before = set(Seal.objects.values_list("pk", flat=True))

    call_command("recovery_drill", offline=tmp_path / "offline")

    said = capsys.readouterr().out
    assert "two sheets of five: client.sheets: there are too few sheets" in said
    assert "word 1" in said
    assert "Even Strand has 2 cases of Amir Haddad" in said
    assert set(Seal.objects.values_list("pk", flat=True)) == before
