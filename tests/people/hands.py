"""What a browser does for people, by hand: makes keys, certifies, sets an organisation up."""

import os
from dataclasses import dataclass

from whistle.client.desk import Desk, Person
from whistle.client.http import Server, Transport, b64, unb64
from whistle.core import canonical, clock
from whistle.core.roster import empty
from whistle.demo.inside import Inside
from whistle.vault import certificate, staff, totp
from whistle.vault.certificate import Role, key_words, open_root, seal_root
from whistle.vault.keys import KemPair, SigPair, StaffKeys, key_id

LIFETIME = 180 * 24 * 3600


@dataclass
class Made:
    """Somebody who used their link."""

    staff_id: str
    person: Person
    keys: StaffKeys
    prefix: str = ""

    def desk(self, *, declare: bool = True) -> Desk:
        """Sign in, and say that what one learns stays secret."""
        from whistle.accounts.models import StaffKey

        StaffKey.objects.filter(staff__ref=self.staff_id).update(totp_counter=0)
        desk = Desk("", self.person, transport=Inside(self.prefix))
        if declare:
            desk.server.post("secrecy", {"version": 1})
        return desk

    def words(self, org: bytes) -> list[int]:
        """What this person reads aloud."""
        return key_words(org, bytes.fromhex(self.staff_id), self.keys.kem.public, self.keys.sig.public)


def material(staff_id: str, keys_of: bytes, passphrase: str, secret: str) -> dict[str, object]:
    """Return what a browser sends when it has made keys."""
    keys, salt, share = StaffKeys(keys_of), os.urandom(16), os.urandom(32)
    master = staff.master(passphrase, salt)
    return {
        "salt": b64(salt),
        "auth": b64(staff.auth(master)),
        "unlock_share": b64(share),
        "wrapped": b64(staff.wrap(master, share, staff_id, keys_of)),
        "kem_pub": b64(keys.kem.public),
        "sig_pub": b64(keys.sig.public),
        "totp_secret": secret,
        "code": totp.now(secret, clock.now().timestamp()),
    }


def enrol(token: str, prefix: str = "", over: Transport | None = None) -> Made:
    """Use a link up, as a stranger's browser does; `over` a network, or inside this process."""
    server = Server(over or Inside(prefix), "/desk/api/")
    invited = server.post("enrol/open", {"token": token})
    seed, passphrase, secret = os.urandom(32), staff.new_passphrase(), totp.new_secret()
    server.post("enrol", {"token": token, **material(invited["staff_id"], seed, passphrase, secret)})
    person = Person(invited["username"], passphrase, secret)
    return Made(invited["staff_id"], person, StaffKeys(seed), prefix)


def certify(custodian: Desk, org: bytes, heard: dict[str, list[int]], root: SigPair | None = None) -> int:
    """Certify everybody whose words were heard and fit, and renew all others; return how many."""
    said = custodian.server.get("certificates/waiting")
    root = root or SigPair.from_seed(open_root(unb64(said["root"]), custodian.keys.kem, org))
    now, made = int(clock.now().timestamp()), []
    for serial, one in enumerate(said["waiting"], said["serial"]):
        kem_pub, sig_pub = unb64(one["kem_pub"]), unb64(one["sig_pub"])
        before = one["previous"] and certificate.read(unb64(one["previous"]), root.public, org, None)
        same = before and (before.kem_pub, before.sig_pub) == (kem_pub, sig_pub)
        if not same and heard.get(one["ref"]) != key_words(org, bytes.fromhex(one["ref"]), kem_pub, sig_pub):
            continue
        made.append(
            certificate.issue(
                root,
                org,
                serial,
                one["role"],
                now,
                now + LIFETIME,
                bytes.fromhex(one["ref"]),
                kem_pub,
                sig_pub,
            )
        )
    if made:
        custodian.server.post("certificates", {"certificates": [b64(one) for one in made]})
    return len(made)


def begin(custodian: Desk, org: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Make root and recovery keys as the custodian's browser does; return the root seed and the recovery seeds."""
    seed, recovery = os.urandom(32), {"ordinary": os.urandom(32), "alternate": os.urandom(32)}
    root, now = SigPair.from_seed(seed), int(clock.now().timestamp())
    subjects = [
        (Role.RECOVERY, os.urandom(16), KemPair.from_seed(one).public, StaffKeys(one).sig.public)
        for one in recovery.values()
    ]
    own = (
        Role.KEY_CUSTODIAN,
        bytes.fromhex(custodian.staff_id),
        custodian.keys.kem.public,
        custodian.keys.sig.public,
    )
    made = [
        certificate.issue(root, org, serial, role, now, now + LIFETIME, subject, kem, sig)
        for serial, (role, subject, kem, sig) in enumerate([*subjects, own], 1)
    ]
    named = {name: key_id(KemPair.from_seed(one).public).hex() for name, one in recovery.items()}
    document = canonical.encode(empty(org.hex(), named))
    custodian.server.post(
        "set-up/root",
        {
            "public": b64(root.public),
            "certificates": [b64(one) for one in made],
            "sealed": b64(seal_root(seed, custodian.keys.kem.public, org)),
            "roster": {
                "document": b64(document),
                "signature": b64(certificate.sign_roster(root, org, document)),
            },
        },
    )
    return seed, recovery


def settle(database: str) -> None:
    """Give what two people agreed on, as the worker does once a witness has seen it; straight in the site's database."""
    import sqlite3

    with sqlite3.connect(database, timeout=20) as rows:
        agreed = rows.execute(
            "SELECT staff_id, duty FROM access_proposal WHERE agreed = 1 AND kind = 'give' AND approval <> ''"
        ).fetchall()
        rows.executemany(
            "INSERT OR IGNORE INTO access_dutyheld (staff_id, duty, since) VALUES (?, ?, '2026-01-01 00:00:00')",
            agreed,
        )


def recovery_keys(database: str, slug: str) -> list[bytes]:
    """Return the public halves of an organisation's certified recovery keys."""
    import sqlite3

    with sqlite3.connect(database, timeout=20) as rows:
        octets = rows.execute(
            "SELECT c.octets FROM accounts_certificate c JOIN organisations_organisation o"
            " ON o.id = c.organisation_id WHERE o.slug = ? AND c.role = 9",
            [slug],
        ).fetchall()
    return [certificate.read(raw, _root_of(raw, database, slug), raw[:16], None).kem_pub for (raw,) in octets]


def _root_of(raw: bytes, database: str, slug: str) -> bytes:
    import sqlite3

    with sqlite3.connect(database, timeout=20) as rows:
        return bytes(
            rows.execute("SELECT root_key FROM organisations_organisation WHERE slug = ?", [slug]).fetchone()[
                0
            ]
        )
