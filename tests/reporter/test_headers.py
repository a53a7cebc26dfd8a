"""The same strict headers on every answer, whatever happened."""

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from whistle.organisations.models import Organisation
from whistle.ui.headers import FIXED

REPORTER = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types wbe"
)
DESK = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "frame-src 'self'"
)


def worker_path(client: Client) -> str:
    html = client.get("/").content.decode()
    return html.partition('data-worker="')[2].partition('"')[0]


def closed(answer: HttpResponse) -> HttpResponse:
    """Read the file behind the answer, as a server does."""
    b"".join(answer)
    answer.close()
    return answer


def answers(client: Client) -> dict[str, HttpResponse]:
    etag = client.get("/nb/").headers["ETag"]
    return {
        "200": client.get("/nb/"),
        "304": client.get("/nb/", HTTP_IF_NONE_MATCH=etag),
        "404": client.get("/nothing/here/"),
        "405": client.put("/nb/"),
        "403, from another site": client.post("/api/reports", HTTP_SEC_FETCH_SITE="cross-site"),
        "403, without our header": client.post("/api/reports", "{}", content_type="application/json"),
        "422": client.post("/api/reports", "{}", content_type="application/json", HTTP_X_WHISTLE="1"),
        "JSON": client.get("/api/org.json"),
        "a static file": closed(client.get(worker_path(client))),
        "another's page": client.get("/nordvik/nb/"),
        "the plain page": client.get("/plain/nb/"),
    }


def test_a_reporter_meets_one_exact_policy_everywhere(
    fjellvik: Organisation, nordvik: Organisation, client: Client
) -> None:
    for name, answer in answers(client).items():
        assert answer.headers["Content-Security-Policy"] == REPORTER, name
        for header, value in FIXED.items():
            assert answer.headers[header] == value, name
        assert not answer.cookies, name


def test_an_error_inside_has_the_headers_and_tells_nothing(
    fjellvik: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("a secret that must not be shown")

    monkeypatch.setattr("whistle.channel.pages._rendered", broken)

    with override_settings(DEBUG=False):
        answer = Client(raise_request_exception=False).get("/en/")

    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (500, REPORTER)
    assert b"Something went wrong here" in answer.content
    assert b"secret" not in answer.content
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_desk_has_its_own_policy_and_is_never_kept(fjellvik: Organisation, client: Client) -> None:
    for path in ("/desk/sign-in/", "/desk/cases/", "/desk/nothing/", "/desk/api/nothing"):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"] == DESK, path
        assert answer.headers["Cache-Control"] == "no-store", path


def test_what_is_personal_or_wrong_is_never_kept(
    fjellvik: Organisation, nordvik: Organisation, client: Client
) -> None:
    for name, answer in answers(client).items():
        kept = answer.headers["Cache-Control"]
        if name in ("200", "304", "another's page"):
            assert kept == "no-cache", name
        elif name == "a static file":
            assert "immutable" in kept or "max-age" in kept
        else:
            assert kept == "no-store", name


def test_error_pages_speak_the_language_of_the_path(fjellvik: Organisation, client: Client) -> None:
    assert "Sida finst ikkje" in client.get("/nn/nothing/").content.decode()
    assert "There is no such page" in client.get("/en/nothing/").content.decode()
    assert "Siden finnes ikke" in client.get("/nothing/").content.decode()
