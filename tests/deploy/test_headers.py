"""The security headers of every answer that reaches a browser, whoever gave it."""

import http.client
import json

import pytest

from tests.deploy import programs
from tests.deploy.stack import Stack
from tests.deploy.story import Visitors, request
from tests.deploy.test_stack import pytestmark  # noqa: F401
from whistle.client.box import File
from whistle.ui.headers import FIXED, POLICIES

HEADERED = {name.lower(): value for name, value in FIXED.items()}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/plain/", 200),
        ("GET", "/api/org.json", 200),
        ("GET", "/desk/cases/", 302),
        ("GET", "/nowhere/", 404),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/api/uploads", 405),
        ("POST", "/", 405),
        ("POST", "/api/reports", 413),
        ("POST", "/plan/", 413),
        ("GET", "/whistle-error-down.html", 404),
    ],
)
def test_each_answer_has_each_header_once(stack: Stack, method: str, path: str, status: int) -> None:
    headers = (
        {"X-Whistle": "1", "Content-Type": "application/json"} if "api" in path else {"Origin": stack.url}
    )
    body = b"x" * (10 * 2**20) if status == 413 else None
    try:
        got, answered, _body = request(stack, method, path, body, headers)
    except (BrokenPipeError, ConnectionResetError):
        pytest.skip("the server answered before the body had been sent")
    assert got == status
    once(answered, path)


def test_downloads_static_files_and_redirects_have_the_headers_once(stack: Stack, visitors: Visitors) -> None:
    reporter = visitors.reporter()
    manifest = json.loads((programs.HERE / "whistle/browser/dist/manifest.json").read_text())
    name = next(iter(sorted(str(value) for value in _names(manifest) if str(value).endswith(".css"))))
    status, answered, _body = request(stack, "GET", f"/static/{name}")
    assert status == 200
    once(answered, name)
    sent = reporter.report(
        "A stranger sends a file.", files=[File("a.bin", "application/octet-stream", b"a")]
    )
    mailbox = reporter.mailbox(sent.code)
    kind_two = next(item["item_id"] for item in mailbox.wire["items"] if item["kind"] == 2)
    asked = json.dumps({**mailbox.code, "item_id": kind_two}).encode()
    headers = {"X-Whistle": "1", "Content-Type": "application/json"}
    status, answered, _body = request(stack, "POST", "/nordvik/api/mailbox/body", asked, headers)
    assert status == 200
    once(answered, "/api/mailbox/body")
    found = {name.lower(): value for name, value in answered}
    assert found["content-type"] == "application/octet-stream"
    assert found["content-disposition"].startswith("attachment")


def _names(manifest: object) -> list[str]:
    if isinstance(manifest, dict):
        return [name for key, value in manifest.items() for name in [key, *_names(value)]]
    if isinstance(manifest, list):
        return [name for value in manifest for name in _names(value)]
    return [str(manifest)]


def once(answered: list[tuple[str, str]], what: str) -> None:
    names = [name.lower() for name, _value in answered]
    for name, value in HEADERED.items():
        assert names.count(name) == 1, f"{what}: {name} {names.count(name)} times"
        assert {key.lower(): given for key, given in answered}[name] == value
    assert names.count("content-security-policy") == 1, what
    assert names.count("cache-control") == 1, what
    assert "set-cookie" not in names or what.startswith("/desk/")


def test_a_visit_over_tls_is_told_to_come_back_over_tls(stack: Stack) -> None:
    _status, answered, _body = request(stack, "GET", "/")
    assert [name.lower() for name, _value in answered].count("strict-transport-security") == 1


def test_the_headers_of_nginx_are_those_of_the_application() -> None:
    lines = (programs.DEPLOY / "nginx/headers.conf").read_text().splitlines()[1:]
    own = dict(line.removeprefix("add_header ").removesuffix(" always;").split(" ", 1) for line in lines)
    expected = {"Content-Security-Policy": POLICIES["reporter"], "Cache-Control": "no-store", **FIXED}
    assert {name: value.strip('"') for name, value in own.items()} == expected


def test_http_only_sends_on_to_https(stack: Stack) -> None:
    connection = http.client.HTTPConnection("localhost", stack.http, timeout=10)
    connection.request("GET", "/nn/")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, "https://localhost/nn/")
    once(answer.getheaders(), "the redirect")
    connection.close()
