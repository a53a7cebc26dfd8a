"""A server that lies to whoever gives a key: the browser names the lie, and seals nothing to it."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.conftest import Colleague, Site
from tests.desk.test_keys_browser import desk, holders, site_ref
from whistle.client.keys import KeyWork
from whistle.core import clock
from whistle.vault import certificate
from whistle.vault.certificate import Role
from whistle.vault.keys import KemPair, SigPair

pytestmark = pytest.mark.browser

GHOST, STRANGER = KemPair.from_seed(b"\x07" * 32), SigPair.from_seed(b"\x08" * 32)
NOT_SIGNED, RUN_OUT, ANOTHERS = "har ikke signert", "utløpt", "tilhører ikke denne kollegaen"


def forged(site: Site, text: str, *, signed: bool = False, ended: bool = False, **other: Any) -> str:
    """Return a certificate like this one, changed: signed with the root key or with a stranger's."""
    raw = base64.b64decode(text)
    root = SigPair.from_seed(bytes.fromhex(site.root))
    read = certificate.read(raw, root.public, raw[:16], None)
    now = int(clock.now().timestamp())
    begun, until = (now - 200 * 86400, now - 3600) if ended else (read.not_before, read.not_after)
    octets = certificate.issue(
        root if signed else STRANGER, read.org, read.serial, other.get("role", read.role), begun, until,
        other.get("staff_id", read.staff_id), other.get("kem_pub", read.kem_pub), read.sig_pub,
    )  # fmt: skip
    return base64.b64encode(octets).decode()


LIES: dict[str, tuple[Callable[[Site, str], str], str]] = {
    "another key under the colleague's name": (
        lambda site, raw: forged(site, raw, kem_pub=GHOST.public),
        NOT_SIGNED,
    ),
    "no certificate at all": (lambda _site, raw: base64.b64encode(bytes(1365)).decode(), NOT_SIGNED),
    "one that has run out": (lambda site, raw: forged(site, raw, signed=True, ended=True), RUN_OUT),
    "somebody else's": (lambda site, raw: forged(site, raw, signed=True, staff_id=b"\x01" * 16), ANOTHERS),
    "a recovery key's": (lambda site, raw: forged(site, raw, signed=True, role=Role.RECOVERY), ANOTHERS),
}


def lie(page: Any, path: str, change: Callable[[Any], None]) -> None:
    """Let the server answer one address with what `change` has been at."""

    def answer(route: Any) -> None:
        got = route.fetch()
        said = got.json()
        change(said)
        route.fulfill(response=got, json=said)

    page.context.route(path, answer)


def about(staff_id: str, act: Callable[[dict[str, Any]], None]) -> Callable[[list[dict[str, Any]]], None]:
    """Return a lie about one of those who could get a key."""

    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["staff_id"] == staff_id:
                act(row)

    return change


def sent(who: Colleague, end: str) -> list[str]:
    return [line for line in who.called if line.startswith("POST") and line.endswith(end)]


def swapping(site: Site, change: Callable[[Site, str], str]) -> Callable[[dict[str, str]], None]:
    """Return what puts another certificate into a row of candidates."""

    def swap(row: dict[str, str]) -> None:
        row["certificate"] = change(site, row["certificate"])

    return swap


def test_no_lie_about_a_colleagues_certificate_gets_a_key(site: Site, colleague) -> None:
    case, even = site.case(), site_ref(site, "even")
    ingrid: Colleague = colleague("ingrid").sign_in()
    page = ingrid.open(case)
    page.click("#tab-people")
    unheard = []
    for what, (change, words) in LIES.items():
        swap = swapping(site, change)
        lie(page, "**/candidates", about(even, swap))
        page.click("[data-share-open]")
        choice = page.locator("[data-candidates] > *", has_text=words)
        choice.wait_for()
        if "Even Strand" not in choice.inner_text() or not choice.locator("input").is_disabled():
            unheard.append(what)
        page.context.unroute("**/candidates")
        # the list was honest, and the key is exchanged when it is given
        page.click("[data-share-open]")
        label = page.locator("[data-candidates] label", has_text="Even Strand")
        page.locator("[data-candidates] > *", has_text="sertifikatet er kontrollert").first.wait_for()
        label.click()
        lie(page, "**/candidates", about(even, swap))
        page.click("[data-share] [type=submit]")
        page.locator("[data-share] [data-error]:visible", has_text=words).wait_for()
        page.context.unroute("**/candidates")
    assert unheard == []
    assert sent(ingrid, "/share") == []
    assert "even" not in holders(site, case["reference"])
    assert ingrid.problems == []


def test_no_lie_about_a_newcomers_certificate_gets_a_leavers_cases(site: Site, colleague) -> None:
    case, even = site.case(), site_ref(site, "even")
    desk(site, "berit").open(case["reference"]).share(site_ref(site, "tor"))
    KeyWork(desk(site, "tor")).settle()
    berit: Colleague = colleague("berit").sign_in()
    page = berit.follow("/desk/hand-over/")
    section = page.locator("[data-leaver]", has_text="Tor Bakke")
    section.locator("[data-choose-newcomer]").click()
    section.locator("[data-newcomers] label", has_text="Even Strand").click()
    for change, words in LIES.values():
        swap = swapping(site, change)
        lie(page, "**/keys", lambda wire, swap=swap: about(even, swap)(wire["candidates"]))
        section.locator("[data-refused]").evaluate("part => part.replaceChildren()")
        section.locator("[type=submit]").click()
        section.locator("[data-refused]", has_text=words).wait_for()
        page.context.unroute("**/keys")
    assert sent(berit, "/hand-over") == []
    assert {"tor"} <= holders(site, case["reference"])
    assert "even" not in holders(site, case["reference"])
    assert berit.problems == []


def test_ghost_gets_no_new_key_and_is_named(site: Site, colleague) -> None:
    case, even = site.case(), site_ref(site, "even")
    KeyWork(desk(site, "amir")).step_back(case["reference"])
    found = desk(site, "ingrid").server.get(f"cases/{case['reference']}/candidates")
    raw = next(row["certificate"] for row in found if row["staff_id"] == even)
    key = certificate.read(base64.b64decode(raw), SigPair.from_seed(bytes.fromhex(site.root)).public,
                           base64.b64decode(raw)[:16], None).key_id.hex()  # fmt: skip

    def slip_in(wire: dict[str, Any]) -> None:
        for box in wire["boxes"]:
            box["holders"].append({"holder": "staff", "key_id": key, "staff_id": even, "name": "Even Strand"})
        wire["certificates"].append(raw)

    ingrid: Colleague = colleague("ingrid").sign_in()
    lie(ingrid.page, "**/keys", slip_in)
    lie(ingrid.page, "**/sealed", slip_in)
    page = ingrid.open(case)
    page.wait_for_selector("[data-alarm]:visible")
    assert "Even Strand står som nøkkelholder" in page.inner_text("[data-alarm]")
    assert sent(ingrid, "/rekey") == []

    page.context.unroute("**/keys")
    page.context.unroute("**/sealed")
    ingrid.follow("/desk/cases/")
    ingrid.open(case, declare=False)
    assert page.is_hidden("[data-alarm]")
    assert len(sent(ingrid, "/rekey")) == 1, "an honest answer gets its new key"
    assert holders(site, case["reference"]) == {"ingrid", "berit"}
    assert ingrid.problems == []


def test_colleague_whose_key_was_taken_does_not_stay_among_the_holders(site: Site, colleague) -> None:
    case, amir = site.case(), site_ref(site, "amir")
    berit: Colleague = colleague("berit").sign_in()
    page = berit.open(case)
    page.click("#tab-people")
    page.click("#panel-people details:has([data-revoke]) summary")
    page.locator("[data-revoke] label", has_text="Amir Haddad").click()
    held: dict[str, Any] = {}

    def before(wire: dict[str, Any]) -> None:
        held.update(
            {box["box_id"]: row for box in wire["boxes"] for row in box["holders"] if row["staff_id"] == amir}
        )

    lie(page, "**/keys", before)
    page.evaluate(
        "reference => fetch(`${document.body.dataset.api}cases/${reference}/keys`)", case["reference"]
    )
    page.wait_for_timeout(500)
    page.context.unroute("**/keys")
    assert held

    def stay(wire: dict[str, Any]) -> None:
        for box in wire["boxes"]:
            if box["box_id"] in held:
                box["holders"].append(held[box["box_id"]])

    lie(page, "**/keys", stay)
    page.click("[data-revoke] [type=submit]")
    page.locator("[data-revoke] [data-error]:visible", has_text="fortsatt kollegaen").wait_for()
    assert sent(berit, "/rekey") == []
    assert holders(site, case["reference"]) == {"berit", "ingrid"}
    assert berit.problems == []


def test_stranger_from_another_town_is_no_candidate(site: Site, colleague) -> None:
    case = site.case()
    page = colleague("ingrid").sign_in().open(case)
    page.click("#tab-people")
    page.click("[data-share-open]")
    page.wait_for_selector("[data-candidates] input")

    assert "Anne" not in page.inner_text("[data-candidates]")
