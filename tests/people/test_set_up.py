"""A real organisation: founded for two people, begun with keys on paper, open when nothing is missing and two say so."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.people.hands import Made, begin, certify, enrol
from tests.people.test_people import code_of
from whistle.access.selectors import duties
from whistle.access.selectors_set_up import WORDS, missing
from whistle.access.services import proposals
from whistle.access.services.setting_up import found
from whistle.accounts.models import Certificate, Invitation, Staff
from whistle.accounts.services.enrolment import adopt_roster
from whistle.accounts.services.invitations import Newcomer
from whistle.audit import selectors as audit
from whistle.client import ceremony
from whistle.client.desk import Desk
from whistle.client.errors import ClientError
from whistle.client.http import b64
from whistle.client.recovery import seed_from
from whistle.client.reporter import Reporter
from whistle.core import canonical
from whistle.core.policy import Duty
from whistle.demo.inside import Inside
from whistle.demo.people import SUBJECTS
from whistle.organisations.models import Organisation
from whistle.vault import certificate, code
from whistle.vault.keys import KemPair, SigPair, key_id

ADA = Newcomer("ada.vik", "Ada Vik")
PEOPLE = {
    "ina.moe": ("Ina Moe", ["intake_officer"]),
    "per.dal": ("Per Dal", ["intake_officer"]),
    "liv.nes": ("Liv Nes", ["compliance_leader"]),
    "alt.ek": ("Alt Ek", ["alternate"]),
    "rev.ås".replace("å", "a"): ("Rev As", ["auditor"]),
}


@pytest.fixture
def new(db: None, own_folders: None) -> tuple[Organisation, Made, Made]:
    """Nyby: founded from the shell; its administrator and its key custodian have made their keys."""
    said = io.StringIO()
    call_command(
        "organisation", "found", "nyby", "Nyby kommune", "--origin", "nyby.example", "--address", "https://x",
        "--administrator", "ada.vik", "Ada Vik", "--custodian", "kim.lund", "Kim Lund", stdout=said,
    )  # fmt: skip
    links = [line.rsplit("#", 1)[1] for line in said.getvalue().splitlines() if "/nyby/desk/enrol/#" in line]
    return Organisation.objects.get(slug="nyby"), *(enrol(link, "/nyby") for link in links)


def lacking(organisation: Organisation) -> set[str]:
    organisation.refresh_from_db()
    return {need.code for need in missing(organisation)}


def fill(
    organisation: Organisation, admin: Desk, custodian: Desk, root: SigPair | None = None
) -> dict[str, Made]:
    """Invite, agree on and certify everybody the domain asks for."""
    made = {}
    for username, (name, wanted) in PEOPLE.items():
        sent = {"username": username, "name": name, "duties": wanted}
        made[username] = enrol(admin.server.post("people/invite", sent)["token"], "/nyby")
        row = proposals.open_ones(organisation.pk).latest("id")
        custodian.server.post("people/answer", {"proposal": row.pk, "agreed": True})
    words = {one.staff_id: one.words(organisation.ref_bytes) for one in made.values()}
    certify(custodian, organisation.ref_bytes, words, root)
    return made


def sign_list(
    organisation: Organisation, root: SigPair, made: dict[str, Made], recovery: list[bytes]
) -> None:
    """Sign who reads what, as the key custodian does."""

    def row(username: str, role: str, groups: list[str]) -> dict[str, object]:
        one = made[username]
        return {
            "staff_id": one.staff_id, "key_id": key_id(one.keys.kem.public).hex(), "name": PEOPLE[username][0],
            "title": "", "role": role, "groups": groups, "reports_to": None, "stands_in_for": None,
        }  # fmt: skip

    document = canonical.encode(
        {
            "v": 1, "org": organisation.ref, "version": 1, "quorum": 2,
            "readers": [
                row("ina.moe", "intake_officer", ["intake"]), row("per.dal", "intake_officer", ["intake"]),
                row("liv.nes", "compliance_leader", []),
            ],
            "alternates": [row("alt.ek", "alternate", ["external"])],
            "recovery": dict(zip(("ordinary", "alternate"), (key_id(one).hex() for one in recovery), strict=True)),
            "subjects": list(SUBJECTS),
        }
    )  # fmt: skip
    organisation.refresh_from_db()
    adopt_roster(organisation, document, certificate.sign_roster(root, organisation.ref_bytes, document))


def test_channel_opens_when_nothing_is_missing_and_two_people_say_so(
    new: tuple[Organisation, Made, Made],
) -> None:
    organisation, ada, kim = new
    admin, custodian = ada.desk(), kim.desk()
    assert duties(Staff.objects.get(ref=ada.staff_id)) == {Duty.SYSTEM_ADMINISTRATOR}
    assert lacking(organisation) >= {
        "root_key",
        "recovery",
        "intake",
        "alternate",
        "auditor",
        "roster",
        *WORDS,
    }
    assert code_of(admin.server.post, "set-up/go-live", {}) == "set_up.missing"

    seed, recovery = begin(custodian, organisation.ref_bytes)
    assert code_of(begin, kim.desk(), organisation.ref_bytes) == "set_up.begun"
    assert code_of(begin, admin, organisation.ref_bytes) == "duty.refused"
    made = fill(organisation, admin, custodian)
    assert lacking(organisation) == {"intake", "alternate", "roster", *WORDS}
    publics = [KemPair.from_seed(one).public for one in recovery.values()]
    sign_list(organisation, SigPair.from_seed(seed), made, publics)
    assert lacking(organisation) == set(WORDS)
    assert code_of(admin.server.post, "set-up/word", {"code": "dpia", "reference": " "}) == "set_up.reference"
    assert (
        code_of(admin.server.post, "set-up/word", {"code": "other", "reference": "x"}) == "set_up.reference"
    )
    for word in WORDS:
        assert code_of(admin.server.post, "set-up/go-live", {}) == "set_up.missing"
        admin.server.post("set-up/word", {"code": word, "reference": "sak 12/26"})
    assert lacking(organisation) == set()

    assert "ikke åpen" in Client().get("/nyby/nb/").content.decode()
    assert code_of(Reporter("", transport=Inside("/nyby")).report, "Too early.") == "channel.closed"
    assert admin.server.post("set-up/go-live", {}) == {"done": False}
    assert code_of(admin.server.post, "set-up/go-live", {}) == "people.second"
    assert code_of(made["ina.moe"].desk().server.post, "set-up/go-live", {}) == "duty.refused"
    assert custodian.server.post("set-up/go-live", {}) == {"done": True}
    sent = Reporter("", transport=Inside("/nyby")).report("At last.")
    assert sent.code
    acts = [read.fields["act"] for read in audit.entries(organisation, "desk")]
    assert acts.count("organisation.started") == acts.count("organisation.opened") == 1
    assert acts.count("set_up.attested") == len(WORDS) + 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: s.update(public="AAAA"), "enrol.malformed"),
        (lambda s: s.update(sealed="AAAA"), "enrol.malformed"),
        (lambda s: s["certificates"].pop(0), "set_up.recovery"),
        (lambda s: s.update(certificates=[s["certificates"][0], s["certificates"][2]]), "set_up.recovery"),
    ],
    ids=[
        "root key cut short",
        "copy cut short",
        "the alternate's recovery key alone",
        "the ordinary one alone",
    ],
)
def test_a_set_up_that_lacks_something_leaves_no_root_key_behind(
    new: tuple[Organisation, Made, Made], change: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation, _ada, kim = new
    custodian = kim.desk()
    honest = custodian.server.post

    def post(path: str, body: Any) -> Any:
        change(body)
        return honest(path, body)

    monkeypatch.setattr(custodian.server, "post", post)
    before = [read.fields["act"] for read in audit.entries(organisation, "desk")]

    assert code_of(begin, custodian, organisation.ref_bytes) == code

    organisation.refresh_from_db()
    assert organisation.root_key is None
    assert not Certificate.objects.filter(organisation=organisation).exists()
    assert [read.fields["act"] for read in audit.entries(organisation, "desk")] == before
    monkeypatch.undo()
    begin(custodian, organisation.ref_bytes)


@pytest.mark.parametrize(
    "people",
    [
        {Duty.SYSTEM_ADMINISTRATOR: ADA},
        {Duty.SYSTEM_ADMINISTRATOR: ADA, Duty.KEY_CUSTODIAN: ADA},
        {Duty.SYSTEM_ADMINISTRATOR: ADA, Duty.AUDITOR: Newcomer("kim.lund", "Kim Lund")},
    ],
    ids=["one", "one for both", "no custodian"],
)
def test_nobody_founds_an_organisation_alone(
    db: None, own_folders: None, people: dict[Duty, Newcomer]
) -> None:
    organisation = Organisation.objects.create(slug="nyby", name="Nyby", log_origin="nyby.example")

    assert code_of(found, organisation, people) == "set_up.two_people"

    assert not Invitation.objects.exists()
    assert not list(audit.entries(organisation, "desk"))


def test_root_key_kept_offline_certifies_on_a_machine_without_a_network(
    new: tuple[Organisation, Made, Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation, ada, kim = new
    paper = tmp_path / "paper"
    arguments = ["new", "--org", organisation.ref, "--sheets", "3", "--threshold", "2", "--out", str(paper)]
    assert ceremony.main(arguments) == 0
    texts = {path.stem: path.read_text().splitlines()[-1] for path in paper.glob("sheet-*.txt")}
    assert len(texts) == 9
    call_command("organisation", "begin", "nyby", str(paper / "public.json"), stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("organisation", "begin", "nyby", str(paper / "public.json"))
    organisation.refresh_from_db()
    root = seed_from([texts["sheet-root-1"], texts["sheet-root-3"]])
    assert SigPair.from_seed(root).public == bytes(organisation.root_key or b"")
    with pytest.raises(ClientError, match="word 2"):
        seed_from([texts["sheet-root-1"].replace(texts["sheet-root-1"].split()[1], "akademic", 1)])

    said = io.StringIO()
    call_command("organisation", "waiting", "nyby", stdout=said)
    waiting = tmp_path / "waiting.json"
    waiting.write_text(said.getvalue())
    some, out = tmp_path / "some.txt", tmp_path / "certificates.json"
    some.write_text(f"{texts['sheet-root-2']}\n\n{texts['sheet-root-3']}\n")
    aloud = " ".join(code.words(kim.words(organisation.ref_bytes), "nb"))
    monkeypatch.setattr("builtins.input", lambda asked: "" if "Kim" not in asked else aloud)
    assert ceremony.main(["certify", str(waiting), "--sheets", str(some), "--out", str(out)]) == 0
    taken = io.StringIO()
    call_command("organisation", "certify", "nyby", str(out), "--by", "kim.lund", stdout=taken)
    assert "1 certificates" in taken.getvalue()
    assert Certificate.objects.filter(subject=kim.staff_id, role=4).exists()
    with pytest.raises(CommandError):
        call_command("organisation", "certify", "nyby", str(out), "--by", "kim.lund")

    monkeypatch.setattr(
        "builtins.input", lambda asked: " ".join(code.words(ada.words(organisation.ref_bytes), "nb"))
    )
    fill(organisation, ada.desk(), kim.desk(), SigPair.from_seed(root))
    Certificate.objects.filter(organisation=organisation, role=1).delete()
    said = io.StringIO()
    call_command("organisation", "waiting", "nyby", stdout=said)
    waiting.write_text(said.getvalue())
    assert ceremony.main(["certify", str(waiting), "--sheets", str(some), "--out", str(out)]) == 1, (
        "other words"
    )
    other = json.loads(waiting.read_text())
    other["root_key"] = b64(bytes(32))
    waiting.write_text(json.dumps(other))
    assert ceremony.main(["certify", str(waiting), "--sheets", str(some), "--out", str(out)]) == 1, (
        "other root"
    )
    listed = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("organisation", "missing", "nyby", stdout=listed)
    assert "intake" in listed.getvalue()


def test_one_person_cannot_found_an_organisation_for_both_duties(db: None, own_folders: None) -> None:
    with pytest.raises(CommandError):
        call_command(
            "organisation", "found", "nyby", "Nyby", "--origin", "nyby.example",
            "--administrator", "ada.vik", "Ada Vik", "--custodian", "ada.vik", "Ada Vik", stdout=io.StringIO(),
        )  # fmt: skip
