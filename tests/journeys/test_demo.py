"""The demo as a newcomer meets it: it starts, tells its story in a browser on a phone and on a desk, and stops."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from whistle.core import clock
from whistle.vault import totp

pytestmark = [pytest.mark.browser, pytest.mark.stack]
ROOT = Path(__file__).parents[2]
REPORT = "Kvitteringene er laget av samme hånd.\n\nSe på datoene."
ANSWER = "Takk. Hvem skrev under på dem?"
REPLY = "Det gjorde avdelingslederen."


@dataclass
class Demo:
    """A running demo."""

    url: str
    folder: Path
    process: "subprocess.Popen[str]"
    first: str  # what an earlier start said, which somebody ended while the demo was being made

    def people(self) -> dict[str, dict[str, str]]:
        return {row["username"]: row for row in json.loads((self.folder / "demo.json").read_text())}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WHISTLE_", "DJANGO_"))}
    environment = {**kept, "PORT": str(port), "WHISTLE_DATA": str(folder)}
    command = [sys.executable, "-m", "whistle.demo.serve"]
    first = _interrupted(command, environment, folder)
    said = (folder / "said.txt").open("w+")
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said, text=True)
    running = Demo(f"http://127.0.0.1:{port}", folder, process, first)
    try:
        _wait(running)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        said.close()


def _interrupted(command: list[str], environment: dict[str, str], folder: Path) -> str:
    """Start, press Ctrl-C once the people have their keys and no case is there yet, and return what was said."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    while process.poll() is None and not (folder / "demo.json").exists():
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    try:
        said, _nothing = process.communicate(timeout=60)
    finally:
        process.kill()
    return said


def _wait(demo: Demo) -> None:
    for _ in range(600):
        if demo.process.poll() is not None:
            pytest.fail((demo.folder / "said.txt").read_text()[-2000:])
        try:
            with urllib.request.urlopen(f"{demo.url}/health/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail("the demo did not become healthy")


@pytest.fixture
def pages(chromium: Browser) -> Iterator[tuple[Page, Page]]:
    """A phone in the reporter's hand, and a screen at the desk; neither may complain."""
    phone = chromium.new_context(viewport={"width": 360, "height": 740})
    screen = chromium.new_context(viewport={"width": 1280, "height": 860})
    problems: list[str] = []
    for context in (phone, screen):
        context.set_default_timeout(30_000)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on(
            "console",
            lambda said: said.type == "error" and "403" not in said.text and problems.append(said.text),
        )
    yield phone.new_page(), screen.new_page()
    phone.close()
    screen.close()
    assert problems == []


def report(page: Page, url: str) -> str:
    """Send a report on the phone, without Amir, and return its code in digits."""
    page.goto(url)
    page.get_by_role("link", name="Jeg vil varsle").click()
    page.get_by_role("button", name="Neste").click()
    row = page.locator("[data-people-in] > *", has_text="Amir Haddad")
    row.get_by_role("button").click()
    expect(page.locator("[data-people-out]")).to_contain_text("Amir Haddad")
    page.get_by_role("button", name="Neste").click()
    page.get_by_label("Hva har skjedd?").fill(REPORT)
    page.get_by_role("button", name="Neste").click()
    page.locator("#danger-no").check()
    page.get_by_role("button", name="Neste").click()
    photo = {"name": "kvittering.png", "mimeType": "image/png", "buffer": b"\x89PNG" + bytes(9000)}
    page.set_input_files("[data-step=files] input[type=file]", photo)
    expect(page.get_by_text(re.compile("Forseglet og lastet opp"))).to_have_count(1)
    page.get_by_role("button", name="Neste").click()
    page.get_by_role("button", name="Hopp over resten av spørsmålene").click()
    page.get_by_role("button", name="Send varselet").click()
    expect(page.get_by_role("heading", name="Varselet er sendt.")).to_be_visible()
    return " ".join(page.locator(".w-code .g").all_inner_texts())


def sign_in(page: Page, demo: Demo, username: str) -> None:
    person = demo.people()[username]
    page.goto(f"{demo.url}/desk/sign-in/")
    page.fill("#username", username)
    for _attempt in range(3):  # a one-time code that another test just used is waited out
        page.fill("#passphrase", person["passphrase"])
        page.fill("#code", totp.now(person["totp_secret"], time.time()))
        page.click("[data-sign-in-go]")
        try:
            page.wait_for_selector(".w-shell", state="attached", timeout=12_000)
            return
        except PlaywrightTimeout:
            page.wait_for_timeout(1000 * (30 - time.time() % 30) + 500)
    pytest.fail("nobody could sign in")


def open_called(page: Page, title: str) -> None:
    """Find the case that came today and is called so, saying of each on the way that one is impartial."""
    for _ in range(40):
        page.locator("a:visible", has_text="Saker").first.click()
        page.wait_for_url("**/desk/cases/**")
        row = f"main tr:has(time[datetime='{clock.today().isoformat()}']):has([data-declared=no]) a"
        if page.locator(row).count() == 0:
            page.wait_for_timeout(1000)
            continue
        page.locator(row).first.click()
        page.check("#answer-no")
        page.click("[data-declare] [type=submit]")
        page.wait_for_selector("[data-sealed=open]:visible")
        if page.inner_text("h1") == title:
            return
    pytest.fail("the case did not come")


def mailbox(page: Page, url: str, code: str) -> None:
    page.goto(f"{url}/nb/mailbox/")
    page.get_by_label("Sakskode").fill(code)
    page.get_by_role("button", name="Åpne").click()
    page.wait_for_selector("[data-thread] .w-said")


def test_a_report_goes_from_a_phone_to_an_officer_and_back(demo: Demo, pages: tuple[Page, Page]) -> None:
    phone, screen = pages
    code = report(phone, demo.url)

    sign_in(screen, demo, "ingrid.solvang")
    open_called(screen, "Kvitteringene er laget av samme hånd.")
    screen.click("[data-go=messages]:visible")
    screen.fill("#compose-text", ANSWER)
    screen.click("[data-compose] [data-send]")
    screen.locator("[data-flash]", has_text="Bekreftelsen er sendt").wait_for()

    mailbox(phone, demo.url, code)
    expect(phone.locator("main")).to_contain_text(ANSWER)
    phone.get_by_label("Meldingen din").fill(REPLY)
    phone.get_by_role("button", name="Send meldingen").click()
    expect(phone.get_by_text("Sendt.")).to_be_visible()

    screen.locator("a:visible", has_text="Trenger deg").first.click()
    screen.wait_for_url("**/desk/")
    screen.go_back()
    expect(screen.locator("[data-sealed=open]")).to_be_visible()
    screen.click("#tab-messages")
    expect(screen.locator("main")).to_contain_text(REPLY)


def test_people_are_listed_for_who_wants_to_sign_in(demo: Demo) -> None:
    rows = json.loads((demo.folder / "demo.json").read_text())

    assert all({"username", "passphrase", "totp_secret", "roles"} <= set(row) for row in rows)
    assert len(rows) > 8
    assert (demo.folder / "demo.json").stat().st_mode & 0o077 == 0


def test_the_rehearsal_holds_against_it(demo: Demo) -> None:
    command = [
        sys.executable,
        "-m",
        "whistle.client.rehearse",
        demo.url,
        "--people",
        str(demo.folder / "demo.json"),
    ]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") > 15
    assert "✗" not in done.stdout


def test_the_client_reports_from_the_shell_and_refuses_what_is_wrong_in_plain_words(
    demo: Demo, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(os.urandom(2_000_000))
    client = [sys.executable, "-m", "whistle.client"]

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*client, *words], cwd=ROOT, capture_output=True, text=True, timeout=120)

    sent = run("report", demo.url, "--text", "x " * 10_000, "--file", str(photo), "--exclude", "amir.haddad")
    code = json.loads(sent.stdout)["code"]
    messages = json.loads(run("mailbox", demo.url, "--code", code).stdout)
    wrong = run("mailbox", demo.url, "--code", "0000 0001 0002 0003 0004 0005 0006 3107")
    mistyped = run("mailbox", demo.url, "--code", code[:-1] + ("0" if code[-1] != "0" else "1"))

    assert messages[-1]["body"]["text"] == "x " * 10_000
    assert wrong.returncode == 1
    assert json.loads(wrong.stderr)["code"] == "mailbox.unknown"
    assert mistyped.returncode == 1
    assert json.loads(mistyped.stderr)["code"].startswith("code.")


def test_a_first_start_that_was_interrupted_leaves_no_half_demo(demo: Demo) -> None:
    assert "Stopped before it was ready" in demo.first
    assert "Traceback" not in demo.first
    said = (demo.folder / "said.txt").read_text()
    assert "beginning anew" in said
    assert "The demo is there already" not in said
    assert "Fjellvik kommune is open" in said
    assert (demo.folder / "demo-nordvik.json").exists()
    assert not (demo.folder / "demo-unfinished").exists()


def test_a_stranger_on_the_same_port_is_told_so(demo: Demo, tmp_path: Path) -> None:
    port = demo.url.rpartition(":")[2]
    environment = {**os.environ, "PORT": port, "WHISTLE_DATA": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "whistle.demo.serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert not (tmp_path / "demo.json").exists()
