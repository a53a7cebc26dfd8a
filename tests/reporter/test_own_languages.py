"""Each organisation chooses the languages of its reporters' pages, and which comes first; the neighbour's stay as they are."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.domain.test_texts import PARTS, approve, document
from tests.reporter.test_face import served_by
from tests.town import Town
from whistle.audit import selectors
from whistle.audit.verify import verify
from whistle.channel import face
from whistle.channel.pages import PAGES


@pytest.fixture
def chosen(town: Town, other_town: Town) -> Town:
    """Fjellvik speaks nynorsk and English, in this order; Nordvik chose nothing."""
    call_command("municipality", "languages", "fjellvik", "nn", "en")
    town.organisation.refresh_from_db()
    return town


def test_the_first_language_stands_at_the_root_and_the_others_where_their_name_is(
    chosen: Town, client: Client
) -> None:
    assert client.get("/").headers["Content-Language"] == "nn"
    assert '<html lang="nn"' in client.get("/").content.decode()
    assert '<html lang="nn"' in client.get("/plain/").content.decode()
    for tail in PAGES.values():
        for path in (f"/nn/{tail}", f"/en/{tail}"):
            html = client.get(path).content.decode()
            assert "Nynorsk" in html
            assert "English" in html
            assert "Bokmål" not in html
            assert 'href="/nb/' not in html


def test_a_language_it_does_not_speak_is_no_page_and_the_answer_is_in_its_own(
    chosen: Town, client: Client
) -> None:
    for path in ("/nb/", "/nb/mailbox/", "/plain/nb/", "/plain/nb/mailbox/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Sida finst ikkje" in answer.content.decode()
        assert 'href="/"' in answer.content.decode()


def test_the_neighbour_speaks_what_it_spoke(chosen: Town, other_town: Town, client: Client) -> None:
    assert client.get("/nordvik/").headers["Content-Language"] == "nb"
    for code in ("nb", "nn", "en"):
        assert client.get(f"/nordvik/{code}/").status_code == 200
        assert client.get(f"/nordvik/plain/{code}/").status_code == 200


def test_what_was_being_written_when_the_language_went_still_arrives(
    town: Town, other_town: Town, client: Client
) -> None:
    assert client.get("/plain/en/").status_code == 200
    call_command("municipality", "languages", "fjellvik", "nb", "nn")

    answer = client.post("/plain/en/", {"text": "Begun before it changed.", "end": "1"})

    town.worker()
    assert answer.status_code == 200
    assert [each.body["text"] for each in town.open("ingrid").messages] == ["Begun before it changed."]


def test_the_static_face_and_its_manifest_hold_these_languages_and_no_longer_the_others(
    town: Town, other_town: Town, client: Client, tmp_path: Path
) -> None:
    face.publish(town.organisation, tmp_path)
    assert (tmp_path / "nb" / "index.html").exists()
    call_command("municipality", "languages", "fjellvik", "nn", "en")
    call_command("municipality", "look", "fjellvik", "--accent", "#7a1f5c")
    town.organisation.refresh_from_db()

    face.publish(town.organisation, tmp_path)
    wanted = face.expected(town.organisation, (tmp_path / face.MANIFEST).read_bytes())

    assert not (tmp_path / "nb" / "index.html").exists()
    assert (tmp_path / "index.html").read_bytes() == (tmp_path / "nn" / "index.html").read_bytes()
    assert "/look.css" in wanted
    assert not any(path.startswith("/nb/") for path in wanted)
    assert list(face.differences(wanted, served_by(client))) == []


def test_the_monitor_notices_a_change_of_languages_that_nobody_published(
    town: Town, client: Client, tmp_path: Path
) -> None:
    face.publish(town.organisation, tmp_path)
    signed = (tmp_path / face.MANIFEST).read_bytes()
    call_command("municipality", "languages", "fjellvik", "nn", "en")
    town.organisation.refresh_from_db()

    assert list(face.differences(face.expected(town.organisation, signed), served_by(client)))


def test_the_routine_is_asked_for_in_these_languages_only_and_shown_in_one_it_was_written_in(
    town: Town, other_town: Town, client: Client
) -> None:
    call_command("municipality", "languages", "fjellvik", "nn", "nb")
    routine = {code: dict.fromkeys(PARTS, f"Meld fra, {code}") for code in ("nn", "nb")}
    sent = document(routine=routine)
    approve(town, "berit", int(town.desk("ingrid").server.post("texts", {"document": sent})["version"]))
    assert "Meld fra, nn" in client.get("/nn/routine/").content.decode()

    call_command("municipality", "languages", "fjellvik", "nn", "nb", "en")
    html = client.get("/en/routine/").content.decode()
    assert "Meld fra, nn" in html
    assert 'lang="nn" dir="ltr"' in html
    with pytest.raises(Exception, match=r"texts\.lacks"):
        town.desk("ingrid").server.post("texts", {"document": sent})


def test_an_odd_choice_is_refused_and_a_good_one_stands_in_the_log(town: Town, other_town: Town) -> None:
    for codes, sentence in (
        (["en"], "Norwegian|Norway"),
        (["nb", "xx"], "WHISTLE_LANGUAGES"),
        (["nb", "nb"], "once"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("municipality", "languages", "fjellvik", *codes)
    call_command("municipality", "languages", "fjellvik", "nn", "nb")
    call_command("municipality", "languages", "fjellvik")

    acts = selectors.entries(town.organisation, "desk", acts=("organisation.languages",))
    assert [each.fields["d"]["languages"] for each in acts] == [["nn", "nb"], []]
    assert not list(selectors.entries(other_town.organisation, "desk", acts=("organisation.languages",)))
    assert not verify(town.organisation).faults
