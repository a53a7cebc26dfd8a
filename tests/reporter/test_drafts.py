"""A draft is kept on the device only when asked for, never in clear, and is gone when it should be."""

import pytest
from playwright.sync_api import Page, expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, on, send

pytestmark = pytest.mark.browser
SECRET = "Hemmelig tekst om kontrakten."
KEPT = """async () => {
  const names = (await indexedDB.databases()).map((each) => each.name);
  const found = [];
  for (const name of names) {
    const db = await new Promise((done) => { const it = indexedDB.open(name); it.onsuccess = () => done(it.result); });
    for (const store of db.objectStoreNames) {
      const all = await new Promise((done) => { const it = db.transaction(store).objectStore(store).getAll(); it.onsuccess = () => done(it.result); });
      for (const each of all) found.push(new TextDecoder("latin1").decode(each));
    }
    db.close();
  }
  return { names, found, session: JSON.stringify(sessionStorage), local: JSON.stringify(localStorage) };
}"""


def kept(page: Page) -> dict[str, object]:
    return dict(page.evaluate(KEPT))


def written(visit: Visit) -> Page:
    page = begin(visit)
    page.get_by_label("Kommunedirektøren").check()
    on(page, 2)
    page.get_by_label("Lagre kladden min på denne enheten").check()
    page.get_by_label(BOKMAL["story"]).fill(SECRET)
    page.wait_for_function("() => sessionStorage.length === 1")
    page.wait_for_timeout(500)
    return page


def test_nothing_is_kept_unless_the_reporter_asks_for_it(visit: Visit) -> None:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill(SECRET)
    page.wait_for_timeout(1500)

    assert kept(page) == {"names": [], "found": [], "session": "{}", "local": "{}"}


def test_a_draft_lies_locked_and_comes_back_in_the_same_tab(visit: Visit) -> None:
    page = written(visit)
    lies = kept(page)
    assert lies["found"]
    assert SECRET not in str(lies)
    assert "Hemmelig" not in str(lies)
    assert "chief_executive" not in str(lies)

    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(visit.site.url + "/")
    page.get_by_role("button", name="Fortsett med den").click()

    expect(page.get_by_label(BOKMAL["story"])).to_have_value(SECRET)
    page.go_back()
    expect(page.locator("[data-people-out]")).to_contain_text(
        "Amir Haddad"
    )  # as the answer about whom asks for


def test_another_tab_opens_no_draft_and_clears_what_it_finds(visit: Visit) -> None:
    written(visit)
    other = visit.context.new_page()
    other.goto(visit.site.url + "/")
    other.wait_for_timeout(1000)

    expect(other.locator("[data-draft-found]")).to_be_hidden()
    assert kept(other)["names"] == []


def test_leaving_by_the_button_takes_the_draft_along(visit: Visit) -> None:
    visit.context.route(
        "https://www.yr.no/**", lambda route: route.fulfill(body="weather", content_type="text/html")
    )
    page = written(visit)
    page.get_by_role("link", name="Forlat siden").click()
    expect(page).to_have_url("https://www.yr.no/")

    page.goto(visit.site.url + "/")

    expect(page.locator("[data-draft-found]")).to_be_hidden()
    lies = kept(page)
    assert (lies["names"], lies["session"]) == ([], "{}")


def test_sending_ends_the_draft_and_so_does_a_day(visit: Visit) -> None:
    page = written(visit)
    page.evaluate(
        "() => { const it = JSON.parse(sessionStorage.d); it.at -= 25 * 3600e3; sessionStorage.d = JSON.stringify(it); }"
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(visit.site.url + "/")
    page.wait_for_timeout(500)
    expect(page.locator("[data-draft-found]")).to_be_hidden()
    assert kept(page)["names"] == []

    page = written(visit)
    page.go_back()
    page.go_back()
    send(page, SECRET)

    lies = kept(page)
    assert (lies["names"], lies["session"]) == ([], "{}")
