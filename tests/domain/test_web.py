"""Requests from elsewhere, and what every answer bears."""

import re

import pytest
from django.test import Client

from tests.town import Town
from whistle.client.errors import ClientError
from whistle.demo.inside import Inside
from whistle.store.models import Box


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
    ],
)
def test_other_site_cannot_send_for_a_visitor(town: Town, headers: dict[str, str]) -> None:
    answer = Client(headers=headers).post(
        "/api/reports", "{}", content_type="application/json", headers={"X-Whistle": "1"}
    )

    assert answer.status_code == 403
    assert answer.json()["code"] == "request.cross_site"
    assert not Box.objects.exists()


def test_call_without_our_header_is_refused(town: Town) -> None:
    answer = Client().post("/api/reports", "{}", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "request.header")


def test_officer_without_the_pages_token_changes_nothing(town: Town) -> None:
    town.report()
    desk = town.desk("ingrid")
    desk.server.headers["X-CSRFToken"] = "x" * 64

    with pytest.raises(ClientError) as refused:
        desk.declare(town.newest().reference)

    assert refused.value.status == 403
    assert desk.cases()[0]["declared"] is False


@pytest.mark.parametrize(
    "url",
    ["/", "/nb/", "/nowhere/", "/api/org.json", "/desk/", "/desk/sign-in/", "/plain/", "/plan/", "/health/"],
)
def test_every_answer_bears_the_policy_once(town: Town, url: str) -> None:
    answer = Client().get(url)

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("url", ["/", "/nb/", "/nn/", "/en/", "/api/org.json", "/plain/", "/plan/"])
def test_no_visitor_of_the_reporters_face_gets_a_cookie(town: Town, url: str) -> None:
    answer = Client(headers={"Accept-Language": "en", "User-Agent": "marker"}).get(url)

    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_api_describes_itself(town: Town) -> None:
    described = Client().get("/api/openapi.json").json()
    desk = town.desk("ingrid").server.get("openapi.json")

    assert "/api/reports" in described["paths"]
    assert any(path.endswith("/share") for path in desk["paths"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("not json", 400, "request.malformed"),
        ("[]", 422, "request.malformed"),
        ('{"x": "' + "a" * 9_000_000 + '"}', 413, "request.too_large"),
        ('{"lookup": "%%%", "auth": "", "box": {}, "seals": [], "items": []}', 422, "request.malformed"),
    ],
    ids=["no JSON", "a list", "oversize", "no base64"],
)
def test_what_is_no_request_is_refused_with_a_code_and_a_sentence(
    town: Town, body: str, status: int, code: str
) -> None:
    answer = Client().post("/api/reports", body, content_type="application/json", headers={"X-Whistle": "1"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"].endswith(".")
    assert not Box.objects.exists()


@pytest.mark.parametrize("url", ["/api/nowhere", "/desk/api/nowhere"])
def test_unknown_call_is_answered_in_the_shape_of_all_calls(town: Town, url: str) -> None:
    answer = Client().get(url)

    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message"}


@pytest.mark.parametrize("url", ["/desk/sign-in/", "/desk/", "/desk/cases/", "/desk/handbook/"])
def test_what_officers_read_and_write_is_no_business_of_the_browser_s_maker(town: Town, url: str) -> None:
    """A browser that sends words away to spell them would send a note that the server itself cannot read."""
    ask = Inside() if "sign-in" in url else town.desk("ingrid").server.transport
    page = ask("GET", url, None, {})[1].decode()
    body = re.findall("<body[^>]*>", page)[0]

    assert {'spellcheck="false"', 'writingsuggestions="false"'} <= set(body.split())
    assert 'spellcheck="true"' not in page
    assert 'translate="no"' in body or "sign-in" in url
