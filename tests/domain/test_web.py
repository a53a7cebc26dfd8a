"""Requests from elsewhere, and what every answer bears."""

import pytest
from django.test import Client

from tests.town import Town
from whistle.client.errors import ClientError
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
