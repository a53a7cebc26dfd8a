"""A town in a database of its own, whose keys are renewed by a process that may be killed: `python -m tests.keys.rekeying …`.

`make N` makes N cases and closes Amir's account; `go` renews keys as Berit, a line a case; `check` opens everything.
"""

import json
import sys
from pathlib import Path
from typing import Any


def make(count: int, kept: Path) -> None:
    from django.core.management import call_command

    from cases.models import Assignment
    from cases.services.take import take_case
    from tests.town import make_town
    from whistle.audit import services as audit

    call_command("migrate", verbosity=0)
    town = make_town("fjellvik")
    for number in range(count):
        town.report(f"Report {number}.")
    amir = town.people["amir"].staff
    with audit.atomic():
        for held in Assignment.objects.select_related("case").filter(staff=amir):
            take_case(held.case, amir, why="left", actor="system", role="system")
    secrets = {
        name: [one.person.username, one.passphrase, one.totp_secret] for name, one in town.people.items()
    }
    seeds = {kind: seed.hex() for kind, seed in town.ceremony.recovery_seeds.items()}
    own = {name: _seed(town.people[name]).hex() for name in ("ingrid", "berit", "amir")}
    kept.write_text(json.dumps({"people": secrets, "recovery": seeds, "seeds": own}))


def _seed(enrolled: Any) -> bytes:
    from whistle.vault import staff

    key = enrolled.staff.key
    master = staff.master(enrolled.passphrase, bytes(key.salt))
    return staff.unwrap(master, bytes(key.unlock_share), enrolled.staff.ref, bytes(key.wrapped))


def desk(name: str, kept: Path) -> Any:
    from whistle.accounts.models import StaffKey
    from whistle.client.desk import Desk, Person
    from whistle.demo.inside import Inside

    StaffKey.objects.update(totp_counter=0)
    username, passphrase, secret = json.loads(kept.read_text())["people"][name]
    return Desk("", Person(username, passphrase, secret), transport=Inside(""))


def go(kept: Path) -> None:
    from whistle.client.keys import KeyWork

    work = KeyWork(desk("berit", kept))
    for reference in work._left(work.desk.staff_id)["due"]:
        work.rekey(reference)
        print(reference, flush=True)
    print("done", flush=True)


def check(kept: Path) -> None:
    """Fail unless exactly the right people can open every box, by trying it."""
    from cases.models import Case
    from whistle.access.models import BoxGrant
    from whistle.accounts.models import Staff
    from whistle.audit.verify import verify
    from whistle.organisations.models import Organisation
    from whistle.store.models import Box, Seal
    from whistle.vault import seal
    from whistle.vault.keys import KemPair, StaffKeys

    said = json.loads(kept.read_text())
    org = Organisation.objects.get(slug="fjellvik")
    pairs = {name: StaffKeys(bytes.fromhex(seed)).kem for name, seed in said["seeds"].items()}
    refs = {name: Staff.objects.get(username=said["people"][name][0]).ref for name in pairs}
    recovery = KemPair.from_seed(bytes.fromhex(said["recovery"]["ordinary"]))
    for box in Box.objects.all():
        keys = {}
        for name in ("ingrid", "berit"):
            rows = Seal.objects.filter(box=box, staff_ref=refs[name])
            assert {row.epoch for row in rows} == set(range(1, box.epoch + 1)), box
            for row in rows:
                opened = seal.open(
                    bytes(row.sealed), pairs[name], org.ref_bytes, bytes.fromhex(box.box_id), row.epoch
                )
                assert keys.setdefault(row.epoch, opened) == opened
        for row in Seal.objects.filter(box=box, holder="recovery"):
            opened = seal.open(
                bytes(row.sealed), recovery, org.ref_bytes, bytes.fromhex(box.box_id), row.epoch
            )
            assert keys[row.epoch] == opened
        assert not Seal.objects.filter(box=box, staff_ref=refs["amir"]).exists()
        permitted = set(BoxGrant.objects.filter(content_object=box).values_list("user__ref", flat=True))
        assert permitted == {refs["ingrid"], refs["berit"]}
        assert box.items.filter(kind=5).count() == box.epoch - 1, "one announcement for each new key"
    left = Box.objects.filter(rekey_due=True).count()
    faults = [str(one) for one in verify(org).faults]
    print(json.dumps({"cases": Case.objects.count(), "due": left, "faults": faults}))


def main(what: str, kept: str, count: str = "0") -> None:
    import django

    django.setup()
    if what == "make":
        make(int(count), Path(kept))
    else:
        {"go": go, "check": check}[what](Path(kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
