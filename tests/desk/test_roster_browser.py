"""Who reads what, in a real browser: tried out, signed by the key custodian, in force for the next reporter."""

import json

import pytest

from tests.desk.conftest import Colleague, Site
from whistle.client import sign_roster
from whistle.client.reporter import Reporter

pytestmark = pytest.mark.browser


def reads(page: object) -> list[str]:
    return page.locator("[data-reads] li").all_inner_texts()  # type: ignore[attr-defined]


def person(page: object, name: str) -> object:
    named = page.locator("b", has_text=name)  # type: ignore[attr-defined]
    card = page.locator("[data-chart-person]", has=named)  # type: ignore[attr-defined]
    for around in (page.locator("[data-chart-rest]:not([hidden])", has=card), card):  # type: ignore[attr-defined]
        if around.count() and around.get_attribute("open") is None:
            around.locator("> summary").click()
    return card


def test_custodian_tries_a_change_signs_it_and_the_next_reporter_sees_it(
    site: Site, colleague, tmp_path
) -> None:
    grete: Colleague = colleague("grete").sign_in()
    page = grete.follow("/desk/roster/")
    version = Reporter(site.url).roster["version"]
    page.locator("[data-verified]", has_text=f"Versjon {version}").wait_for()
    assert reads(page) == ["Ingrid Solvang", "Amir Haddad", "Berit Nyhus"]
    page.check("#try-chief_executive")
    assert reads(page) == ["Hanne Aasgaard", "Sissel Kvam", "Tor Bakke"]
    page.uncheck("#try-chief_executive")
    person(page, "Berit Nyhus").locator("[data-chart-above]").select_option(label="Ingrid Solvang")
    page.locator("[data-try-people] label", has_text="Ingrid").click()
    assert (
        "Berit Nyhus: underlagt noen som holdes utenfor"
        in page.locator("[data-reads-not] li").all_inner_texts()
    )
    page.check("#below-reads")
    assert "Berit Nyhus: leser, kan ikke avgjøre" in reads(page)
    page.check("#below-excluded")

    root = tmp_path / "root.json"
    root.write_text(json.dumps({"root_seed": "ab" * 32}))
    page.set_input_files("[data-root-file]", root)
    page.click("[data-chart-sign]")
    page.locator("[data-force] [data-error]", has_text="ikke denne virksomhetens rotnøkkel").wait_for()
    root.write_text(json.dumps({"root_seed": site.root}))
    page.set_input_files("[data-root-file]", root)
    page.click("[data-chart-sign]")
    page.locator("[data-flash]", has_text=f"Versjon {version + 1}").wait_for()

    roster = Reporter(site.url).roster
    berit = next(row for row in roster["readers"] if row["name"] == "Berit Nyhus")
    ingrid = next(row for row in roster["readers"] if row["name"] == "Ingrid Solvang")
    assert (roster["version"], berit["reports_to"]) == (version + 1, ingrid["staff_id"])
    assert not [sent for sent in grete.sent if site.root in sent], "the root key left the browser"
    assert grete.problems == []


def test_draft_is_saved_signed_offline_and_put_in_force(site: Site, colleague, tmp_path) -> None:
    grete: Colleague = colleague("grete").sign_in()
    page = grete.follow("/desk/roster/")
    page.locator("[data-verified]:visible").wait_for()
    version = Reporter(site.url).roster["version"]
    person(page, "Amir Haddad").locator("[data-chart-above]").select_option(label="Berit Nyhus")
    with page.expect_download() as saving:
        page.click("[data-chart-save]")
    draft, root, out = tmp_path / "draft.json", tmp_path / "root.json", tmp_path / "signed.json"
    saving.value.save_as(draft)
    root.write_text(json.dumps({"root_seed": site.root}))

    assert sign_roster.main([str(draft), "--root", str(root), "--out", str(out)]) == 0
    page.set_input_files("[data-signed-file]", out)
    page.locator("[data-flash]", has_text=f"Versjon {version + 1}").wait_for()

    assert Reporter(site.url).roster["version"] == version + 1
    assert grete.problems == []


def test_list_that_leaves_nobody_is_refused_with_what_is_wrong(site: Site, colleague, tmp_path) -> None:
    grete: Colleague = colleague("grete").sign_in()
    page = grete.follow("/desk/roster/")
    page.locator("[data-verified]:visible").wait_for()
    before = Reporter(site.url).roster["version"]
    for name in ("Sissel Kvam", "Tor Bakke"):
        person(page, name).locator("[data-chart-place]").select_option("none")
    root = tmp_path / "root.json"
    root.write_text(json.dumps({"root_seed": site.root}))
    page.set_input_files("[data-root-file]", root)
    page.click("[data-chart-sign]")
    page.locator("[data-faults] li", has_text="alternativ mottaker").wait_for()

    assert Reporter(site.url).roster["version"] == before


def test_auditor_reads_and_changes_nothing_and_a_stranger_finds_no_page(site: Site, colleague) -> None:
    randi: Colleague = colleague("randi").sign_in()
    page = randi.follow("/desk/roster/")
    page.locator("[data-verified]:visible").wait_for()
    assert page.locator("[data-chart-people] select:enabled").count() == 0
    assert page.locator("[data-chart-sign], [data-chart-save]").count() == 0
    amir: Colleague = colleague("amir").sign_in()
    answer = amir.page.goto(f"{site.url}/desk/roster/")
    assert answer is not None
    assert answer.status == 404


def test_somebody_without_an_account_is_put_in_the_chart_by_a_form(site: Site, colleague) -> None:
    ingrid: Colleague = colleague("ingrid").sign_in()
    page = ingrid.follow("/desk/roster/")
    page.locator("[data-verified]:visible").wait_for()
    page.click("[data-add-person]")
    assert page.evaluate("document.activeElement.id") == "add-name"
    page.press("#add-name", "Enter")
    page.locator("[data-add-form] [data-error]:visible", has_text="navn eller en tittel").wait_for()
    page.fill("#add-name", "Ola Stranger")
    page.fill("#add-title", "Direktør")
    page.locator("[data-add-groups] label", has_text="Administrasjonen").click()
    page.press("#add-title", "Enter")
    page.locator("[data-added]", has_text="Ola Stranger").wait_for()

    assert page.is_hidden("[data-add-form]")
    added = person(page, "Ola Stranger")
    assert added.locator("[data-chart-place]").input_value() == "people"
    page.fill("#new-group", "Teknisk drift")
    page.press("#new-group", "Enter")
    added.get_by_label("teknisk drift").check()
    assert "Administrasjonen · teknisk drift" in added.locator("[data-chart-said]").inner_text()
    assert page.locator("[data-chart-subject]", has_text="teknisk drift").count() == 10
    person(page, "Berit Nyhus").locator("[data-chart-above]").select_option(label="Ola Stranger")
    assert "Versjon" in page.inner_text("[data-changes]")
    assert ingrid.problems == []
