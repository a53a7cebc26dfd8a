"""The auditor's forms as browsers really send them: under our Referrer-Policy a form's POST says `Origin: null`."""

import re

import pytest
from django.test import Client

from tests.town import Town
from whistle.audit import selectors

OWN = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def browser(watched: Town) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(watched.people["randi"].staff)
    return client


def token(browser: Client) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/desk/log/").content.decode())
    assert found
    return found[1]


def drawn(town: Town) -> int:
    return len(list(selectors.entries(town.organisation, "desk", acts=("log.sampled",))))


def test_an_auditor_draws_a_sample_from_a_browser(watched: Town, browser: Client) -> None:
    answer = browser.post("/desk/log/sample/", {"csrfmiddlewaretoken": token(browser)}, headers=OWN)

    assert (answer.status_code, drawn(watched)) == (302, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": "https://stranger.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_stranger_s_page_draws_nothing_even_with_the_token(
    watched: Town, browser: Client, headers: dict[str, str]
) -> None:
    answer = browser.post("/desk/log/sample/", {"csrfmiddlewaretoken": token(browser)}, headers=headers)

    assert (answer.status_code, drawn(watched)) == (403, 0)


def test_nothing_is_drawn_without_the_token(watched: Town, browser: Client) -> None:
    token(browser)

    assert browser.post("/desk/log/sample/", headers=OWN).status_code == 403
    assert drawn(watched) == 0
