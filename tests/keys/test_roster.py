"""Who reads what is drafted by people, signed by the root key, and refused where it would leave nobody."""

import json
from pathlib import Path
from typing import Any

import pytest

from cases.models import Case
from tests.keys.test_keys_are_taken import code_of
from tests.town import Town
from whistle.access.services.roster import history
from whistle.accounts.models import Roster
from whistle.audit import selectors as audit
from whistle.client import sign_roster
from whistle.client.desk import Desk
from whistle.client.errors import ClientError
from whistle.client.http import b64, unb64
from whistle.core import canonical
from whistle.vault.certificate import sign_roster as signature_of
from whistle.vault.keys import SigPair


@pytest.fixture
def custodian(town: Town) -> Desk:
    """Somebody who may put a roster in force."""
    return town.desk("grete")


def document(town: Town) -> dict[str, Any]:
    newest = Roster.objects.filter(organisation=town.organisation).latest("version")
    return dict(canonical.decode(bytes(newest.document)))


def draft(town: Town, **changed: Any) -> dict[str, Any]:
    now = document(town)
    return {**now, "version": now["version"] + 1, **changed}


def row(town: Town, name: str) -> dict[str, Any]:
    now = document(town)
    ref = town.people[name].staff.ref
    return next(each for each in (*now["readers"], *now["alternates"]) if each["staff_id"] == ref)


def adopt(desk: Desk, town: Town, roster: dict[str, Any], root: SigPair | None = None) -> Any:
    octets = canonical.encode(roster)
    signed = signature_of(root or town.ceremony.root, town.organisation.ref_bytes, octets)
    return desk.server.post("roster", {"document": b64(octets), "signature": b64(signed)})


def faults_of(desk: Desk, town: Town, roster: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(ClientError) as refused:
        adopt(desk, town, roster)
    assert refused.value.code == "roster.faults"
    return {(each["code"], each["about"]) for each in refused.value.details["faults"]}  # type: ignore[attr-defined]


def test_new_version_decides_who_gets_the_next_report(town: Town, custodian: Desk) -> None:
    amir = row(town, "amir")
    readers = [each for each in document(town)["readers"] if each["staff_id"] != amir["staff_id"]]

    assert adopt(custodian, town, draft(town, readers=readers)) == {"version": 2}

    town.report("After Amir.")
    assert town.desk("amir").cases() == []
    assert len(town.desk("ingrid").cases()) == 1
    said = [read.fields["act"] for read in audit.entries(town.organisation, "desk")]
    assert said.count("roster.adopted") == 2
    assert history(town.organisation)[0]["changed"]["went"] == ["Amir Haddad"]


def test_only_a_key_custodian_puts_a_roster_in_force(town: Town, custodian: Desk, other_town: Town) -> None:
    for name in ("ingrid", "nils", "randi"):
        assert code_of(adopt, town.desk(name), town, draft(town)) == "duty.refused"
    assert code_of(adopt, other_town.desk("anne"), town, draft(town)) == "duty.refused"
    assert code_of(town.desk("amir").server.get, "roster") == "request.absent"
    assert Roster.objects.filter(organisation=town.organisation).count() == 1


def test_roster_that_the_root_key_did_not_sign_is_not_taken(town: Town, custodian: Desk) -> None:
    other = SigPair.from_seed(bytes(32))

    assert code_of(adopt, custodian, town, draft(town), other) == "roster.refused"
    octets = json.dumps(draft(town), indent=1).encode()  # signed, and not in its one form
    signed = signature_of(town.ceremony.root, town.organisation.ref_bytes, octets)
    sent = {"document": b64(octets), "signature": b64(signed)}
    assert code_of(custodian.server.post, "roster", sent) == "roster.refused"


def test_roster_that_leaves_somebody_without_a_reader_is_refused(town: Town, custodian: Desk) -> None:
    now = document(town)
    ingrid, berit = row(town, "ingrid")["staff_id"], row(town, "berit")["staff_id"]

    def changed(name: str, **what: Any) -> list[dict[str, Any]]:
        who = row(town, name)["staff_id"]
        return [{**each, **what} if each["staff_id"] == who else each for each in now["readers"]]

    tor = [each for each in now["alternates"] if each["groups"] == ["control_committee"]]
    everybody = [
        {**each, "excludes": ["administration", "control_committee", "external"]} for each in now["subjects"]
    ]

    assert faults_of(custodian, town, draft(town, version=1)) == {("roster.version", "")}
    assert faults_of(custodian, town, draft(town, version=7)) == {("roster.version", "")}
    assert faults_of(custodian, town, draft(town, alternates=[])) == {("roster.no_alternate", "")}
    assert faults_of(custodian, town, draft(town, quorum=1)) == {("roster.quorum", "")}
    assert ("roster.few", "") in faults_of(custodian, town, draft(town, readers=now["readers"][:1]))
    assert faults_of(custodian, town, draft(town, readers=changed("amir", key_id="0" * 32))) == {
        ("roster.uncertified", row(town, "amir")["staff_id"])
    }
    assert ("roster.circle", ingrid) in faults_of(
        custodian, town, draft(town, readers=changed("ingrid", reports_to=ingrid))
    )
    assert faults_of(custodian, town, draft(town, readers=changed("berit", reports_to="f" * 32))) == {
        ("roster.unknown", berit)
    }
    assert ("roster.nobody", "mayor_or_elected") in faults_of(
        custodian, town, draft(town, subjects=everybody, alternates=tor)
    )
    assert faults_of(custodian, town, draft(town, recovery={})) == {("roster.recovery", "")}
    assert faults_of(custodian, town, draft(town, subjects=now["subjects"][1:])) == {("roster.subjects", "")}
    assert faults_of(custodian, town, draft(town, readers=[1, 2])) == {("roster.malformed", "")}
    assert Roster.objects.filter(organisation=town.organisation).count() == 1


def test_leader_outside_the_lists_keeps_out_those_under_them(town: Town, custodian: Desk) -> None:
    chief = {
        "staff_id": "c" * 32,
        "name": "Kommunedirektør",
        "title": "",
        "groups": ["chief"],
        "reports_to": None,
    }
    readers = [
        {**each, "reports_to": "c" * 32} if each["name"] == "Amir Haddad" else each
        for each in document(town)["readers"]
    ]
    subjects = [
        {**each, "excludes": ["chief"]} if each["code"] == "director" else each
        for each in document(town)["subjects"]
    ]
    adopt(custodian, town, draft(town, people=[chief], readers=readers, subjects=subjects))

    town.report("About the chief.", about=["director"])

    assert town.desk("amir").cases() == []
    assert len(town.desk("ingrid").cases()) == 1


def test_whoever_is_under_somebody_kept_out_may_read_and_not_decide_where_the_rules_say_so(
    town: Town, custodian: Desk
) -> None:
    ingrid = row(town, "ingrid")["staff_id"]
    readers = [
        {**each, "reports_to": ingrid} if each["name"] == "Berit Nyhus" else each
        for each in document(town)["readers"]
    ]
    rules = {"below": "no_decision", "outside": ["administration"]}
    adopt(custodian, town, draft(town, readers=readers, rules=rules))

    town.report("Not for Ingrid.", exclude=["ingrid.solvang"])

    parts = dict(Case.objects.latest("id").assignments.values_list("staff__username", "part"))
    assert parts["berit.nyhus"] == "handler"
    assert "ingrid.solvang" not in parts
    town.report("For all.")
    parts = dict(Case.objects.latest("id").assignments.values_list("staff__username", "part"))
    assert parts["berit.nyhus"] == "leader"


def test_draft_is_signed_on_a_machine_without_a_network(
    town: Town, custodian: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, root, out = tmp_path / "roster-2.json", tmp_path / "root.json", tmp_path / "signed.json"
    saved.write_bytes(canonical.encode(draft(town, quorum=3)))
    root.write_text(json.dumps({"root_seed": town.ceremony.root_seed.hex()}))

    assert sign_roster.main([str(saved), "--root", str(root), "--out", str(out)]) == 0

    said = capsys.readouterr().out
    assert "any report: Ingrid Solvang, Amir Haddad, Berit Nyhus" in said
    assert "chief_executive: Hanne Aasgaard, Sissel Kvam, Tor Bakke" in said
    assert custodian.server.post("roster", json.loads(out.read_text())) == {"version": 2}
    assert unb64(custodian.server.get("roster")["document"]) == saved.read_bytes()


def test_file_without_a_root_key_and_a_draft_that_was_touched_sign_nothing(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, root, out = tmp_path / "roster.json", tmp_path / "root.txt", tmp_path / "signed.json"
    saved.write_bytes(canonical.encode(draft(town)) + b"\n")
    root.write_text("not a key")

    assert sign_roster.main([str(saved), "--root", str(root), "--out", str(out)]) == 1
    root.write_text("00" * 32)
    assert sign_roster.main([str(saved), "--root", str(root), "--out", str(out)]) == 1

    assert "not a roster" in capsys.readouterr().err
    assert not out.exists()
