"""Stored attacks in an officer's browser: shown, harmless, and silent."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.desk_tools import hostile

pytestmark = pytest.mark.browser
NAMES = ("\u202egpj.exe", "../../etc/passwd", "<img src=x onerror=alert(1)>.txt", ".hidden\u200b name.txt")


@pytest.fixture
def home() -> Iterator[tuple[str, list[str]]]:
    """A stranger's server, and what anybody asked it for."""
    asked: list[str] = []

    class Listens(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_PUT = do_OPTIONS = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def look(page, name: str) -> dict[str, str]:
    """Open a file of the case; return what the viewer says and shows."""
    page.click(f"[data-files] button:has-text({name!r})")
    page.wait_for_selector("[data-viewer][open]")
    page.wait_for_function(
        "() => { const v = document.querySelector('[data-viewer]');"
        " return v.querySelector('[data-viewer-save]').hidden === false"
        " && (v.querySelector('[data-viewer-note]').hidden === false || v.querySelector('[data-view-here]').hidden); }"
    )
    frame = page.query_selector("[data-view-here]:not([hidden]) iframe")
    inside = frame.content_frame().inner_text("main") if frame else ""
    drawn = frame.content_frame().evaluate("document.querySelectorAll('canvas').length") if frame else 0
    shown = {
        "title": page.inner_text("[data-viewer-name]"),
        "says": page.inner_text("[data-viewer-status]") + " " + page.inner_text("[data-viewer-warnings]"),
        "inside": inside,
        "drawn": str(drawn),
    }
    page.click("[data-viewer-close]")
    return shown


def attach(officer, text: str, files: dict[str, bytes]) -> None:
    """Write a note with files of these names."""
    page = officer.page
    page.click("#tab-notes")
    page.fill("#note-text", text)
    kinds = {"png": "image/png", "html": "text/html", "svg": "image/svg+xml", "pdf": "application/pdf"}
    page.set_input_files(
        "#note-files",
        [
            {
                "name": name,
                "mimeType": kinds.get(name.rpartition(".")[2], "application/octet-stream"),
                "buffer": octets,
            }
            for name, octets in files.items()
        ],
    )
    page.click("[data-note] [data-send]")
    officer.told("Notatet er lagret")
    page.click("#tab-files")


def test_files_and_words_made_to_attack_do_nothing_and_call_nobody(colleague, site, home):
    url, asked = home
    amir = colleague("amir").sign_in()
    page = amir.open(site.case())
    spoken: list[str] = []
    page.on("dialog", lambda box: (spoken.append(box.message), box.dismiss()))
    attach(
        amir,
        hostile.script(url),
        {
            "page.html": hostile.script(url).encode(),
            "drawing.svg": f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"fetch('{url}/s')\"><image href='{url}/si'/></svg>".encode(),
            "photo.png": f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"fetch('{url}/q')\"/>".encode(),
            "clip.gif": b"GIF89a=1;fetch('" + url.encode() + b"/gif');alert(3)//",
            "macro.docm": hostile.macro(url),
            "entities.docx": hostile.entities(url),
            "sheet.xlsx": hostile.sheet(),
            "huge.png": hostile.picture(60_000, 60_000),
            "bomb.docx": hostile.bomb(),
            "paper.pdf": hostile.paper(url),
            "real.png": hostile.picture(64, 48),
            "folder.zip": hostile.packed({"inside/evil.exe": b"MZ", "readme.txt": b"hello"}),
        },
    )
    assert "<script>" in page.text_content("[data-notes]")
    found = {
        name: look(page, name)
        for name in (
            "page.html",
            "drawing.svg",
            "photo.png",
            "macro.docm",
            "sheet.xlsx",
            "paper.pdf",
            "real.png",
            "folder.zip",
        )
    }
    for name in ("page.html", "drawing.svg", "photo.png"):
        assert "<" in found[name]["inside"], name  # its source, as text
        assert "hvordan den er skrevet" in found[name]["says"]
    assert "Dear colleague" in found["macro.docm"]["inside"]
    assert "makro" in found["macro.docm"]["says"]
    assert "hente noe utenfra" in found["macro.docm"]["says"]
    assert "paid twice" in found["sheet.xlsx"]["inside"]
    assert "hente noe utenfra" in found["sheet.xlsx"]["says"]
    assert "Hello from the paper" in found["paper.pdf"]["inside"]
    assert "skript" in found["paper.pdf"]["says"]
    assert found["real.png"]["drawn"] == found["paper.pdf"]["drawn"] == "1"
    assert "evil.exe" in found["folder.zip"]["inside"]
    for name in ("clip.gif", "huge.png", "bomb.docx", "entities.docx"):
        shown = look(page, name)
        assert shown["drawn"] == "0", name
        assert "lol" not in shown["inside"]
    assert asked == []
    assert spoken == []
    assert page.title() != "taken"
    assert not [call for call in amir.called if "127.0.0.1" in call.split(" ")[1]]
    assert not [line for line in amir.problems if "Content Security Policy" not in line], amir.problems


def test_a_file_s_name_is_only_a_name_and_the_original_leaves_after_a_warning(colleague, site):
    ingrid = colleague("ingrid").sign_in()
    page = ingrid.open(site.case())
    attach(ingrid, "Names.", {name: b"plain words " + bytes([65 + at]) for at, name in enumerate(NAMES)})
    shown = page.locator("[data-files] button").all_inner_texts()
    assert sorted(name.strip() for name in shown) == sorted(
        ["gpj.exe", "passwd", "<img src=x onerror=alert(1)>.txt", "hidden name.txt"]
    )
    page.click("[data-files] button:has-text('gpj.exe')")
    frame = page.frame_locator("[data-view-here] iframe")
    frame.locator("pre", has_text="plain words").wait_for()
    page.click("[data-viewer-save]")
    assert page.is_visible("[data-viewer-risk]")
    assert page.get_attribute("[data-viewer-save]", "aria-expanded") == "true"
    with page.expect_download() as saving:
        page.click("[data-viewer-save-now]")
    assert saving.value.suggested_filename == "gpj.exe"


def test_a_file_that_was_damaged_where_it_is_kept_is_neither_shown_nor_saved(colleague, site):
    def change(route):
        answer = route.fetch()
        octets = bytearray(answer.body())
        octets[len(octets) // 2] ^= 1
        route.fulfill(response=answer, body=bytes(octets))

    ingrid = colleague("ingrid").sign_in()
    page = ingrid.open(site.case())
    attach(ingrid, "Accounts.", {"accounts.txt": b"plain words " * 9000})
    page.route("**/body", change)
    page.click("[data-files] button:has-text('accounts.txt')")

    page.locator("[data-viewer-status]", has_text="skadet eller mangler hos oss").wait_for()
    assert page.locator("[data-viewer-save]").is_hidden()
    assert page.locator("[data-view-here] iframe").count() == 0
    page.click("[data-viewer-close]")
    page.unroute("**/body")
    assert "plain words" in look(page, "accounts.txt")["inside"]


def test_the_frame_has_no_origin_no_network_and_no_way_out(colleague, site, home):
    url, asked = home
    berit = colleague("berit").sign_in()
    page = berit.open(site.case())
    attach(berit, "Text.", {"plain.txt": b"plain words"})
    page.click("[data-files] button:has-text('plain.txt')")
    page.frame_locator("[data-view-here] iframe").locator("pre", has_text="plain").wait_for()
    frame = page.query_selector("[data-view-here] iframe").content_frame()
    tried = frame.evaluate(
        """async url => {
            const tell = async work => { try { await work(); return 'could'; } catch (error) { return 'no'; } };
            return [await tell(() => fetch(url)), await tell(() => localStorage.length), await tell(() => document.cookie.length),
                await tell(() => parent.document.title), await tell(() => { if (!window.open(url)) throw 1; }),
                await tell(() => new Promise((yes, no) => { const i = new Image(); i.onload = yes; i.onerror = no; i.src = url; })),
                await tell(() => { if (origin !== 'null') return; throw 1; })];
        }""",
        url,
    )
    assert tried == ["no"] * 7
    assert asked == []
    response = berit.page.request.get(f"{site.url}/desk/viewer/")
    policy = response.headers["content-security-policy"]
    assert "sandbox allow-scripts" in policy
    assert "connect-src" not in policy  # falls to default-src 'none'
    assert "blob:" not in berit.page.request.get(f"{site.url}/desk/cases/").headers["content-security-policy"]


def test_a_stranger_without_a_session_gets_no_frame(site, chromium):
    context = chromium.new_context()
    assert "/desk/sign-in/" in context.request.get(f"{site.url}/desk/viewer/").url
    context.close()
