"""Finding cases although the server is blind: what it keeps says nothing, and goes when the case goes."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import SearchEntry
from tests.town import Town
from tests.vault.browser_half import run_node
from whistle.client.errors import ClientError

KEPT = """async () => {
  const ask = (it) => new Promise((done) => { it.onsuccess = () => done(it.result); });
  const store = (await ask(indexedDB.open("i"))).transaction("i").objectStore("i");
  return [await ask(store.getAllKeys()), (await ask(store.getAll())).map((each) => Object.keys(each).sort().join())].flat();
}"""


def entry(town: Town, name: str, reference: str, version: int = 1) -> dict:
    """Keep an entry as a colleague's browser does."""
    from whistle.client.http import b64
    from whistle.vault.item import HEADER_SIZE, body_size

    sent = {
        "version": version,
        "title_item": "",
        "header": b64(bytes(HEADER_SIZE)),
        "body": b64(bytes(body_size(100))),
    }
    return json.loads(town.desk(name).server.octets("PUT", f"search/{reference}", sent))


def test_an_entry_is_its_own_person_s_and_gone_when_the_case_is(town: Town) -> None:
    town.report("Hidden words.")
    case = town.newest()
    town.open("amir", case)
    entry(town, "amir", case.reference)
    assert SearchEntry.objects.count() == 1
    rows = town.desk("amir").server.get("search")["cases"]
    assert [(row["reference"], row["entry"]["version"]) for row in rows] == [(case.reference, 1)]
    town.open("berit", case)
    assert town.desk("berit").server.get("search")["cases"][0]["entry"] is None
    town.desk("amir").declare(case.reference, "conflict")
    assert town.desk("amir").server.get("search")["cases"] == []
    assert not SearchEntry.objects.filter(staff=town.people["amir"].staff).exists()


def test_a_case_cannot_be_searched_before_its_reader_said_they_are_impartial(town: Town) -> None:
    town.report()
    assert town.desk("amir").server.get("search")["cases"] == []
    with pytest.raises(ClientError, match=r"habilitet\.needed"):
        entry(town, "amir", town.newest().reference)


def test_two_tabs_do_not_overwrite_each_other_and_an_old_entry_is_not_put_back(town: Town) -> None:
    town.report()
    case = town.newest()
    town.open("amir", case)
    entry(town, "amir", case.reference)
    entry(town, "amir", case.reference, 2)
    for stale in (1, 2):
        with pytest.raises(ClientError, match=r"case\.moved_on"):
            entry(town, "amir", case.reference, stale)


def test_bodies_come_when_asked_for_and_only_one_s_own(town: Town) -> None:
    town.report()
    case = town.newest()
    for name in ("amir", "berit"):
        town.open(name, case)
    entry(town, "amir", case.reference)
    assert "body" not in town.desk("amir").server.get("search")["cases"][0]["entry"]
    wanted = {"references": [case.reference, "AA-AA-AA"]}
    [said] = town.desk("amir").server.post("search-bodies", wanted)
    assert (said["reference"], said["version"]) == (case.reference, 1)
    assert len(said["body"]) > 100
    assert town.desk("berit").server.post("search-bodies", wanted) == [], (
        "a colleague has an entry of their own"
    )
    assert town.desk("nils").server.post("search-bodies", wanted) == [], "a stranger has none"
    town.desk("amir").declare(case.reference, "conflict")
    assert town.desk("amir").server.post("search-bodies", wanted) == [], "who loses the case loses the row"


def test_strangers_and_the_excluded_cannot_tell_that_there_is_anything(town: Town) -> None:
    town.report("Kept.", about=["chief_executive"])
    case = town.newest()
    for name in ("ingrid", "nils"):
        assert town.desk(name).server.get("search")["cases"] == []
        with pytest.raises(ClientError, match=r"request\.absent"):
            entry(town, name, case.reference)


def test_a_title_that_a_colleague_wrote_comes_once_sealed_and_in_as_many_queries_however_many(
    town: Town,
) -> None:
    def asked() -> tuple[int, list[dict]]:
        with CaptureQueriesContext(connection) as queries:
            rows = town.desk("berit").server.get("search")["cases"]
        return len(queries), rows

    def titled(text: str) -> None:
        town.report()
        case = town.newest()
        town.open("amir", case).record("title", {}, title=text, summary="Paid twice, asked once.")
        town.open("berit", case)

    titled("The bridge")
    few, rows = asked()
    assert rows[0]["title"]["item"]["item_id"] == rows[0]["title_item"]
    assert "bridge" not in str(rows)
    for number in range(3):
        titled(f"Road {number}")
    many, rows = asked()
    assert many == few
    assert len([row for row in rows if row["title"]]) == 4


def test_the_second_visit_reads_what_the_first_one_kept_and_opens_no_case_again() -> None:
    """The browser's half under Node: 600 cases a person has opened before, found again after their keys were closed."""
    done = run_node("tests/desk_tools/search.mjs", "600", "60")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["first"]["put"] == said["of"] == said["many"] == 600
    second = said["second"]
    assert (second["get"], second["bodies"], second["put"]) == (2, 2, 0), (
        "two pages of what was kept, nothing sealed anew"
    )
    assert second["octets"] < 400 * 600, "without bodies, which a browser keeps, a case is some 300 octets"
    assert (said["one"], said["title"]) == (1, "Report 599 about gravel.")
    assert said["question"] < said["visit"] / 2, "a letter typed costs no visit"


@pytest.mark.browser
def test_a_word_in_a_note_is_found_also_after_a_reload_and_never_leaves_the_browser(colleague, site):
    case, other = site.case(), site.case()
    ingrid = colleague("ingrid").sign_in()
    ingrid.open(other)
    page = ingrid.open(case)
    page.click("#tab-notes")
    page.fill("#note-text", "Ask Ødegård about the gravel pit")
    page.click("[data-note] [data-send]")
    ingrid.told("Notatet er lagret")
    ingrid.follow("/desk/cases/")
    page.fill("#search", "ødegård gravel")
    page.locator("#found-title", has_text="1 sak").wait_for()
    assert case["reference"] in page.inner_text("[data-found-list]")
    page.fill("#search", "bridge twice")
    page.locator("#found-title", has_text="saker").wait_for()
    page.fill("#search", "volcano")
    page.locator("#found-title", has_text="Ingen sak").wait_for()

    before = len(ingrid.sent)
    page.reload()
    page.click("[data-keys-open]:visible")
    page.fill("#unlock-passphrase", ingrid.secrets[1])
    page.press("#unlock-passphrase", "Enter")
    page.wait_for_selector("#search:visible")
    page.fill("#search", "grav")
    page.locator("#found-title", has_text="1 sak").wait_for()
    page.locator(".w-known", has_text="The bridge was paid twice").first.wait_for(state="attached")
    assert "search-bodies" not in "\n".join(ingrid.sent[before:]), "what did not change stayed in the browser"
    kept = page.evaluate(KEPT)
    assert len(kept) == 4, "two entries, by names that say nothing"
    assert set(kept[2:]) == {"at,body,version"}, "no header: without the server's a body is noise"
    assert case["reference"] not in str(kept)
    sent = "\n".join(ingrid.sent)
    for word in ("gravel", "volcano", "bridge", "degård"):
        assert word not in sent
    page.click("[data-keys-close]:visible")
    page.wait_for_selector("[data-search]", state="hidden")
    assert "bridge" not in page.content()
    assert page.input_value("#search") == ""
    assert not ingrid.problems
