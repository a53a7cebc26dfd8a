"""Very many sealed reports arrive at once: the honest one among them still gets in, and the disk does not fill."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import perf_counter

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, on, to_the_end
from tests.town import Town
from whistle.channel.services import pressure
from whistle.client.errors import ClientError
from whistle.core import clock, hashcash
from whistle.store.models import Box, Item, Seal
from whistle.vault import code
from whistle.vault.keys import ReporterKeys


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """Every test begins on a quiet day."""
    pressure._arrivals.clear()
    yield
    pressure._arrivals.clear()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood begins early and costs little, so that a test can be one."""
    monkeypatch.setattr(pressure, "CALM", 3)
    monkeypatch.setattr(pressure, "STEP", 3)
    monkeypatch.setattr(pressure, "FIRST_BITS", 8)


def wire(town: Town, text: str) -> dict[str, object]:
    """A report as a program would send it that never does any work."""
    channel = town.reporter()
    keys = ReporterKeys(code.master(code.new(), channel.trust.org))
    return channel.compose(keys, text, files=[], about=[], exclude=[], probe=False, answers={}, name="")


def test_a_quiet_day_asks_nobody_for_work(town: Town, client: Client) -> None:
    for n in range(15):
        answer = client.post(
            "/api/reports",
            json.dumps(wire(town, f"Report {n}.")),
            content_type="application/json",
            HTTP_X_WHISTLE="1",
        )
        assert answer.status_code == 201


def test_a_flood_must_work_and_an_honest_report_gets_in_by_itself(
    town: Town, client: Client, few: None
) -> None:
    refused = []
    for n in range(12):
        answer = client.post(
            "/api/reports",
            json.dumps(wire(town, f"Junk {n}.")),
            content_type="application/json",
            HTTP_X_WHISTLE="1",
        )
        if answer.status_code == 429:
            refused.append(answer.json())
    assert len(refused) == 9
    assert {each["code"] for each in refused} == {"report.work"}
    assert all("arbeid" in each["message"] for each in refused)

    sent = town.report("The bridge money.")

    assert town.mailbox(sent).messages[0].body["text"] == "The bridge money."
    assert Box.objects.filter(organisation=town.organisation, kind=Box.Kind.MAILBOX).count() == 4


def test_work_serves_one_report_and_no_strangers(town: Town, client: Client, few: None) -> None:
    for n in range(3):
        town.report(f"Before {n}.")
    mine, other = wire(town, "Mine."), wire(town, "Another's.")

    def send(report: dict[str, object]) -> tuple[int, dict[str, object]]:
        answer = client.post(
            "/api/reports", json.dumps(report), content_type="application/json", HTTP_X_WHISTLE="1"
        )
        return answer.status_code, answer.json()

    status, asked = send(mine)
    assert status == 429
    challenge = str(asked["challenge"])
    paid = {"challenge": challenge, "work": hashcash.solve(challenge, bytes.fromhex(mine["box"]["box_id"]))}  # type: ignore[index]

    assert send({**other, **paid})[0] == 429, "paid for another box"
    assert send({**mine, **paid})[0] == 201
    assert send({**mine, **paid})[0] == 201, "the same report again is the same report"
    assert Box.objects.filter(organisation=town.organisation, kind=Box.Kind.MAILBOX).count() == 4


def test_large_reports_cost_more_than_small_ones(few: None) -> None:
    for _ in range(4):
        pressure._note("town")
    asked = [pressure.demanded("town", size) for size in (1000, 2**17, 2**20)]
    assert asked == sorted(set(asked))
    assert pressure.demanded("town", 2**40) == pressure.MOST_BITS
    assert pressure.demanded("a stranger's town", 2**20) == 0


def test_the_demand_is_gone_ten_minutes_later(town: Town, few: None) -> None:
    for n in range(4):
        town.report(f"Report {n}.")
    assert pressure.demanded(town.organisation.ref, 1000)
    with clock.standing_at(clock.now() + timedelta(seconds=pressure.WINDOW + 1)):
        assert pressure.demanded(town.organisation.ref, 1000) == 0


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The day is half gone; five eighths of its room have been given.  Tomorrow: today's noon may be before the certificates."""
    tomorrow = clock.now().astimezone(clock.OSLO) + timedelta(days=1)
    at = tomorrow.replace(hour=12, minute=0, second=0, microsecond=0)
    with clock.standing_at(at):
        yield at


def without_script(client: Client, text: str, prefix: str = "") -> tuple[int, str]:
    answer = client.post(f"{prefix}/plain/nb/", {"text": text, "end": "1"})
    return answer.status_code, answer.content.decode()


def stored(town: Town) -> int:
    """Octets that a town's mailboxes weigh in the database: what is sealed, to whom, and the word of whoever gave it."""
    boxes = Box.objects.filter(organisation=town.organisation, kind=Box.Kind.MAILBOX)
    seals = Seal.objects.filter(box__in=boxes)
    items = Item.objects.filter(box__in=boxes)
    return sum(len(seal.sealed) for seal in seals) + sum(item.size for item in items)


def test_text_has_a_budget_and_the_next_town_has_its_own(
    town: Town, other_town: Town, settings: LazySettings, noon: datetime
) -> None:
    settings.TEXT_BUDGET = 240_000  # at noon 60,000 for the form
    with pytest.raises(ClientError) as refused:
        for n in range(20):
            town.report(f"Report {n}.")
    assert refused.value.code == "report.no_room"
    before = Box.objects.filter(organisation=town.organisation).count()

    assert other_town.report("A neighbour's report.")

    assert 0 < before < 20
    assert Box.objects.filter(organisation=town.organisation).count() == before
    assert stored(town) < 60_000


def test_what_a_flood_takes_comes_back_within_minutes_and_not_tomorrow(
    town: Town, client: Client, settings: LazySettings, noon: datetime
) -> None:
    settings.TEXT_BUDGET = 1_200_000
    while without_script(client, "Junk.")[0] == 200:
        pass

    status, page = without_script(client, "The bridge money.")
    assert status == 400
    assert "minutt for minutt" in page
    assert "The bridge money.</textarea>" in page
    with clock.standing_at(noon + timedelta(minutes=90)):
        assert without_script(client, "The bridge money.")[0] == 200


def test_a_flood_without_script_takes_no_room_from_the_form_nor_from_those_who_have_a_code(
    town: Town, client: Client, settings: LazySettings, noon: datetime
) -> None:
    early = town.report("Before the flood.")
    settings.TEXT_BUDGET = 240_000
    while without_script(client, "Junk.")[0] == 200:
        pass

    sent = town.report("The bridge money.")
    town.mailbox(early).reply("One more thing.")

    assert town.mailbox(sent).messages[0].body["text"] == "The bridge money."
    assert town.mailbox(early).messages[-1].body["text"] == "One more thing."


def test_large_junk_leaves_room_for_a_report_of_some_pages(
    town: Town, client: Client, settings: LazySettings, noon: datetime
) -> None:
    settings.TEXT_BUDGET = 4_000_000
    while without_script(client, "x" * 700_000)[0] == 200:
        pass

    assert without_script(client, "A page of it. " * 200)[0] == 200


@pytest.mark.parametrize("many", [60, pytest.param(10_000, marks=pytest.mark.soak)])
def test_ten_thousand_without_script_in_an_hour_and_one_that_matters(
    town: Town, client: Client, settings: LazySettings, noon: datetime, many: int
) -> None:
    """Nothing tells junk from reports without script: all are kept, and the genuine one is kept at once."""
    began = perf_counter()
    for n in range(many):
        assert without_script(client, f"Junk {n}.")[0] == 200
    spent = perf_counter() - began
    started = perf_counter()
    status, _page = without_script(client, "The bridge money.")
    took = perf_counter() - started
    print(
        f"{many} in {spent:.0f} s, the one that matters in {took:.2f} s, {stored(town) / many:.0f} octets each"
    )

    assert status == 200
    assert took < 10
    assert Box.objects.filter(organisation=town.organisation, kind=Box.Kind.MAILBOX).count() == many + 1
    day = 24 * 10_000 * (stored(town) / many + pressure.ROWS)
    assert day < settings.TEXT_BUDGET * pressure.SHARES["plain"]


@pytest.mark.soak
def test_ten_thousand_in_an_hour_and_one_that_matters(
    town: Town, client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever floods us and does no work is refused; storage stays within the day's budget."""
    monkeypatch.setattr(pressure, "CALM", 40)
    settings.TEXT_BUDGET = 2**24
    report, accepted = wire(town, "Junk."), 0
    began = perf_counter()
    for n in range(10_000):
        if n % 1000 == 0:
            report = wire(town, f"Junk {n}.")
        answer = client.post(
            "/api/reports", json.dumps(report), content_type="application/json", HTTP_X_WHISTLE="1"
        )
        accepted += answer.status_code == 201
        if n == 9_000:
            started = perf_counter()
            sent = town.report("The bridge money.")
            print(f"a report in the middle of it: {perf_counter() - started:.1f} s")
    print(f"10,000 in {perf_counter() - began:.0f} s")

    assert town.mailbox(sent).messages[0].body["text"] == "The bridge money."
    assert Box.objects.filter(organisation=town.organisation).count() <= pressure.CALM + 2


@pytest.mark.browser
def test_a_phone_in_a_flood_works_and_says_so(visit: Visit) -> None:
    asked = []

    def crowded(route: object) -> None:
        if not asked:
            asked.append(1)
            challenge = hashcash.challenge(12, clock.now().timestamp(), "not this server's")
            route.fulfill(  # type: ignore[attr-defined]
                status=429, json={"code": "report.work", "message": "", "challenge": challenge}
            )
        else:
            asked.append(route.request.post_data_json)  # type: ignore[attr-defined]
            route.continue_()  # type: ignore[attr-defined]

    page = begin(visit)
    page.route("**/api/reports", crowded)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Midt i en storm.")
    to_the_end(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()

    expect(page.get_by_role("heading", name=BOKMAL["sent"])).to_be_visible()
    report = asked[1]
    bound = bytes.fromhex(report["box"]["box_id"])
    assert hashcash.zero_bits(report["challenge"], bound, report["work"]) >= 12
