"""Every route of the desk, every duty, every kind of case: generated from the table of routes itself.

A route that stands in no table here fails the test, so that nobody adds one without saying who may use it.
"""

import json
import re
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from tests.architecture.test_routes import routes
from tests.keys.routes import ABOUT_A_CASE, FOR_STAFF, KINDS, NOT_ABOUT_CASES, PEOPLE, WITHOUT_SIGN_IN
from tests.town import CAST, Town, make_town
from whistle.access.middleware import audience_of
from whistle.access.selectors import duties
from whistle.core.policy import Duty
from whistle.demo.people import FJELLVIK
from whistle.store.models import Box, Item


@dataclass
class Kind:
    """A case of some kind, by what stands in a path."""

    reference: str
    box_id: str
    item_id: str


def kinds(town: Town, other: Town) -> dict[str, Kind]:
    """Return one case of each kind."""
    found = {"absent": Kind("XX-XX-XX", "f" * 32, "e" * 32)}
    town.report("Own.")
    found["own"] = kind(town.newest())
    town.report("Kept from some.", about=["chief_executive"], exclude=["sissel.kvam"])
    found["excluded"] = kind(town.newest())
    town.report("Closed.")
    closed = town.newest()
    Case.objects.filter(pk=closed.pk).update(state="closed", outcome="unfounded")
    found["closed"] = kind(closed)
    other.report("Elsewhere.")
    found["other"] = kind(other.newest())
    return found


def kind(case: Case) -> Kind:
    box = Box.objects.get(of_case__case=case)
    return Kind(case.reference, box.box_id, Item.objects.filter(box=box).latest("position").item_id)


def url(route: str, case: Kind) -> str:
    filled = re.sub(r"<(?:str:)?reference>", case.reference, route).replace("<box_id>", case.box_id)
    return "/" + filled.replace("<item_id>", case.item_id).replace("<name>", "investigate")


def filled(body: object, case: Kind) -> object:
    """Return a body that names the case itself where it has to name one."""
    return body and json.loads(json.dumps(body).replace("<reference>", case.reference))


def call(town: Town, name: str, method: str, path: str, body: object) -> tuple[int, bytes, int]:
    """Return status, octets and number of queries of one request."""
    server = town.desk(name).server
    sent = None if body is None else json.dumps(body).encode()
    headers = {**server.headers, "Content-Type": "application/json"} if sent else server.headers
    with CaptureQueriesContext(
        connection,
    ) as queries:
        status, octets = server.transport(method, path, sent, headers)
    return status, _steady(octets), len(queries)


def _steady(octets: bytes) -> bytes:
    return re.sub(rb'(csrf[^"]*"[^"]*"|nonce="[^"]*"|value="[^"]{64}")', b"", octets)


def desk_routes() -> dict[str, frozenset[str]]:
    return {route: audience_of(one.callback) for route, one in routes() if route.startswith("desk/")}


@pytest.fixture
def whole_town(db: None, own_folders: None) -> Town:
    """Fjellvik with somebody for every duty."""
    more = [one for one in FJELLVIK if one.username.partition(".")[0] in ("lars", "kari")]
    return make_town("fjellvik", (*CAST["fjellvik"], *more))


def test_every_route_of_the_desk_stands_in_a_table() -> None:
    tabled = ABOUT_A_CASE.keys() | FOR_STAFF | WITHOUT_SIGN_IN
    unlisted = {
        route
        for route, audience in desk_routes().items()
        if route not in tabled and not (route.startswith(NOT_ABOUT_CASES) and audience)
    }
    assert unlisted == set()
    assert {route for route, audience in desk_routes().items() if "public" in audience} == WITHOUT_SIGN_IN


def test_hidden_and_absent_cases_are_the_same_for_every_route_and_duty(
    whole_town: Town, other_town: Town
) -> None:
    town, checked = whole_town, 0
    found = kinds(town, other_town)
    for name in PEOPLE:
        visible = {
            label
            for label in KINDS
            if Case.objects.filter(
                reference=found[label].reference, assignments__staff=town.people[name].staff
            ).exists()
        }
        for route, calls in ABOUT_A_CASE.items():
            for method, body in calls:
                absent = call(town, name, method, url(route, found["absent"]), filled(body, found["absent"]))
                assert absent[0] == 404, (name, route, absent)
                for label in set(KINDS) - visible - {"absent"}:
                    hidden = call(town, name, method, url(route, found[label]), filled(body, found[label]))
                    assert hidden == absent, (name, route, label)
                    checked += 1
                for label in visible:
                    assert (
                        call(town, name, method, url(route, found[label]), filled(body, found[label]))[0]
                        != 404
                    ), (name, route)
                    checked += 1
    asked = sum(len(calls) for calls in ABOUT_A_CASE.values())
    assert checked == len(PEOPLE) * asked * (len(KINDS) - 1)


def test_each_kind_of_case_is_seen_by_exactly_those_it_is_for(whole_town: Town, other_town: Town) -> None:
    town = whole_town
    found = kinds(town, other_town)
    seen = {
        label: {
            name
            for name in PEOPLE
            if call(town, name, "GET", f"/desk/api/cases/{case.reference}", None)[0] == 200
        }
        for label, case in found.items()
    }
    assert seen == {
        "own": {"ingrid", "amir", "berit"},
        "closed": {"ingrid", "amir", "berit"},
        "excluded": {"hanne", "tor"},
        "other": set(),
        "absent": set(),
    }


def test_page_for_a_duty_answers_everybody_else_as_if_it_were_not_there(whole_town: Town) -> None:
    town = whole_town
    plain = {
        route: who
        for route, who in desk_routes().items()
        if "<" not in route and not {"public", "staff"} & who
    }
    assert plain
    for name in PEOPLE:
        held = {str(duty) for duty in duties(town.people[name].staff)}
        for route, audience in plain.items():
            status, _octets, _queries = call(town, name, "GET", f"/{route}", None)
            assert audience & held or status == 404, (name, route, status)


def test_administrator_has_no_duty_that_opens_a_case(whole_town: Town) -> None:
    nils = whole_town.people["nils"].staff
    assert duties(nils) == {Duty.SYSTEM_ADMINISTRATOR}
    assert json.loads(call(whole_town, "nils", "GET", "/desk/api/cases", None)[1])["cases"] == []
