"""Every page of the desk answers four questions: where am I, what is expected of me, by when, who sees it."""

import html
import re
from datetime import timedelta

from cases.orientation import of_page
from tests.desk.test_desk_pages import at_desk
from whistle.core import clock

LABELS = ("You are here", "Expected of you", "By when", "Who sees it")


def answers(client, path: str) -> dict[str, str]:
    """Return the four answers of a page, and that it leads to the handbook."""
    page = client.get(path, follow=True).content.decode()
    [strip] = re.findall(r'<section class="w-four".*?</section>', page, re.DOTALL) or [""]
    assert '<a class="ds-link" href="/desk/handbook/">' in strip, path
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", strip, re.DOTALL)
    return {term: html.unescape(re.sub("<.*?>", "", said)).strip() for term, said in found}


def rail(client, start: str) -> set[str]:
    """Return the desk's pages to which somebody's menu leads."""
    page = client.get(start, follow=True).content.decode()
    return {path for path in re.findall(r'<li><a href="([^"]+)"', page) if path.startswith("/desk/")}


def test_each_page_in_everybody_s_menu_answers_all_four(town):
    town.report()
    seen = set()
    for name in town.people:
        client = at_desk(town, name, "en")
        for path in {*rail(client, "/desk/me/"), "/desk/me/"}:
            said = answers(client, path)
            assert tuple(said) == LABELS, path
            assert all(said.values()), (path, said)
            seen.add(path)
    wanted = "/desk/ /desk/cases/ /desk/handbook/ /desk/identity/ /desk/log/ /desk/people/ /desk/certify/"
    assert set(wanted.split()) <= seen


def test_a_case_s_page_says_what_needs_me_says(town):
    town.report()
    case = town.newest()
    client = at_desk(town, "amir", "en")
    page = f"/desk/cases/{case.reference}/"
    before, needs = answers(client, page), answers(client, "/desk/")
    assert before["You are here"] == f"Cases › {case.reference}"
    assert before["Expected of you"] == "Say whether you are impartial"
    assert needs["Expected of you"] == f"Confirm receipt ({case.reference})"
    assert needs["By when"] == before["By when"]
    assert before["By when"].endswith("7 days left")
    town.open("amir")
    assert answers(client, page)["Expected of you"] == "Confirm receipt"
    town.open("amir").acknowledge("Thank you.")
    assert "Confirm receipt" not in answers(client, page)["Expected of you"]
    with clock.standing_at(clock.now() + timedelta(days=100)):
        client.force_login(town.people["amir"].staff)
        assert answers(client, page)["By when"].endswith("late")


def test_a_stranger_s_page_says_that_nothing_waits_and_names_no_case(town):
    town.report()
    said = answers(at_desk(town, "sissel", "en"), "/desk/")
    assert said["Expected of you"] == "Nothing now"
    assert said["By when"] == "No deadline"
    assert of_page("viewer") is None
    assert of_page("sign-in") is None
