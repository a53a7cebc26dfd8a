"""What people do at the gate of an organisation's own provider: go there, come back, and knock with their own factors."""

import json
import urllib.error
import urllib.request

from django.test import Client

from tests.domain.door import Door
from tests.town import Town
from whistle.accounts.models import StaffKey
from whistle.accounts.services import gate
from whistle.client.errors import ClientError
from whistle.core import clock
from whistle.vault import totp


class Work:
    """The provider, and how it is told what to do."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def told(self, **what: object) -> None:
        body = json.dumps(what).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/control", body), timeout=10).close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_asked: object) -> None:
        return None


def sent_back(browser: Client, prefix: str = "") -> str:
    """Go to the provider and return the address it sends the browser back to."""
    out = browser.get(f"{prefix}/desk/gate/")
    assert out.status_code == 302, out.content.decode()[-600:]
    try:
        urllib.request.build_opener(NoRedirect).open(out["Location"], timeout=10)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider did not send the browser back")


def visit(work: Work, subject: str, lie: str = "") -> Client:
    """Come with a work account; return the browser."""
    work.told(subject=subject, lie=lie)
    browser = Client()
    browser.last = browser.get(sent_back(browser))  # type: ignore[attr-defined]
    return browser


def knock(town: Town, name: str, browser: Client | None = None) -> ClientError | None:
    """Sign in with one's own factors, from a browser that came through the gate or did not."""
    one = town.people[name]
    StaffKey.objects.filter(staff=one.staff).update(totp_counter=0)
    door = Door(town)
    if browser is not None:
        door.transport.cookies |= {
            key: morsel.value for key, morsel in browser.cookies.items() if morsel.value
        }
    return door.knock(one.person.username, one.passphrase, totp.now(one.totp_secret, clock.now().timestamp()))


def connected(town: Town, work: Work, name: str, subject: str) -> None:
    gate.let_connect(town.people[name].staff, by=town.people["nils"].staff)
    assert knock(town, name, visit(work, subject)) is None
