"""The auditor's browser computes the log again, and finds what somebody changed."""

import sqlite3
from pathlib import Path

import pytest

from tests.desk.conftest import colleague, site  # noqa: F401  # fixtures

pytestmark = pytest.mark.browser


def open_log(colleague, name: str = "randi"):  # type: ignore[no-untyped-def]  # noqa: F811
    auditor = colleague(name)
    auditor.sign_in()
    auditor.page.wait_for_selector("[data-log-check][data-ready]")
    auditor.page.evaluate("document.querySelector('[data-log-check]').dataset.before = 'yes'")
    # by the menu, so in the same document: Turbo brings the script
    auditor.page.click(".w-rail a[href*='/desk/log']")
    auditor.page.wait_for_selector("[data-log-check][data-ready]:not([data-before])")
    return auditor


def check(page) -> str:  # type: ignore[no-untyped-def]
    page.click("[data-log-start]")
    page.wait_for_selector("[data-log-start]:not([disabled])", timeout=30_000)
    return str(page.inner_text("[data-log-title]"))


def folder_of(site) -> Path:  # type: ignore[no-untyped-def]  # noqa: F811
    return Path(site.database).parent / "logs" / "fjellvik" / "desk"


def test_the_auditor_sees_her_browser_find_no_fault_and_then_one(colleague, site, tmp_path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    auditor = open_log(colleague)
    page = auditor.page

    said = check(page)

    assert "ingen feil" in said.lower(), page.inner_text("[data-log-faults]")
    assert page.locator(".w-check.failed").count() == 0
    assert page.locator(".w-tree .n.on").count() == 15
    assert (
        page.locator(".w-check.wait[data-step=witness]").count() == 1
    )  # this town has none: nothing to be green about
    with sqlite3.connect(site.database) as database:
        found = database.execute("SELECT count(*) FROM audit_entry WHERE act = 'log.verified'").fetchone()
    assert found == (1,)

    with page.expect_download() as kept:
        page.click("a[download]:has-text('sjekkpunktet')")
    kept.value.save_as(tmp_path / "kept")
    page.set_input_files("#older", str(tmp_path / "kept"))
    page.wait_for_selector("[data-log-older-said]:not(:empty)")
    assert "begynnelsen" in page.inner_text("[data-log-older-said]")

    bundle = next((folder_of(site) / "tile/entries/000.p").iterdir())
    newest = max((folder_of(site) / "tile/entries/000.p").iterdir(), key=lambda path: int(path.name))
    original = newest.read_bytes()
    assert bundle.exists()
    newest.write_bytes(original.replace(b'"role":"system"', b'"role":"systen"', 1))
    try:
        said = check(page)
    finally:
        newest.write_bytes(original)
    assert "feil" in said
    assert page.locator(".w-check.failed[data-step=tree]").count() == 1
    assert page.locator("[data-log-faults] li").count() >= 1
    assert auditor.problems == []


def test_what_only_the_auditor_needs_is_carried_by_the_auditors_page_alone() -> None:
    """8380417 is the modulus of ML-DSA (FIPS 204): whatever checks such a signature has it in it."""
    from whistle.browser.build import DIST
    from whistle.ui.assets import built_files

    files = {name: (DIST / file).read_text() for name, file in built_files().items() if name.endswith(".js")}

    assert {name for name, text in files.items() if "8380417" in text} == {"desk-log.js"}
    assert "data-log-check" not in files["desk.js"]
