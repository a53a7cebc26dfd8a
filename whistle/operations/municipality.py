"""A municipality on this installation: begun, made ready, opened, and taken elsewhere with all that is its own.

Root key and certificates are made where no server is (the key ceremony); here is only what the server needs of them.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from whistle.accounts.selectors import certificates_in_force, roster_document
from whistle.audit import services as audit
from whistle.audit.folders import LOGS, key_path, log_folder
from whistle.audit.publisher import start_log
from whistle.core.errors import DomainError
from whistle.organisations.languages import checked
from whistle.organisations.look import refuse_unreadable
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import RESERVED as RESERVED
from whistle.organisations.selectors import departed
from whistle.plan.models import Plan
from whistle.vault import certificate
from whistle.vault.certificate import Role

ENOUGH = 2  # readers


@dataclass(frozen=True)
class Missing:
    """What stands in the way of opening, and what to do about it."""

    what: str
    then: str


def begin(slug: str, name: str, *, log_origin: str, root_key: bytes, host: str = "") -> Organisation:
    """Make an organisation that nobody can report to yet, and log its root key.  Its log keys come from `start_logs`.

    Raises ValueError for a short name that an address of ours has, and for a root key that is none.
    """
    if slug in RESERVED or len(root_key) != 32:
        raise ValueError("this short name is one of our addresses" if slug in RESERVED else "not a root key")
    if departed(slug, ""):
        raise ValueError(
            "an organisation of this short name has moved away; its old address still says where"
        )
    with audit.atomic():
        one = Organisation.objects.create(
            slug=slug, name=name, host=host, log_origin=log_origin, root_key=root_key, live=False
        )
        audit.adopt_registry(one)
        audit.record(
            "organisation.started",
            organisation=one,
            coarse=True,
            root_key=certificate.fingerprint(root_key).hex(),
        )
    return one


def start_logs(one: Organisation) -> None:
    """Make the keys of its two logs: as the publisher's user, who alone may read them."""
    for log in LOGS:
        if not key_path(one, log).exists() and (log_folder(one, log) / "log.vkey").exists():
            raise DomainError("audit.damaged", status=500)  # its key was lost; a new one would be a forgery
        start_log(one, log)


def missing(one: Organisation) -> Iterator[Missing]:
    """Yield what must still be done before the first report."""
    for log in LOGS:
        if not (log_folder(one, log) / "log.vkey").exists():
            yield Missing(
                f"the log “{log}” has no key", "the publisher makes it within a second: is it running?"
            )
    document = roster_document(one)
    if document["readers"]:
        yield from _unready(one, document)
    else:
        yield Missing("there is no list of readers", "adopt the roster that the root key signed")
    if not Plan.objects.filter(organisation=one).exists():
        yield Missing("there is no action plan", "adopt one at the desk, or import it")
    if one.host and one.host not in settings.ALLOWED_HOSTS:
        yield Missing(
            f"{one.host} is not among WHISTLE_HOSTS", "add it there, to nginx and to the certificate"
        )


def _unready(one: Organisation, document: dict[str, Any]) -> Iterator[Missing]:
    """Yield what is wrong with a list of readers."""
    rows = certificates_in_force(one)
    holders = {row.subject for row in rows if row.role in (Role.READER, Role.ALTERNATE)}
    recovery = {row.key_id for row in rows if row.role == Role.RECOVERY}
    for row in [*document["readers"], *document["alternates"]]:
        if row["staff_id"] not in holders:
            yield Missing(f"{row['name']} has no certificate in force", "certify the person's key")
    if len(document["readers"]) < ENOUGH:
        yield Missing(
            "there are fewer than two readers", "name a deputy: one person alone is one holiday away"
        )
    if not document["alternates"]:
        yield Missing("there is no alternate recipient", "name somebody outside the administration")
    for kind, key in document["recovery"].items():
        if key not in recovery:
            yield Missing(f"the {kind} recovery key has no certificate in force", "certify it")


def look(one: Organisation, *, mark: str, accent: str) -> None:
    """Give its pages a mark and a colour of their own; empty: ours.  Raises ValueError for a colour nobody can read on."""
    if accent:
        refuse_unreadable(accent)
    if len(mark) > 40:
        raise ValueError("a mark has at most 40 signs")
    with audit.atomic():
        Organisation.objects.filter(pk=one.pk).update(mark=mark, accent=accent)
        digest = hashlib.sha256(f"{mark}\0{accent}".encode()).hexdigest()
        audit.record("organisation.look", organisation=one, hash=digest)


def speak(one: Organisation, codes: list[str]) -> None:
    """Serve its reporters' pages in these languages, the first at "/"; none: in all there are.  Raises ValueError."""
    languages = checked(codes)
    with audit.atomic():
        Organisation.objects.filter(pk=one.pk).update(languages=languages)
        audit.record(
            "organisation.languages", organisation=one, languages=languages.split(",") if languages else []
        )


def open_channel(one: Organisation) -> list[Missing]:
    """Let people report; return what is missing, and then nothing was opened."""
    found = list(missing(one))
    if not found:
        _turn(one, live=True)
    return found


def close_channel(one: Organisation) -> None:
    """Let nobody report; mailboxes stay open."""
    _turn(one, live=False)


def _turn(one: Organisation, *, live: bool) -> None:
    with audit.atomic():
        if Organisation.objects.filter(pk=one.pk, live=not live).update(live=live):
            audit.record("organisation.opened" if live else "organisation.closed", organisation=one)
