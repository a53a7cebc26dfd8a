"""New keys for somebody are a way in for whoever made the link: they do nothing in the other's name until they are heard."""

import pytest
from django.test import Client

from tests.keys.test_keys_are_taken import code_of
from tests.people.hands import certify, enrol
from tests.town import Town
from whistle.access.services import proposals
from whistle.client.errors import ClientError
from whistle.client.http import Server
from whistle.core.policy import Duty


def revoked(town: Town, name: str) -> None:
    """Let two people revoke somebody's certificates, as when keys are lost."""
    staff_id = town.people[name].staff.ref
    town.desk("nils").server.post(
        "people/propose", {"staff_id": staff_id, "kind": "revoke", "why": "lost_key"}
    )
    row = proposals.open_ones(town.organisation.pk).latest("id")
    town.desk("grete").server.post("people/answer", {"proposal": row.pk, "agreed": True})


def refused(server: Server, path: str, sent: object = None) -> str:
    with pytest.raises(ClientError) as said:
        server.post(path, sent) if sent is not None else server.get(path)
    return str(said.value.code)


def test_administrator_who_uses_a_leaders_link_agrees_to_nothing_in_their_name(town: Town) -> None:
    town.report("Before.")
    reference = town.newest().reference
    berit, nils = town.people["berit"].staff, town.desk("nils").server
    revoked(town, "berit")
    thief = enrol(nils.post("people/renew", {"staff_id": berit.ref, "code_only": False})["token"])
    own = {"staff_id": town.people["even"].staff.ref, "kind": "give", "duty": Duty.INTAKE_OFFICER.value}
    nils.post("people/propose", own)
    row = proposals.open_ones(town.organisation.pk).latest("id")

    desk = thief.desk()

    assert refused(desk.server, "people/answer", {"proposal": row.pk, "agreed": True}) == "certificate.needed"
    assert refused(desk.server, "cases") == "certificate.needed"
    assert refused(desk.server, f"cases/{reference}") == "certificate.needed"
    assert refused(desk.server, "texts") == "certificate.needed"
    browser = Client()
    browser.cookies.load(desk.server.transport.cookies)  # type: ignore[attr-defined]
    assert browser.get("/desk/cases/")["Location"] == "/desk/"
    page = browser.get("/desk/").content.decode()
    assert "Før du kan begynne" in page
    assert reference not in page
    assert browser.get("/desk/me/").status_code == 200

    words = {thief.staff_id: thief.words(town.organisation.ref_bytes)}
    assert certify(town.desk("grete"), town.organisation.ref_bytes, words) >= 1
    assert desk.server.get("cases")["cases"] == [], "new keys open no old case"


def test_administrator_makes_no_link_for_the_auditors_keys(town: Town) -> None:
    randi = {"staff_id": town.people["randi"].staff.ref, "code_only": False}

    assert code_of(town.desk("nils").server.post, "people/renew", randi) == "duty.refused"
    assert town.desk("grete").server.post("people/renew", randi)["token"]


def test_stranger_makes_no_link_for_anybody(town: Town, other_town: Town) -> None:
    ref = {"staff_id": town.people["amir"].staff.ref, "code_only": True}
    assert code_of(town.desk("even").server.post, "people/renew", ref) in ("duty.refused", "request.absent")
    assert code_of(other_town.desk("anne").server.post, "people/renew", ref) in (
        "duty.refused",
        "request.absent",
    )
