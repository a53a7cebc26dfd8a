"""The monitor tells words that two people adopted from words that somebody put there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.domain.test_texts import approve, document, propose
from tests.reporter.test_face import served_by
from tests.town import Town
from whistle.channel import face
from whistle.channel.models import FaceText
from whistle.channel.services import texts
from whistle.core.errors import DomainError

Fetch = Callable[[str], bytes]


@pytest.fixture
def published(town: Town, tmp_path: Path) -> bytes:
    """The face as it was published, with words that had been adopted before."""
    approve(town, "berit", propose(town))
    face.publish(town.organisation, tmp_path)
    return (tmp_path / face.MANIFEST).read_bytes()


def faults(town: Town, signed: bytes, fetch: Fetch) -> list[str]:
    return list(face.differences(face.expected(town.organisation, signed), fetch))


def test_words_adopted_after_the_face_was_published_are_no_false_alarm(
    town: Town, client: Client, published: bytes
) -> None:
    before = {path: served_by(client)(path) for path in face.expected(town.organisation, published)}
    approve(town, "berit", propose(town, contacts={"phone": "57 99 99 99", "address": ""}))
    fetch = served_by(client)

    assert fetch("/nb/routine/") != before["/nb/routine/"]
    assert faults(town, published, fetch) == []
    assert faults(town, published, before.__getitem__) == []  # files that nobody has published anew


def test_one_octet_of_such_a_page_or_of_a_worker_is_noticed_all_the_same(
    town: Town, client: Client, published: bytes
) -> None:
    approve(town, "berit", propose(town, contacts={"phone": "57 99 99 99", "address": ""}))
    fetch = served_by(client)
    wanted = face.expected(town.organisation, published)

    for changed in ("/nb/routine/", "/", next(path for path in wanted if "reporter-worker" in path)):

        def other(path: str, changed: str = changed) -> bytes:
            content = fetch(path)
            return content.replace(b"a", b"b", 1) if path == changed else content

        assert [each.partition(":")[0] for each in faults(town, published, other)] == [changed]


def test_words_that_only_the_database_knows_are_an_alarm(
    town: Town, client: Client, published: bytes
) -> None:
    row = FaceText.objects.get()
    FaceText.objects.filter(pk=row.pk).update(
        document=document(contacts={"phone": "57 66 66 66", "address": ""})
    )

    assert b"57 66 66 66" in client.get("/nb/routine/").content
    for signed in (published, None):
        with pytest.raises(DomainError, match=r"texts\.unlogged"):
            face.expected(town.organisation, signed)


def test_words_that_wait_for_a_second_person_are_not_shown_and_no_alarm(
    town: Town, client: Client, published: bytes
) -> None:
    propose(town, contacts={"phone": "57 11 11 11", "address": ""})

    assert faults(town, published, served_by(client)) == []
    assert b"57 11 11 11" not in client.get("/nb/routine/").content


def test_another_root_key_is_noticed_even_beside_new_words(
    town: Town, client: Client, published: bytes
) -> None:
    approve(town, "berit", propose(town, contacts={"phone": "57 99 99 99", "address": ""}))
    type(town.organisation).objects.filter(pk=town.organisation.pk).update(root_key=b"x" * 32)
    town.organisation.refresh_from_db()

    pages = [each for each in faults(town, published, served_by(client)) if not each.startswith("/static")]
    assert len(pages) == 1 + 3 * 8
    assert not any("/plain/" in each for each in pages)  # they name no key


def test_a_list_of_readers_that_the_root_key_did_not_sign_is_noticed(
    town: Town, other_town: Town, client: Client
) -> None:
    fetch = served_by(client)
    theirs = served_by(client)(f"{other_town.prefix}/api/org.json")

    assert list(face.card_faults(town.organisation, fetch)) == []
    assert list(face.card_faults(town.organisation, lambda _path: theirs))
    assert list(face.card_faults(town.organisation, lambda _path: b"{}"))
    ours = fetch("/api/org.json").replace(b'"document":"ey', b'"document":"ez', 1)
    assert "not signed" in next(face.card_faults(town.organisation, lambda _path: ours))


def test_the_command_names_what_differs_and_fails(
    town: Town, client: Client, published: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face, "over_http", lambda _url: served_by(client))
    manifest = tmp_path / face.MANIFEST

    call_command("monitor_face", "http://x", manifest=manifest, organisation="fjellvik")
    monkeypatch.setattr(face, "over_http", lambda _url: lambda path: served_by(client)(path) + b" ")
    with pytest.raises(CommandError, match=r"/nb/routine/: changed"):
        call_command("monitor_face", "http://x", manifest=manifest, organisation="fjellvik")
    FaceText.objects.update(document=texts.Document())
    with pytest.raises(CommandError, match="knows no adoption"):
        call_command("monitor_face", "http://x", manifest=manifest, organisation="fjellvik")
