"""A small municipality with a root key, a signed roster and certificates: what a reporter's browser must check."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from whistle.accounts.models import Certificate, Roster, Staff
from whistle.core import canonical
from whistle.organisations.models import Organisation
from whistle.vault import certificate as certificates
from whistle.vault.keys import SigPair, StaffKeys, key_id

PEOPLE = [
    # username, name, title, groups, leader, stands in for
    ("ingrid", "Ingrid Solvang", "Leder av varslingsmottaket", ["administration", "intake"], None, None),
    ("amir", "Amir Haddad", "Rådgiver i varslingsmottaket", ["administration", "intake"], "ingrid", None),
    ("berit", "Berit Nyhus", "Leder for etterlevelse", ["administration", "compliance", "directors"], None, None),
    ("jonas", "Jonas Lunde", "Stedfortreder", ["administration"], None, None),
    ("hanne", "Hanne Aasgaard", "Ekstern advokat", ["outside"], None, "berit"),
]
ALTERNATES = [
    ("solveig", "Solveig Brekke", "Kontrollutvalgets sekretariat", ["control"], None, None),
    ("tor", "Tor Myhre", "Advokat for kontrollutvalget", ["control"], None, None),
]
SUBJECTS = {
    "unit_staff": [],
    "director": ["directors"],
    "chief_executive": ["administration"],
    "mayor_or_elected": [],
    "reporting_office": ["intake"],
    "legal": [],
    "hr_or_finance": [],
    "audit": [],
    "supplier": [],
    "unknown": [],
}


@dataclass
class Municipality:
    """An organisation in the database and the secret keys that a test plays its people with."""

    organisation: Organisation
    root: SigPair
    people: dict[str, Staff] = field(default_factory=dict)
    keys: dict[str, StaffKeys] = field(default_factory=dict)
    serial: int = 0

    def seed(self, username: str) -> bytes:
        """Return the same secret for the same person, so that a test that fails can be run again."""
        return (self.organisation.slug + username).encode().ljust(32, b".")[:32]

    def certify(self, subject: str, keys: StaffKeys, role: int, *, ends: datetime | None = None) -> None:
        """Issue and keep a certificate."""
        self.serial += 1
        begins = datetime.now(UTC) - timedelta(days=400)
        ends = ends or datetime.now(UTC) + timedelta(days=90)
        octets = certificates.issue(
            self.root,
            self.organisation.ref_bytes,
            self.serial,
            role,
            int(begins.timestamp()),
            int(ends.timestamp()),
            bytes.fromhex(subject),
            keys.kem.public,
            keys.sig.public,
        )
        Certificate.objects.create(
            organisation=self.organisation,
            serial=self.serial,
            role=role,
            subject=subject,
            key_id=key_id(keys.kem.public).hex(),
            not_before=begins,
            not_after=ends,
            octets=octets,
        )

    def hire(self, username: str, name: str, title: str, role: int) -> None:
        """Make a person with keys and a certificate."""
        keys = StaffKeys(self.seed(username))
        person = Staff.objects.create(
            organisation=self.organisation, username=username, name=name, title=title, password="!"
        )
        self.people[username], self.keys[username] = person, keys
        self.certify(person.ref, keys, role)

    def row(self, person: tuple[str, str, str, list[str], str | None, str | None]) -> dict[str, Any]:
        """Return somebody as the roster has them."""
        username, name, title, groups, leader, stands_in_for = person
        return {
            "staff_id": self.people[username].ref,
            "key_id": key_id(self.keys[username].kem.public).hex(),
            "name": name,
            "title": title,
            "role": "intake_officer",
            "groups": groups,
            "reports_to": self.people[leader].ref if leader else None,
            "stands_in_for": self.people[stands_in_for].ref if stands_in_for else None,
        }

    def adopt_roster(self, recovery: dict[str, str]) -> None:
        """Sign and keep the roster."""
        document = canonical.encode(
            {
                "v": 1,
                "org": self.organisation.ref,
                "version": 1,
                "quorum": 2,
                "readers": [self.row(person) for person in PEOPLE],
                "alternates": [self.row(person) for person in ALTERNATES],
                "recovery": recovery,
                "subjects": [{"code": code, "excludes": groups} for code, groups in SUBJECTS.items()],
            }
        )
        Roster.objects.create(
            organisation=self.organisation,
            version=1,
            document=document,
            signature=certificates.sign_roster(self.root, self.organisation.ref_bytes, document),
            adopted_at=datetime.now(UTC),
        )


def make_municipality(slug: str, name: str) -> Municipality:
    """Return a municipality whose channel is open."""
    root = SigPair.from_seed(slug.encode().ljust(32, b"r"))
    organisation = Organisation.objects.create(
        slug=slug, name=name, log_origin=f"{slug}.test", root_key=root.public, live=True
    )
    it = Municipality(organisation, root)
    for people, role in ((PEOPLE, certificates.Role.READER), (ALTERNATES, certificates.Role.ALTERNATE)):
        for username, full_name, title, *_rest in people:
            it.hire(username, full_name, title, role)
    recovery = {}
    for kind in ("ordinary", "alternate"):
        keys = StaffKeys(it.seed(f"recovery-{kind}"))
        it.certify(key_id(keys.kem.public).hex(), keys, certificates.Role.RECOVERY)
        recovery[kind] = key_id(keys.kem.public).hex()
    it.adopt_roster(recovery)
    return it
