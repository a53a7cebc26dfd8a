"""OpenID Connect, the authorisation code flow with PKCE, as far as a gate needs it: who is it that comes from the provider?

Sources: OpenID Connect Core 1.0 §3.1, Discovery 1.0 §4, RFC 7636 (PKCE, S256), RFC 9207 (`iss` in the answer), RFC 9700
(security of OAuth 2.0).  Asked for is `openid` alone, so no name and no address comes along; kept are issuer and subject.
"""

import base64
import hashlib
import json
import secrets
import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.providers import Provider

# Signatures only the provider can make; neither “none” nor one that our own client secret would make
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
WAIT = 10  # seconds
LARGEST = 2**18  # octets of an answer
KEPT = 3600  # seconds a description of a provider is believed; keys, until one is missing
AGAIN = 30  # seconds between two looks for a key that is missing
LEEWAY = 60  # seconds two clocks may differ
OLDEST = 600  # seconds since a token was made: it comes straight from the provider
LONGEST_SUBJECT = 255  # Core §2


@dataclass(frozen=True)
class Way:
    """What one visit to the provider must come back with; kept in the visitor's own browser, signed by us."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Way":
        """Return a new one."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True)
class Subject:
    """Somebody the provider vouches for."""

    issuer: str
    subject: str


def address(provider: Provider, way: Way, back: str) -> str:
    """Return where the browser is sent.  Raises `gate.away` when the provider does not answer."""
    challenge = hashlib.sha256(way.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "state": way.state,
        "nonce": way.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    endpoint = _described(provider)["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def arrived(provider: Provider, way: Way, back: str, answer: dict[str, str]) -> Subject:
    """Return whom the provider sent back.  Raises `gate.refused` for whatever is not as it must be, `gate.away`."""
    if not secrets.compare_digest(answer.get("state", "").encode(), way.state.encode()):
        raise DomainError("gate.refused", status=403)
    if answer.get("iss", provider.issuer) != provider.issuer or not answer.get("code"):
        raise DomainError("gate.refused", status=403)
    told = _exchange(provider, answer["code"], way, back)
    return Subject(provider.issuer, _subject(provider, way, str(told.get("id_token", ""))))


def _exchange(provider: Provider, code: str, way: Way, back: str) -> dict[str, Any]:
    described = _described(provider)
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "code_verifier": way.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if provider.client_secret and "client_secret_basic" in ways:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif provider.client_secret:
        sent["client_secret"] = provider.client_secret
    return _fetch(described["token_endpoint"], urlencode(sent).encode(), headers)


def _subject(provider: Provider, way: Way, token: str) -> str:
    from joserfc import jwt  # loaded by those who have a provider only
    from joserfc.errors import JoseError

    claims: dict[str, Any] = {}
    for fresh in (False, True):  # a second look when the provider has changed its keys
        try:
            claims = jwt.decode(token, _keys(provider, fresh=fresh), algorithms=ALGORITHMS).claims
            break
        except (JoseError, ValueError, TypeError, LookupError):
            continue
    rules = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        nonce={"essential": True, "value": way.nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        rules.validate(claims)
    except JoseError as error:
        raise DomainError("gate.refused", status=403) from error
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    party = claims.get("azp", provider.client_id if len(audience) == 1 else "")
    subject = claims["sub"]
    old = claims["iat"] < clock.now().timestamp() - OLDEST
    if party != provider.client_id or old or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise DomainError("gate.refused", status=403)
    return str(subject)


# ——— the provider's own pages, remembered in this process ———

_kept: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}


def forget() -> None:
    """Forget what providers said about themselves."""
    _kept.clear()


def _remembered(what: str, issuer: str, url: str, seconds: float) -> dict[str, Any]:
    at, told = _kept.get((what, issuer), (0.0, {}))
    if not told or time.monotonic() - at > seconds:
        told = _fetch(url)
        _kept[what, issuer] = (time.monotonic(), told)
    return told


def _described(provider: Provider) -> dict[str, Any]:
    url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    told = _remembered("description", provider.issuer, url, KEPT)
    scheme = urlsplit(provider.issuer).scheme
    named = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    fits = all(str(told.get(name, "")).startswith(f"{scheme}://") for name in named)
    if told.get("issuer") != provider.issuer or not fits:
        _kept.pop(("description", provider.issuer), None)
        raise DomainError("gate.away", status=502)
    return told


def _keys(provider: Provider, *, fresh: bool) -> Any:
    from joserfc.jwk import KeySet

    url = _described(provider)["jwks_uri"]
    told = _remembered("keys", provider.issuer, url, AGAIN if fresh else KEPT)
    public = [
        key
        for key in told.get("keys", [])
        if isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
    ]
    return KeySet.import_key_set({"keys": public})


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_asked: Any) -> None:
        """Go nowhere but where the description says."""


def _fetch(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, body, {"Accept": "application/json", **(headers or {})})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=WAIT) as answer:
            told = json.loads(answer.read(LARGEST))
    except urllib.request.HTTPError as error:
        code, status = ("gate.refused", 403) if error.code < 500 and body else ("gate.away", 502)
        raise DomainError(code, status=status) from None
    except (OSError, ValueError, HTTPException):
        raise DomainError("gate.away", status=502) from None
    if not isinstance(told, dict):
        raise DomainError("gate.away", status=502)
    return told
