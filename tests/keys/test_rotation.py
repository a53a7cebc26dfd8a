"""A recovery key whose sheets were lost or seen gives place to another, and the old sheets open nothing any more."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.services import recovery, rotate
from tests.keys.equal import assert_equal
from tests.keys.test_any_order import as_wire
from tests.keys.test_keys_are_taken import code_of
from tests.keys.test_roster import document
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.audit import stakes
from whistle.audit.publisher import publish_all
from whistle.audit.verify import verify
from whistle.client import new_recovery
from whistle.client.errors import ClientError
from whistle.client.http import unb64
from whistle.client.keys import KeyWork
from whistle.client.recovery import recover, seed_from
from whistle.core import canonical
from whistle.store.models import Box, Seal

SERIAL = 900


def offline(town: Town, folder: Path) -> Path:
    """What a key custodian does at the machine without a network; return what they carry back."""
    draft, root, out = folder / "draft.json", folder / "root.txt", folder / "new.json"
    now = document(town)
    draft.write_bytes(canonical.encode({**now, "version": now["version"] + 1}))
    root.write_text(town.ceremony.root_seed.hex())
    line = [
        draft,
        "--kind",
        "ordinary",
        "--root",
        root,
        "--serial",
        SERIAL,
        "--sheets",
        folder / "paper",
        "--out",
        out,
    ]
    assert new_recovery.main([str(each) for each in line]) == 0
    return out


def words_of(page: Path) -> list[str]:
    """Return the sheets as somebody types them from paper."""
    sheets = page.read_text().split("<section>")[1:]
    return [" ".join(part.split("<li>")[1:]).replace("</li>", "").split("</ol>")[0] for part in sheets]


def test_new_sheets_open_every_case_and_the_old_ones_none(town: Town, tmp_path: Path) -> None:
    town.report("Before.")
    town.open("ingrid").note("Ours.")
    made = offline(town, tmp_path)

    call_command("rotate_recovery", "fjellvik", "berit.nyhus", made, verbosity=0)
    assert not Box.objects.filter(rekey_due=True).exists(), "nothing before it was seen"
    publish_all(town.organisation)
    assert stakes.sweep(town.organisation) == 1
    assert Box.objects.filter(rekey_due=True).count() == 2
    KeyWork(town.desk("ingrid")).rekey(town.newest().reference)
    town.report("After.")

    paper = tmp_path / "paper" / "ordinary.html"
    seed, root = seed_from(words_of(paper)[1:4]), town.ceremony.root.public
    wire = as_wire(recovery.export(town.people["amir"].staff, town.people["even"].staff))
    done = recover(wire, seed, root)
    assert (done.opened, done.closed) == (3, 0)
    with pytest.raises(ClientError, match=r"client\.seal"):
        recover(wire, town.ceremony.recovery_seeds["ordinary"], root)
    assert paper.stat().st_mode & 0o077 == 0
    acts = [read.fields["act"] for read in audit.entries(town.organisation, "desk")]
    assert acts.index("act.approved") < acts.index("key.rotated")
    assert verify(town.organisation).faults == []
    assert_equal(town)


def test_alternate_key_and_its_cases_are_left_alone(town: Town, tmp_path: Path) -> None:
    town.report("About the chief.", about=["chief_executive"])
    before = set(Seal.objects.filter(holder="recovery").values_list("key_id", flat=True))
    made = offline(town, tmp_path)

    call_command("rotate_recovery", "fjellvik", "randi.moe", made, verbosity=0)
    publish_all(town.organisation)
    stakes.sweep(town.organisation)

    assert not Box.objects.filter(rekey_due=True).exists()
    assert set(Seal.objects.filter(holder="recovery").values_list("key_id", flat=True)) == before


def test_nothing_else_may_change_on_the_list_at_the_same_time(town: Town, tmp_path: Path) -> None:
    said = json.loads(offline(town, tmp_path).read_text())
    berit = town.people["berit"].staff
    given = {name: unb64(said[name]) for name in ("document", "signature")}
    octets = unb64(said["certificate"])
    changed = canonical.decode(given["document"]) | {"quorum": 3}
    from whistle.vault.certificate import sign_roster

    other = canonical.encode(changed)
    signed = {
        "document": other,
        "signature": sign_roster(town.ceremony.root, town.organisation.ref_bytes, other),
    }

    assert code_of(rotate.approve, berit, kind="ordinary", octets=octets, **signed) == "roster.refused"
    assert code_of(rotate.approve, berit, kind="alternate", octets=octets, **given) == "roster.refused"
    assert code_of(rotate.approve, berit, kind="ordinary", octets=octets[:-1], **given) == "roster.refused"


def test_stranger_and_administrator_rotate_no_key(town: Town, other_town: Town, tmp_path: Path) -> None:
    said = json.loads(offline(town, tmp_path).read_text())
    given = {name: unb64(said[name]) for name in ("document", "signature")}
    octets = unb64(said["certificate"])

    for person in (town.people["nils"], town.people["amir"], town.people["grete"]):
        assert (
            code_of(rotate.approve, person.staff, kind="ordinary", octets=octets, **given) == "duty.refused"
        )
    anne = other_town.people["anne"].staff
    assert code_of(rotate.approve, anne, kind="ordinary", octets=octets, **given) == "roster.refused"


def test_drill_prints_sheets_that_give_the_key_back(town: Town, tmp_path: Path) -> None:
    town.report()
    town.ceremony.keep_offline(tmp_path / "offline")

    call_command("recovery_drill", offline=tmp_path / "offline", sheets=tmp_path / "paper")

    typed = words_of(tmp_path / "paper" / "ordinary.html")
    assert len(typed) == 5
    assert seed_from(typed[2:]) == town.ceremony.recovery_seeds["ordinary"]
    words = typed[3].split()
    typed[3] = " ".join([*words[:4], "varsel", *words[5:]])  # the fifth, whatever another word may hold
    with pytest.raises(ClientError, match=r"sheet 2: word 5 \(“varsel”\)"):
        seed_from(typed[2:])
