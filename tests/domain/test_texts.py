"""The organisation's own words: proposed by one, approved by another, and then on the pages for everybody, in each language."""

from typing import Any

import pytest
from django.test import Client

from tests.town import Town
from whistle.audit import selectors as audit
from whistle.channel import pages
from whistle.channel.services import texts
from whistle.client.errors import ClientError
from whistle.core.errors import DomainError

PARTS = ("encourage", "how", "handling")


def document(**changed: Any) -> dict[str, Any]:
    said = {
        "contacts": {"phone": "57 00 00 00", "address": "Postboks 1, 6800 Fjellvik"},
        "hours": {"nb": "kl. 9–15", "nn": "kl. 9–15", "en": "9 am to 3 pm"},
        "word": {"nb": "Vi vil gjerne høre fra deg.", "nn": "", "en": ""},
        "routine": {
            lang: {part: f"{part} {lang} <b>her</b>" for part in PARTS} for lang in ("nb", "nn", "en")
        },
        "took_part": "Tillitsvalgte og hovedverneombudet",
        "decided_on": "2026-03-02",
    }
    return {**said, **changed}


def propose(town: Town, name: str = "ingrid", **changed: Any) -> int:
    return int(town.desk(name).server.post("texts", {"document": document(**changed)})["version"])


def approve(town: Town, name: str, version: int) -> None:
    town.desk(name).server.post(f"texts/{version}/approve", {})


def test_what_two_people_agree_on_is_shown_to_everybody_and_stands_in_the_log(
    town: Town, client: Client
) -> None:
    version = propose(town)
    assert "encourage" not in client.get("/nb/routine/").content.decode()

    approve(town, "berit", version)

    for language in ("nb", "nn", "en"):
        html = client.get(f"/{language}/routine/").content.decode()
        for part in PARTS:
            assert f"{part} {language} &lt;b&gt;her&lt;/b&gt;" in html  # words, never markup
        assert "57 00 00 00" in html
        assert "hovedverneombudet" in html
    assert "Vi vil gjerne høre fra deg." in client.get("/").content.decode()
    acts = [
        row.fields["act"]
        for row in audit.entries(town.organisation, "desk", acts=("texts.proposed", "texts.adopted"))
    ]
    assert acts == ["texts.proposed", "texts.adopted"]


def test_failures_show_the_phone_and_every_page_leads_to_the_routine(town: Town, client: Client) -> None:
    approve(town, "berit", propose(town))

    front = client.get("/en/").content.decode()
    failed, refused = (front.partition(f'data-view="{view}"')[2] for view in ("failed", "refused"))

    assert 'href="tel:57000000"' in failed
    assert 'href="tel:57000000"' in refused
    for page in ("", "mailbox/", "door/", "privacy/"):
        assert 'href="/en/routine/"' in client.get(f"/en/{page}").content.decode()


def test_nobody_approves_their_own_texts_and_strangers_neither_propose_nor_approve(
    town: Town, other_town: Town
) -> None:
    version = propose(town)

    for name, code in (
        ("ingrid", "step.needs_second"),
        ("amir", "request.absent"),
        ("randi", "request.absent"),
    ):
        with pytest.raises(ClientError, match=code):
            approve(town, name, version)
    with pytest.raises(ClientError, match=r"texts\.none"):
        approve(other_town, "anne", version)
    with pytest.raises(ClientError, match=r"request\.absent"):
        propose(town, "solveig")
    assert texts.current(town.organisation) == {}


@pytest.mark.parametrize(
    "lack",
    [
        {
            "routine": {
                **document()["routine"],
                "nn": {"encourage": "Sei ifrå.", "how": "", "handling": "Slik."},
            }
        },
        {"took_part": ""},
        {"decided_on": "i fjor"},
        {"contacts": {"phone": "", "address": ""}},
        {"routine": {**document()["routine"], "en": dict.fromkeys(PARTS, "x" * 8001)}},
        {"routine": "everything"},
    ],
)
def test_a_routine_lacks_none_of_its_three_parts_in_any_language(town: Town, lack: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"texts\.lacks"):
        propose(town, **lack)

    assert texts.waiting(town.organisation) is None


def test_a_newer_proposal_takes_the_place_of_the_one_that_waits(town: Town) -> None:
    first = propose(town)
    second = propose(town, "berit", took_part="Alle")

    with pytest.raises(ClientError, match=r"texts\.none"):
        approve(town, "berit", first)
    approve(town, "ingrid", second)

    assert texts.current(town.organisation)["took_part"] == "Alle"


def test_a_further_language_says_what_the_organisation_wrote_in_it_and_else_what_it_says_in_its_first() -> (
    None
):
    spoken = ["nb", "nn", "en", "se", "pl"]
    own = document(
        hours={"nb": "kl. 9–15", "nn": "", "en": "", "se": "dii. 9–15"},
        routine={
            **document()["routine"],
            "se": dict.fromkeys(PARTS, "Muital!"),
            "pl": dict.fromkeys(PARTS, ""),
        },
    )

    kept = texts.checked(own, spoken)

    assert "pl" not in kept["routine"]
    in_sami, in_polish = (pages.own_words(kept, [code, *spoken]) for code in ("se", "pl"))
    assert (in_sami["own_language"], in_sami["routine"]["how"], in_sami["hours"]) == (
        "se",
        "Muital!",
        "dii. 9–15",
    )
    assert (in_polish["own_language"], in_polish["routine"]["how"], in_polish["hours"]) == (
        "nb",
        "how nb <b>her</b>",
        "kl. 9–15",
    )
    own["routine"]["se"]["how"] = " "
    with pytest.raises(DomainError, match=r"texts\.lacks") as refused:
        texts.checked(own, spoken)
    assert refused.value.details["fields"] == ["routine.se.how"]


def test_documents_from_before_there_was_a_further_language_are_unchanged() -> None:
    assert set(texts.checked(document())["routine"]) == {"nb", "nn", "en"}
    assert texts.checked(document())["hours"] == document()["hours"]
