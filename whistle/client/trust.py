"""Whom a client believes: the root key, and what it signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from whistle.client.errors import ClientError
from whistle.client.http import unb64
from whistle.core import clock
from whistle.vault import certificate
from whistle.vault.certificate import Certificate, Role
from whistle.vault.errors import VaultError

GIVERS = (Role.READER, Role.ALTERNATE, Role.ADVISER, Role.RECOVERY)
WRITERS = (Role.READER, Role.ALTERNATE, Role.ADVISER, Role.PROBE)


@dataclass(frozen=True)
class Trust:
    """An organisation as its root key vouches for it."""

    org: bytes
    root_key: bytes

    def recipients(self, raw: list[str]) -> dict[bytes, Certificate]:
        """Return certificates that hold now, by key id.  Those that do not are left out: nobody seals to them."""
        return {read.key_id: read for read in self._read(raw, int(clock.now().timestamp()))}

    def writers(self, raw: list[str]) -> dict[bytes, Certificate]:
        """Return the certificates of people who may write, by the id of their signing key, expired ones too."""
        return {read.sig_key_id: read for read in self._read(raw, None) if read.role in WRITERS}

    def signers(self, raw: list[str]) -> dict[bytes, bytes]:
        """Return what those who may give keys sign with, by the id of their key, of expired certificates too."""
        return {read.key_id: read.sig_pub for read in self._read(raw, None) if read.role in GIVERS}

    def _read(self, raw: list[str], at: int | None) -> Iterator[Certificate]:
        for text in raw:
            try:
                yield certificate.read(unb64(text), self.root_key, self.org, at)
            except VaultError:
                continue


def read_card(card: dict[str, Any], root_key: bytes | None) -> tuple[Trust, dict[str, Any]]:
    """Return the trust and the roster of an organisation's card.

    `root_key` is the one known from elsewhere (poster, page); without it the first one seen is believed.
    Raises ClientError `client.root_key` or `client.roster` when the card does not hold.
    """
    given = unb64(card["root_key"])
    if root_key is not None and given != root_key:
        raise ClientError("client.root_key", "the server shows another root key than the one you know")
    trust = Trust(bytes.fromhex(card["org"]), given)
    if (
        not card["live"] and not card["roster"]["document"]
    ):  # being set up: nobody reads yet, nothing is taken in
        return trust, {"readers": [], "alternates": [], "recovery": {}, "subjects": []}
    try:
        roster = certificate.read_roster(
            unb64(card["roster"]["document"]), unb64(card["roster"]["signature"]), given, trust.org
        )
    except VaultError as error:
        raise ClientError("client.roster", "the list of readers is not signed by the root key") from error
    return trust, roster
