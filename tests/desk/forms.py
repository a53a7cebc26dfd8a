"""Filling in the forms of a case as a person does, and what other tests want written without looking."""

from playwright.sync_api import Page

from tests.desk.conftest import Colleague
from whistle.client import paperwork as kept
from whistle.client.desk import Desk, OpenCase, Person


def hush(who: Colleague) -> None:
    """Forget what the page last said, so that the next word is about what is done now."""
    who.page.evaluate("document.querySelector('[data-flash]').textContent = ''")


def client(who: Colleague, case: dict[str, str]) -> OpenCase:
    """Open a case as this colleague with the program's own client."""
    username, passphrase, _code = who.secrets
    secret = who.site.people["fjellvik"][who.name][2]
    return Desk(who.site.url, Person(username, passphrase, secret)).open(case["reference"])


def paperwork(who: Colleague, case: dict[str, str], step: str) -> None:
    """Write what a step needs, by the program's own client."""
    kept.before(client(who, case), step)


def write(
    who: Colleague,
    kind: str,
    codes: dict[str, str | list[str]],
    *,
    change: int = 0,
    due: str = "",
    **texts: str,
) -> None:
    """Fill in one record's form and save it; `change` is the number of the one to change."""
    page: Page = who.page
    part = page.locator(f"[data-kind={kind}]")
    panel = part.evaluate("part => part.closest('[role=tabpanel]').id")
    page.click(f"#{panel.replace('panel', 'tab')}")
    if change:
        part.locator("[data-record-edit]").nth(change - 1).click()
    elif not part.locator("[data-record-box]").evaluate("box => box.open"):
        part.locator("summary").click()
    form = part.locator("[data-record]")
    for name, value in codes.items():
        field = form.locator(f"[data-code={name}]")
        if isinstance(value, list):
            for each in value:
                field.locator(f"input[value='{each}']").check()
        else:
            field.select_option(value)
    for name, text in texts.items():
        form.locator(f"[data-text={name}]").fill(text)
    if due:
        form.locator("[data-due]").fill(due)
    hush(who)
    form.locator("[data-send]").click()
    who.told("Det er lagret")


def letter(who: Colleague, text: str, said: str, *, feedback: bool = False) -> None:
    """Write to the reporter."""
    who.page.click("#tab-messages")
    if feedback:
        who.page.check("#mode-feedback")
    who.page.fill("#compose-text", text)
    hush(who)
    who.page.click("[data-compose] [data-send]")
    who.told(said)


def take(who: Colleague, step: str, said: str, **codes: str) -> None:
    """Take or propose a step."""
    form = who.page.locator(f"[data-step={step}]")
    who.page.locator(f"details:has([data-step={step}]) > summary").click()
    for name, value in codes.items():
        form.locator(f"[data-code={name}]").select_option(value)
    hush(who)
    form.locator("[type=submit]").click()
    who.told(said)


def confirm(who: Colleague) -> None:
    """Confirm as the second person."""
    hush(who)
    who.page.click("[data-decide] [value=yes]")
    who.told("Steget er tatt")


def again(who: Colleague, case: dict[str, str]) -> None:
    """Look at the case anew."""
    who.follow("/desk/cases/")
    who.open(case, declare=False)
