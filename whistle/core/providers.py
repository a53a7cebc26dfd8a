"""Which provider of work accounts (OpenID Connect) stands in front of which organisation's desk: read from the settings."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

FIELDS = {"issuer", "client_id", "client_secret", "name"}


@dataclass(frozen=True)
class Provider:
    """What we know of a provider.  `client_secret` may be empty: PKCE protects the code then."""

    issuer: str
    client_id: str
    client_secret: str
    name: str  # what its people call it: “Fjellvik's work account”

    @property
    def host(self) -> str:
        """Where it is, as the sign-in page shows it."""
        return urlsplit(self.issuer).netloc


def parse(text: str, *, plain_http: bool = False) -> dict[str, Provider]:
    """Return the provider of each organisation, by its short name.  Raises ValueError with a sentence.

    >>> parse('{"nordvik": {"issuer": "https://id.example/t", "client_id": "w", "name": "Nordvik"}}')["nordvik"].host
    'id.example'
    >>> parse('{"nordvik": {"issuer": "http://id.example", "client_id": "w", "name": "Nordvik"}}')
    Traceback (most recent call last):
    ValueError: nordvik: the issuer must begin with https://
    """
    try:
        told = json.loads(text or "{}")
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(told, dict):
        raise ValueError("not a table of organisations")
    return {slug: _one(slug, row, plain_http=plain_http) for slug, row in told.items()}


def _one(slug: str, row: object, *, plain_http: bool) -> Provider:
    if not isinstance(row, dict) or not row.keys() <= FIELDS:
        raise ValueError(f"{slug}: only {', '.join(sorted(FIELDS))} may stand here")
    values = {name: row.get(name, "") for name in FIELDS}
    if not all(isinstance(value, str) for value in values.values()):
        raise ValueError(f"{slug}: every value is a text")
    if missing := sorted(name for name in FIELDS - {"client_secret"} if not values[name]):
        raise ValueError(f"{slug}: {missing[0]} is missing")
    schemes = ("https", "http") if plain_http else ("https",)
    if urlsplit(values["issuer"]).scheme not in schemes or not urlsplit(values["issuer"]).netloc:
        raise ValueError(f"{slug}: the issuer must begin with https://")
    return Provider(**values)
