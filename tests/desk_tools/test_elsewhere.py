"""What came by phone, letter or from a leader: sealed like any other, with a card for whoever wants one."""

from datetime import timedelta

import pytest

from cases.models import Case, KeptOut
from tests.town import Town
from whistle.client.errors import ClientError
from whistle.core import clock
from whistle.store.models import Seal
from whistle.vault import code
from whistle.vault.keys import ReporterKeys


def told(town: Town, name: str, *, exclude: tuple[str, ...] = (), **came: object) -> tuple[dict, str]:
    """Let a colleague write down what somebody told; return the answer and the code."""
    reporter, indices = town.reporter(), code.new()
    keys = ReporterKeys(code.master(indices, reporter.trust.org))
    sent = reporter.compose(
        keys,
        "Told on the phone.",
        files=[],
        about=[],
        exclude=[town.people[who].staff.ref for who in exclude],
        probe=False,
        answers={},
        name="",
    )
    said = {"channel": "phone", "received_on": clock.today().isoformat(), "way_back": True, **came}
    return town.desk(name).server.post("reports", {**sent, **said}), code.digits(indices)


def test_a_phone_call_becomes_a_case_whose_deadline_counts_from_the_day_it_came(town: Town) -> None:
    monday = clock.today() - timedelta(days=3)
    answer, digits = told(town, "amir", received_on=monday.isoformat())
    case = Case.objects.get(reference=answer["reference"])
    assert (case.channel, case.way_back, case.received_on) == ("phone", True, monday)
    assert case.due_on == monday + timedelta(days=7)
    town.open("amir", case).acknowledge("We have written down what you said.")
    mailbox = town.reporter().mailbox(digits)
    assert [each.body["text"] for each in mailbox.messages][-1] == "We have written down what you said."
    assert town.open("berit", case).messages[0].body["text"] == "Told on the phone."


def test_the_log_says_who_wrote_it_down_and_which_way_it_came_and_nothing_of_what_it_says(town: Town) -> None:
    from whistle.audit import selectors

    told(town, "amir", channel="letter", way_back=False)
    case = town.newest()
    [entry] = list(
        selectors.entries(town.organisation, "desk", acts=("report.registered",), case=case.log_ref)
    )
    assert entry.fields["actor"] == town.people["amir"].staff.log_name
    assert entry.fields["d"] == {"channel": "letter", "received": clock.today().isoformat(), "way_back": "no"}
    [received] = list(
        selectors.entries(town.organisation, "channel", acts=("report.received",), case=case.log_ref)
    )
    assert received.fields["d"]["form"] == "letter"
    assert case.way_back is False


def test_a_leader_who_handed_it_in_gets_no_key_then_or_later(town: Town) -> None:
    berit = town.people["berit"].staff
    with pytest.raises(ClientError, match=r"elsewhere\.leader"):
        told(town, "amir", channel="leader", leader=berit.ref)
    assert Case.objects.count() == 0
    told(town, "amir", exclude=("berit",), channel="leader", leader=berit.ref)
    case = town.newest()
    assert not Seal.objects.filter(box__of_case__case=case, staff_ref=berit.ref).exists()
    assert KeptOut.objects.filter(case=case, staff=berit).exists()
    opened = town.open("amir", case)
    with pytest.raises(ClientError):
        opened.share(berit.ref)


def test_the_same_report_sent_twice_is_one_case(town: Town) -> None:
    reporter, indices = town.reporter(), code.new()
    keys = ReporterKeys(code.master(indices, reporter.trust.org))
    sent = reporter.compose(keys, "Once.", files=[], about=[], exclude=[], probe=False, answers={}, name="")
    said = {**sent, "channel": "meeting", "received_on": clock.today().isoformat(), "way_back": True}
    desk = town.desk("amir").server
    first, second = desk.post("reports", said), desk.post("reports", said)
    assert first["reference"] == second["reference"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"channel": "rumour"}, "elsewhere.channel"),
        ({"received_on": (clock.today() + timedelta(days=1)).isoformat()}, "elsewhere.day"),
        ({"received_on": (clock.today() - timedelta(days=400)).isoformat()}, "elsewhere.day"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(town: Town, wrong: dict, why: str) -> None:
    with pytest.raises(ClientError, match=why):
        told(town, "amir", **wrong)
    assert Case.objects.count() == 0


def test_strangers_may_not_register_anything(town: Town) -> None:
    for name in ("nils", "randi"):
        with pytest.raises(ClientError, match=r"request\.absent"):
            told(town, name)
    assert Case.objects.count() == 0


@pytest.mark.browser
def test_an_officer_writes_down_a_call_and_hands_over_a_card_that_opens_the_mailbox(colleague, site):
    amir = colleague("amir").sign_in()
    page = amir.follow("/desk/elsewhere/")
    page.wait_for_selector("[data-readers] input")
    page.check("#channel-phone")
    page.fill("#came-text", "The caretaker saw two lorries at night.")
    page.set_input_files(
        "#came-files", {"name": "scan.txt", "mimeType": "text/plain", "buffer": b"a scanned letter"}
    )
    page.check("#about-chief_executive")
    page.locator("[data-readers] .w-choice", has_text="ingen nøkkel").first.wait_for()
    page.uncheck("#about-chief_executive")
    page.check("#way-yes")
    page.click("[data-elsewhere] [type=submit]")
    page.wait_for_selector("[data-card]:visible")
    digits = " ".join(page.locator("[data-card-code] .g").all_inner_texts())
    words = " ".join(page.locator("[data-card-code] .o").all_inner_texts())
    page.emulate_media(media="print")
    assert page.is_visible(".w-codecard")
    assert not page.is_visible("h1")
    assert "vars" not in page.inner_text(".w-codecard").lower()  # neutral: it does not say what it opens
    page.emulate_media(media="screen")
    page.click("[data-card-done]")
    page.wait_for_selector("#answer-no")
    assert digits not in page.content()
    from whistle.client.reporter import Reporter

    mailbox = Reporter(site.url).mailbox(digits)
    said = [each.body["text"] for each in mailbox.messages if "text" in each.body]
    assert said == ["The caretaker saw two lorries at night."]
    sent = "\n".join(amir.sent)
    for secret in ("two lorries", "a scanned letter", digits, words.split()[0] + " " + words.split()[1]):
        assert secret not in sent
    assert not amir.problems


@pytest.mark.browser
def test_who_wants_no_code_gets_none_and_nobody_has_it(colleague, site):
    berit = colleague("berit").sign_in()
    page = berit.follow("/desk/elsewhere/")
    page.wait_for_selector("[data-readers] input")
    page.check("#channel-walk_in")
    page.fill("#came-text", "Said at the counter.")
    page.click("[data-elsewhere] [type=submit]")
    page.locator("[data-elsewhere] [data-error]", has_text="kode").wait_for()
    page.check("#way-no")
    page.click("[data-elsewhere] [type=submit]")
    page.locator("[data-flash]", has_text="Koden er ødelagt").wait_for()
    assert page.locator("[data-card-code] li").count() == 0
