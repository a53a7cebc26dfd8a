"""Every route says for whom it exists; the whole list is a reviewed text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from tests.town import Town
from whistle.access.middleware import DenyByDefault, audience_of

SNAPSHOT = Path(__file__).parent / "routes.txt"


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route, pattern


def listed() -> str:
    lines = {f"{route}  {' '.join(sorted(audience_of(one.callback)))}" for route, one in routes()}
    return "\n".join(sorted(lines)) + "\n"


def test_every_route_has_an_audience() -> None:
    assert [route for route, one in routes() if not audience_of(one.callback)] == []


def test_list_of_routes_is_the_reviewed_one() -> None:
    assert listed() == SNAPSHOT.read_text(), (
        "look at each new route; then write it to routes.txt (make snapshots)"
    )


def test_view_without_audience_is_not_served_to_anybody(town: Town) -> None:
    def forgotten(request: object) -> HttpResponse:
        return HttpResponse("secret")

    middleware = DenyByDefault(lambda request: HttpResponse())
    request = type("Request", (), {"staff": None, "path_info": "/desk/forgotten/"})()

    answer = middleware.process_view(request, forgotten, (), {})  # type: ignore[arg-type]

    assert answer is not None
    assert answer.status_code == 302
    assert path


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_stranger_without_a_session_gets_nothing_of_the_desk(town: Town, method: str) -> None:
    town.report()
    reference = town.newest().reference
    for route, one in routes():
        if not route.startswith("desk/") or "public" in audience_of(one.callback):
            continue
        filled = re.sub(r"<[^>]*reference[^>]*>", reference, route)
        url = "/" + re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>|[\^$]", "1", filled)

        answer = getattr(Client(), method)(url)

        assert answer.status_code in (302, 401), (url, answer.status_code)
        assert reference not in answer.content.decode(), url
