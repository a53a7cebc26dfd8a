"""A provider of work accounts, as a process of its own: `python -m tests.people.provider PORT`.

It does what OpenID Connect asks, and lies when it is told to: POST /control {"subject": …, "lie": …} or {"turn": "keys"}.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "whistle", "a secret of the provider and us"


def url64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def by_hand(claims: dict[str, Any], secret: bytes) -> str:
    """Sign with a key that a library would refuse for it."""
    signed = f"{url64(json.dumps({'alg': 'HS256'}).encode())}.{url64(json.dumps(claims).encode())}"
    return f"{signed}.{url64(hmac.digest(secret, signed.encode(), 'sha256'))}"


class Provider:
    """Its keys, whoever sits at the machine, the codes it gave out, and how it lies."""

    def __init__(self, issuer: str) -> None:
        self.issuer, self.subject, self.lie = issuer, "", ""
        self.codes: dict[str, dict[str, str]] = {}
        self.turn()

    def turn(self) -> None:
        """Change the key."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    def description(self) -> dict[str, Any]:
        issuer = self.issuer
        return {
            "issuer": f"{issuer}/other" if self.lie == "described" else issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }

    def answer(self, asked: dict[str, str]) -> str:
        """Return where the browser goes from the provider."""
        assert asked["response_type"] == "code"
        assert asked["scope"] == "openid"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "subject": self.subject}
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        if self.lie == "mixed up":
            back["iss"] = "https://another.example"
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return an ID token for a code, None when the one who asks is not who was sent."""
        asked = self.codes.pop(sent.get("code", ""), None)
        pair = base64.b64decode(authorization.partition(" ")[2]).decode().split(":")
        challenge = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if asked is None or [unquote(one) for one in pair] != [CLIENT, SECRET]:
            return None
        if url64(challenge) != asked["code_challenge"]:
            return None
        if sent.get("redirect_uri") != asked["redirect_uri"]:
            return None
        return {"id_token": self.signed(asked), "access_token": "unused", "token_type": "Bearer"}

    def signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "sub": asked["subject"], "nonce": asked["nonce"], "iat": now,
            "exp": now + 300, "name": "Kanarifugl Navnesen", "email": "kanarifugl@marker.example",
        }  # fmt: skip
        changed: dict[str, dict[str, Any]] = {
            "issuer": {"iss": "https://another.example"},
            "audience": {"aud": "another"},
            "two audiences": {"aud": [CLIENT, "another"]},
            "party": {"aud": [CLIENT, "another"], "azp": "another"},
            "replayed nonce": {"nonce": secrets.token_urlsafe(32)},
            "no nonce": {"nonce": None},
            "expired": {"exp": now - 3600, "iat": now - 7200},
            "old": {"iat": now - 7200},
            "future": {"iat": now + 3600, "nbf": now + 3600},
            "no subject": {"sub": None},
            "empty subject": {"sub": ""},
            "long subject": {"sub": "x" * 300},
            "number as subject": {"sub": 7},
        }
        claims |= changed.get(self.lie, {})
        claims = {name: value for name, value in claims.items() if value is not None}
        header, key, allowed = {"alg": "RS256", "kid": self.key.kid}, self.key, ["RS256"]
        if self.lie == "none":
            return f"{url64(json.dumps({'alg': 'none'}).encode())}.{url64(json.dumps(claims).encode())}."
        if self.lie == "our own secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
        if self.lie == "public key as secret":
            return by_hand(claims, self.key.as_pem(private=False))
        if self.lie == "stranger's key":
            key = RSAKey.generate_key(2048, {"kid": self.key.kid})
        if self.lie == "key in the token":
            key = RSAKey.generate_key(2048)
            header = {"alg": "RS256", "jwk": key.as_dict(private=False)}
        token = jwt.encode(header, claims, key, algorithms=allowed)
        if self.lie == "swapped subject":
            head, _body, signature = token.split(".")
            body = json.dumps({**claims, "sub": "somebody-else"})
            token = f"{head}.{url64(body.encode())}.{signature}"
        return token


def serve(port: int) -> None:
    """Serve until the end."""
    provider = Provider(f"http://127.0.0.1:{port}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.answer({name: one[0] for name, one in query.items()}))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif path == "/keys":
                self.tell({"keys": [provider.key.as_dict(private=False)]})
            elif path == "/.well-known/openid-configuration":
                self.tell(provider.description())
            else:
                self.tell({}, 404)

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/token":
                fields = {name: one[0] for name, one in parse_qs(sent).items()}
                token = provider.token(fields, self.headers.get("Authorization", ""))
                self.tell(token or {"error": "invalid_grant"}, 200 if token else 400)
                return
            told = json.loads(sent)
            provider.subject, provider.lie = told.get("subject", provider.subject), told.get("lie", "")
            if told.get("turn"):
                provider.turn()
            self.tell({})

        def tell(self, body: object, status: int = 200) -> None:
            octets = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_said: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
