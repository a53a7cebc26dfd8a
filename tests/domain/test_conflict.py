"""Whom a report concerns decides who can decrypt it: checked with every key in town, not with what the server says."""

import pytest
from django.test import Client

from cases.models import Assignment, Case, Declaration
from tests.town import Town
from whistle.accounts.selectors import roster_document
from whistle.client.errors import ClientError
from whistle.client.paperwork import ASSESSMENT
from whistle.store import blobs
from whistle.store.models import Box, Item, Seal
from whistle.vault import seal, signed
from whistle.vault.errors import VaultError
from whistle.vault.item import Context, Kind, open_item
from whistle.vault.keys import StaffKeys

WORDS = "What nobody else may read."
ORDINARY = {"ingrid", "amir", "berit"}
OUTSIDE = {"hanne", "sissel", "tor"}
WHO_CAN = {  # by whom the report concerns, and whom the reporter took off the list
    "chief_executive": ((["chief_executive"], []), OUTSIDE),
    "intake officer": (([], ["amir.haddad"]), {"ingrid", "berit"}),
    "elected member": (
        (["mayor_or_elected"], []),
        {"hanne", "tor"},
    ),  # not whoever works for the elected either
    "unknown": ((["unknown"], []), ORDINARY),
    "director": ((["director"], []), None),
    "the reporting office": ((["reporting_office"], []), None),
    "hr or finance": ((["hr_or_finance"], []), None),
    "supplier": ((["supplier"], []), ORDINARY),
    "somebody in a unit": ((["unit_staff"], []), ORDINARY),
    "a lawyer of the town": ((["legal"], []), ORDINARY),  # whose office keeps names, and reads no report
    "the auditors": ((["audit"], []), ORDINARY),
    "two at once": ((["director", "chief_executive"], ["hanne.aasgaard"]), {"sissel", "tor"}),
}


KEYS: dict[
    str, StaffKeys
] = {}  # of everybody in town, as their browsers hold them; the same for all tests of a run


def keys_of(town: Town, name: str) -> StaffKeys:
    username = town.people[name].person.username
    if username not in KEYS:
        KEYS[username] = town.desk(name).keys
    return KEYS[username]


def who_decrypts(town: Town, box: Box) -> set[str]:
    """Try every seal of the box with every key in town; return whose key opens the report itself."""
    item = Item.objects.get(box=box, position=1)
    org, box_id = bytes.fromhex(town.organisation.ref), bytes.fromhex(box.box_id)
    ctx = Context(item.kind, org, box_id, item.epoch, bytes.fromhex(item.item_id), item.role, item.seq)
    body = b"".join(blobs.stream(item.blob))
    found = set()
    for name in town.people:
        keys = keys_of(town, name)
        for row in Seal.objects.filter(box=box):
            try:
                key = seal.open(bytes(row.sealed), keys.kem, org, box_id, row.epoch)
                content = signed.read(ctx, open_item(key, ctx, bytes(item.header.octets), body), None)
            except VaultError:
                continue
            assert WORDS.encode() in content.body
            found.add(name)
    return found


def shown_to(town: Town, name: str, reference: str) -> list[str]:
    """Return where somebody meets the case: list, card, content, search, the front page."""
    browser = Client()
    browser.force_login(town.people[name].staff)
    api, met = f"{town.prefix}/desk/api/cases", []
    of_case = (f"{api}/{reference}", f"{api}/{reference}/sealed", f"{api}/{reference}/keys")
    for path in (
        api,
        *of_case,
        *(f"{town.prefix}/desk/{page}" for page in ("", "cases/", f"cases/{reference}/")),
    ):
        answer = browser.get(path)
        if answer.status_code not in (200, 302, 404) or reference.encode() in answer.content:
            met.append(path)
    return met


@pytest.mark.parametrize("kind", WHO_CAN)
def test_exactly_those_can_decrypt_who_should(town: Town, kind: str) -> None:
    (about, exclude), expected = WHO_CAN[kind]
    town.report(WORDS, about=about, exclude=exclude)
    case, box = town.newest(), Box.objects.get()

    can = who_decrypts(town, box)

    listed = roster_document(town.organisation)
    roster = {row["staff_id"]: row for row in listed["readers"]}
    subjects = {row["code"]: set(row["excludes"]) for row in listed["subjects"]}
    out = set().union(*(subjects[code] for code in about)) if about else set()
    for name in can:
        groups = set(roster.get(town.people[name].staff.ref, {"groups": []})["groups"])
        assert not groups & out, f"{name} is of a group that the report concerns"
    assert len(can) >= 2, "one alone could bury it"
    if expected is not None:
        assert can == expected
    holders = {town.people[name].staff.pk for name in can}
    assert set(Assignment.objects.filter(case=case).values_list("staff", flat=True)) == holders
    for name in set(town.people) - can:
        assert shown_to(town, name, case.reference) == [], name


def test_the_administration_is_kept_out_of_what_concerns_the_chief_executive_for_good(town: Town) -> None:
    town.report(WORDS, about=["chief_executive"])
    case = town.open("sissel")
    case.acknowledge("We have it.")
    case.record("assessment", ASSESSMENT, reason="It concerns the chief executive.")

    for name in sorted(ORDINARY):
        with pytest.raises(ClientError):
            case.share(town.people[name].staff.ref)
    for box in Box.objects.all():
        assert not who_holds(box) & {town.people[name].staff.ref for name in ORDINARY}


def who_holds(box: Box) -> set[str]:
    return set(Seal.objects.filter(box=box).values_list("staff_ref", flat=True))


def test_first_reader_who_is_not_impartial_is_locked_out_before_seeing_a_word(town: Town) -> None:
    town.report(WORDS)
    reference = town.newest().reference
    berit = town.desk("berit")
    with pytest.raises(ClientError) as asked_first:
        berit.server.get(f"cases/{reference}/sealed")

    berit.declare(reference, "unsure")

    assert asked_first.value.code == "habilitet.needed"
    box = Box.objects.get()
    assert who_decrypts(town, box) == ORDINARY - {"berit"}
    assert shown_to(town, "berit", reference) == []
    answers = Declaration.objects.filter(case=town.newest()).values_list("answer", flat=True)
    assert list(answers) == ["unsure"], "what was answered is kept, and shown to the others"


def test_every_reader_steps_back_and_nothing_is_lost(town: Town) -> None:
    town.report(WORDS)
    reference = town.newest().reference
    for name in ("berit", "amir"):
        town.desk(name).declare(reference, "conflict")

    with pytest.raises(ClientError) as kept:
        town.desk("ingrid").declare(reference, "conflict")

    assert kept.value.code == "habilitet.last"
    assert who_decrypts(town, Box.objects.get()) == {"ingrid"}, (
        "the last one's browser seals to the alternate first"
    )


def test_strangers_of_another_town_decrypt_nothing(town: Town, other_town: Town) -> None:
    town.report(WORDS)
    reference = town.newest().reference

    assert (
        who_decrypts(Town(town.organisation, town.ceremony, other_town.people, "/nordvik"), Box.objects.get())
        == set()
    )
    for name in other_town.people:
        assert shown_to(other_town, name, reference) == []
    assert Case.objects.count() == 1
    assert Item.objects.get(position=1).kind == Kind.MESSAGE
