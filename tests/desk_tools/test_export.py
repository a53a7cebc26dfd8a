"""A case leaves the house sealed, or in clear by two people, a witness and the asker's own browser."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from cases.models import Case, Export
from tests.town import Town, photo
from tests.watching import Watcher, be_watched
from whistle.audit import selectors
from whistle.audit.tasks import publish_and_show
from whistle.client import package
from whistle.client.errors import ClientError
from whistle.ui.assets import asset
from whistle.vault.keys import StaffKeys

SAID = "Nobody may read this outside."


@pytest.fixture
def case(town: Town) -> Case:
    """A case with a letter, a note, a record and a file."""
    town.report(SAID, files=[photo()])
    found = town.newest()
    amir = town.open("amir", found)
    amir.acknowledge("Thank you.")
    amir.note("Only for us.")
    town.open("berit", found)
    return found


def acts(town: Town, case: Case) -> list[str]:
    return [read.fields["act"] for read in selectors.entries(town.organisation, "desk", case=case.log_ref)]


def fetched(town: Town, case: Case, to: Path) -> Path:
    path = to / "case.sealed.zip"
    path.write_bytes(town.desk("amir").server.octets("GET", f"cases/{case.reference}/package"))
    return path


def test_the_sealed_file_opens_without_a_server_for_whoever_holds_a_key_and_for_nobody_else(
    town: Town, case: Case, tmp_path: Path
) -> None:
    path = fetched(town, case, tmp_path)
    assert SAID.encode() not in path.read_bytes()
    assert b"Only for us" not in path.read_bytes()
    found = package.read(path, town.desk("berit").keys.kem, bytes(town.organisation.root_key or b""))
    texts = [opened.body.get("text") for _kind, opened, _content in found]
    assert {SAID, "Thank you.", "Only for us."} <= set(texts)
    assert [content for _kind, _opened, content in found if content] == [photo().octets]
    with pytest.raises(ClientError, match=r"client\.seal"):
        package.read(path, StaffKeys(bytes(32)).kem)
    with pytest.raises(ClientError, match=r"client\.root_key"):
        package.read(path, town.desk("berit").keys.kem, bytes(32))
    package.write(found, tmp_path / "out")
    assert SAID in (tmp_path / "out" / "case.json").read_text()
    assert acts(town, case)[-1] == "case.packed"


def test_a_sealed_file_that_was_changed_or_robbed_of_a_part_is_refused(
    town: Town, case: Case, tmp_path: Path
) -> None:
    whole = fetched(town, case, tmp_path)
    with zipfile.ZipFile(whole) as folder:
        parts = {name: folder.read(name) for name in folder.namelist()}
    told = json.loads(parts["package.json"])
    item = f"items/{told['boxes'][0]['items'][0]['item_id']}"
    for name, octets in ((item, parts[item][:-1] + b"x"), (item, None), ("more", b"x")):
        changed = tmp_path / "changed.zip"
        with zipfile.ZipFile(changed, "w") as folder:
            for one, content in {**parts, name: octets}.items():
                if content is not None:
                    folder.writestr(one, content)
        with pytest.raises(ClientError, match=r"client\.package"):
            package.read(changed, town.desk("amir").keys.kem)


def test_in_clear_takes_two_people_and_a_witness_and_happens_once(
    town: Town, case: Case, watcher: Watcher
) -> None:
    be_watched(town.organisation, watcher)
    publish_and_show(town.organisation)
    amir, berit = town.desk("amir").server, town.desk("berit").server
    url = f"cases/{case.reference}/export"
    amir.post(url, {"why": "police"})
    with pytest.raises(ClientError, match=r"export\.open"):
        berit.post(url, {"why": "work"})
    with pytest.raises(ClientError, match=r"export\.none"):
        amir.post(f"{url}/release", {})  # asked for, and approved by nobody
    with pytest.raises(ClientError, match=r"step\.refused|step\.needs_second"):
        amir.post(f"{url}/decide", {"confirm": True})
    berit.post(f"{url}/decide", {"confirm": True})
    with pytest.raises(ClientError, match=r"audit\.unwitnessed"):
        amir.post(f"{url}/release", {})
    publish_and_show(town.organisation)
    with pytest.raises(ClientError, match=r"export\.none"):
        berit.post(f"{url}/release", {})  # only for the one who asked
    amir.post(f"{url}/release", {})
    with pytest.raises(ClientError, match=r"export\.none"):
        amir.post(f"{url}/release", {})
    amir.post(f"{url}/made", {"digest": "ab" * 32})
    assert acts(town, case)[-4:] == ["step.proposed", "act.approved", "case.exported", "export.made"]
    assert Export.objects.get().digest == "ab" * 32


def test_what_was_declined_is_not_taken_out_and_may_be_asked_for_again(town: Town, case: Case) -> None:
    amir, berit = town.desk("amir").server, town.desk("berit").server
    url = f"cases/{case.reference}/export"
    amir.post(url, {"why": "work"})
    berit.post(f"{url}/decide", {"confirm": False})
    with pytest.raises(ClientError, match=r"export\.none"):
        amir.post(f"{url}/release", {})
    amir.post(url, {"why": "court"})
    assert acts(town, case)[-3:] == ["step.proposed", "step.declined", "step.proposed"]


def test_where_nobody_outside_could_see_it_nothing_is_approved(town: Town, case: Case) -> None:
    town.desk("amir").server.post(f"cases/{case.reference}/export", {"why": "work"})
    with pytest.raises(ClientError, match=r"audit\.no_witness"):
        town.desk("berit").server.post(f"cases/{case.reference}/export/decide", {"confirm": True})
    assert Export.objects.get().confirmed is None


def test_strangers_and_the_excluded_take_nothing_out(town: Town) -> None:
    town.report("Kept.", about=["chief_executive"])
    case = town.newest()
    for name in ("ingrid", "nils", "randi"):
        server = town.desk(name).server
        for method, path, sent in (("GET", "package", None), ("POST", "export", {"why": "work"})):
            with pytest.raises(ClientError, match=r"request\.absent"):
                server.octets(method, f"cases/{case.reference}/{path}", sent)


@pytest.mark.browser
def test_the_file_in_clear_is_made_in_the_browser_and_its_page_runs_nothing(colleague, site):
    case = site.case()
    amir = colleague("amir").sign_in()
    page = amir.page
    urls = {name: asset(name).url for name in ("desk-paper.js", "paper-regular.ttf", "paper-bold.ttf")}
    form = (
        "<form method='dialog' data-turbo='false' data-export-make data-paper='{desk-paper.js}'"
        " data-paper-regular='{paper-regular.ttf}' data-paper-bold='{paper-bold.ttf}'><p data-error hidden></p><button type='submit'>x</button>"
        "<span data-status-text></span><i data-export-word='made'>m</i><i data-export-word='messages'>Meldinger</i>"
        "<dl><dt>Hva for</dt><dd>Politiet</dd></dl></form>"
    )
    for name in ("records", "notes", "files", "reporter", "you", "due", "done", "name", "size"):
        form = form.replace("<dl>", f"<i data-export-word='{name}'>{name}</i><dl>")
    for name, url in urls.items():
        form = form.replace("{" + name + "}", url)
    made: list[dict] = []

    def with_form(route) -> None:
        answer = route.fetch()
        body = answer.text().replace(
            '<section class="w-stack sm w-part" aria-labelledby="tied">',
            form + '<section class="w-stack sm w-part" aria-labelledby="tied">',
            1,
        )
        route.fulfill(response=answer, body=body)

    def note(route) -> None:
        made.append({"url": route.request.url, **(route.request.post_data_json or {})})
        route.fulfill(json={"why": "work", "confirmed": True})

    page.route(f"**/desk/cases/{case['reference']}/", with_form)
    page.context.route("**/export/*", note)
    page = amir.open(case)
    page.click("#tab-notes")
    page.fill("#note-text", "<script>alert(1)</script> & «sitat»")
    page.set_input_files(
        "#note-files",
        {"name": "../<b>x</b>\u202e.html", "mimeType": "text/html", "buffer": b"<script>1</script>"},
    )
    page.click("[data-note] [data-send]")
    amir.told("Notatet er lagret")
    page.click("#tab-overview")
    with page.expect_download() as saving:
        page.click("[data-export-make] button")
    octets = Path(saving.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(octets)) as folder:
        parts = {name: folder.read(name) for name in folder.namelist()}
    assert [call["url"].rpartition("/")[2] for call in made] == ["release", "made"]
    assert made[1]["digest"] == hashlib.sha256(octets).hexdigest()
    listed = dict(reversed(line.split("  ", 1)) for line in parts["SHA256SUMS"].decode().splitlines())
    assert listed == {
        name: hashlib.sha256(content).hexdigest() for name, content in parts.items() if name != "SHA256SUMS"
    }
    text = parts["case.html"].decode()
    assert "The bridge was paid twice" in text
    assert "<script>" not in text
    assert "&#60;script&#62;alert(1)&#60;/script&#62; &#38; «sitat»" in text
    assert "default-src 'none'" in text
    assert "Politiet" in text
    assert parts["case.pdf"].startswith(b"%PDF-")
    assert len(parts["case.pdf"]) > 10_000  # with its fonts
    [original] = [name for name in parts if name.startswith("originals/")]
    assert parts[original] == b"<script>1</script>"
    assert ".." not in original
    assert not set("<>\u202e") & set(original)
    page.unroute_all(behavior="ignoreErrors")
    page.context.unroute_all(behavior="ignoreErrors")
