"""The key ceremony of a demo municipality: what would happen on an offline machine, done at once.

Root key and recovery keys are written to the folder `offline` beside the data, in place of paper; nothing the server
runs reads it.
"""

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from whistle.access.services.duties import give_duty
from whistle.accounts.models import RootCopy, Staff
from whistle.accounts.services import secrecy
from whistle.accounts.services.enrolment import KeyMaterial, adopt_roster, enrol, file_certificate
from whistle.audit import services as audit
from whistle.audit.publisher import start_log
from whistle.core import canonical, clock
from whistle.core.policy import Duty
from whistle.demo.people import SUBJECTS, DemoPerson
from whistle.organisations.models import Organisation
from whistle.vault import certificate, staff, totp
from whistle.vault.certificate import Role, seal_root
from whistle.vault.keys import KemPair, SigPair, StaffKeys, key_id

LIFETIME = timedelta(days=180)


@dataclass(frozen=True)
class Enrolled:
    """A demo person with what they need to sign in."""

    person: DemoPerson
    staff: Staff
    passphrase: str
    totp_secret: str
    kem_pub: bytes


@dataclass(frozen=True)
class MadeKeys:
    """What a person's browser makes at enrolment, and what the person keeps."""

    ref: bytes
    material: KeyMaterial
    passphrase: str


def make_keys() -> MadeKeys:
    """Return fresh keys under a fresh passphrase."""
    ref, seed, share, salt = os.urandom(16), os.urandom(32), os.urandom(32), os.urandom(16)
    keys, passphrase = StaffKeys(seed), staff.new_passphrase()
    master = staff.master(passphrase, salt)
    material = KeyMaterial(
        salt=salt,
        auth=staff.auth(master),
        unlock_share=share,
        wrapped=staff.wrap(master, share, ref.hex(), seed),
        kem_pub=keys.kem.public,
        sig_pub=keys.sig.public,
        totp_secret=totp.new_secret(),
    )
    return MadeKeys(ref, material, passphrase)


class Ceremony:
    """One organisation's root key at work."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.root_seed = os.urandom(32)
        self.root = SigPair.from_seed(self.root_seed)
        self.recovery_seeds = {"ordinary": os.urandom(32), "alternate": os.urandom(32)}
        self.serial = 0
        organisation.root_key = self.root.public
        organisation.save()

    def start(self) -> None:
        """Make the log keys, log the registry and the root key, certify the recovery keys."""
        for log in ("desk", "channel"):
            start_log(self.organisation, log)
        audit.adopt_registry(self.organisation)
        with audit.atomic():
            audit.record(
                "organisation.started",
                organisation=self.organisation,
                coarse=True,
                root_key=certificate.fingerprint(self.root.public).hex(),
            )
        for seed in self.recovery_seeds.values():
            self.certify(
                Role.RECOVERY, os.urandom(16), KemPair.from_seed(seed).public, StaffKeys(seed).sig.public
            )

    def certify(self, role: int, staff_id: bytes, kem_pub: bytes, sig_pub: bytes) -> bytes:
        """Sign and file a certificate; return its octets."""
        self.serial += 1
        begins = clock.now()
        octets = certificate.issue(
            self.root,
            self.organisation.ref_bytes,
            self.serial,
            role,
            int(begins.timestamp()),
            int((begins + LIFETIME).timestamp()),
            staff_id,
            kem_pub,
            sig_pub,
        )
        file_certificate(self.organisation, octets)
        return octets

    def enrol(self, person: DemoPerson, made: "MadeKeys | None" = None) -> Enrolled:
        """Give a person an account with their keys, and certify those who may hold a key to a case."""
        made = made or make_keys()
        row = enrol(
            self.organisation,
            ref=made.ref.hex(),
            username=person.username,
            name=person.name,
            title=person.title,
            email=f"{person.username}@{self.organisation.slug}.example",
            material=made.material,
        )
        for duty in person.duties:
            give_duty(row, duty)
        if person.listed or Duty.INVESTIGATOR in person.duties:
            role = Role.ALTERNATE if person.listed == Duty.ALTERNATE else Role.READER
            self.certify(role, made.ref, made.material.kem_pub, made.material.sig_pub)
        if Duty.PROBE in person.duties:
            self.certify(Role.PROBE, made.ref, made.material.kem_pub, made.material.sig_pub)
        if Duty.IDENTITY_CUSTODIAN in person.duties:
            self.certify(Role.IDENTITY_CUSTODIAN, made.ref, made.material.kem_pub, made.material.sig_pub)
        if Duty.KEY_CUSTODIAN in person.duties:
            self.certify(Role.KEY_CUSTODIAN, made.ref, made.material.kem_pub, made.material.sig_pub)
            sealed = seal_root(self.root_seed, made.material.kem_pub, self.organisation.ref_bytes)
            RootCopy.objects.create(staff=row, sealed=sealed, made_at=clock.now())
        secrecy.declare(row, secrecy.VERSION)
        return Enrolled(person, row, made.passphrase, made.material.totp_secret, made.material.kem_pub)

    def adopt_roster(self, people: list[Enrolled]) -> None:
        """Sign the list of who reads what."""
        refs = {enrolled.person.name: enrolled.staff.ref for enrolled in people}
        listed = [_listed(enrolled, refs) for enrolled in people if enrolled.person.listed]
        custodians = [
            {**_listed(enrolled, refs), "role": Duty.IDENTITY_CUSTODIAN.value}
            for enrolled in people
            if Duty.IDENTITY_CUSTODIAN in enrolled.person.duties
        ]
        document = canonical.encode(
            {
                "v": 1,
                "org": self.organisation.ref,
                "version": 1,
                "quorum": 2,
                "readers": [row for row in listed if row["role"] != Duty.ALTERNATE],
                "alternates": [row for row in listed if row["role"] == Duty.ALTERNATE],
                "custodians": custodians,
                "recovery": {
                    name: key_id(KemPair.from_seed(seed).public).hex()
                    for name, seed in self.recovery_seeds.items()
                },
                "subjects": list(SUBJECTS),
            }
        )
        adopt_roster(
            self.organisation,
            document,
            certificate.sign_roster(self.root, self.organisation.ref_bytes, document),
        )

    def keep_offline(self, folder: Path) -> None:
        """Write what would be on paper in a safe."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secrets = {
            "root_seed": self.root_seed.hex(),
            **{f"recovery_{n}": s.hex() for n, s in self.recovery_seeds.items()},
        }
        path = folder / f"{self.organisation.slug}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(secrets, indent=1))


def _listed(enrolled: Enrolled, refs: dict[str, str]) -> dict[str, object]:
    person = enrolled.person
    return {
        "staff_id": enrolled.staff.ref,
        "key_id": key_id(enrolled.kem_pub).hex(),
        "name": person.name,
        "title": person.title,
        "role": (person.listed or Duty.INTAKE_OFFICER).value,
        "groups": list(person.groups),
        "reports_to": refs.get(person.reports_to),
        "stands_in_for": refs.get(person.stands_in_for),
    }
