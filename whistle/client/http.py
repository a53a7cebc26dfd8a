"""Talking to a Whistle server: JSON in, JSON out, errors as ClientError.  Standard library only."""

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlsplit

from whistle.client.errors import ClientError

# (method, path, body, headers) -> (status, body); tests and the demo put Django in place of the network
Transport = Callable[[str, str, bytes | None, dict[str, str]], tuple[int, bytes]]


def b64(octets: bytes) -> str:
    """Return standard base64 text.

    >>> b64(b"ab")
    'YWI='
    """
    return base64.b64encode(octets).decode()


def unb64(text: str) -> bytes:
    """Return the octets of base64 text."""
    return base64.b64decode(text)


class Network:
    """A transport over HTTP with a memory for cookies, as a browser has."""

    def __init__(self, url: str, timeout: float = 60) -> None:
        if url and not url.startswith(("http://", "https://")):
            raise ClientError("client.url", "the address must begin with http:// or https://")
        self.root = url.rstrip("/")
        self.timeout = timeout
        parts = urlsplit(self.root)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def __call__(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Send one request.  Raises ClientError `client.unreachable` when nobody answers."""
        headers = {"Origin": self._origin, **headers}
        request = urllib.request.Request(self.root + path, data=body, method=method, headers=headers)
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise ClientError("client.unreachable", f"no answer from {urlsplit(self.root).netloc}") from error


class Server:
    """One organisation's server: `get` and `post` JSON under a base path such as `/api/`."""

    def __init__(self, transport: Transport, base: str) -> None:
        self.transport = transport
        self.base = base
        self.headers = {"X-Whistle": "1"}

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        """Return the body of a 2xx answer.  Raises ClientError with the server's code otherwise."""
        status, answer = self.transport(method, self.base + path, body, {**self.headers, **(headers or {})})
        if 200 <= status < 300:
            return answer
        try:
            refused = json.loads(answer)
            details = {name: value for name, value in refused.items() if name not in ("code", "message")}
            raise ClientError(refused["code"], refused["message"], status=status, **details)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ClientError("client.answer", f"the server answered {status}", status=status) from None

    def get(self, path: str) -> Any:
        """Return the JSON of a page."""
        return json.loads(self.call("GET", path))

    def post(self, path: str, sent: object) -> Any:
        """Send JSON and return JSON."""
        octets = json.dumps(sent).encode()
        return json.loads(self.call("POST", path, octets, {"Content-Type": "application/json"}))

    def octets(self, method: str, path: str, sent: object | None = None) -> bytes:
        """Return raw octets."""
        body = None if sent is None else json.dumps(sent).encode()
        return self.call(method, path, body, {"Content-Type": "application/json"} if body else None)
