"""Somebody at the desk without a browser, who looks at the log."""

import html
import re
from urllib.parse import urlencode

from tests.town import Town
from whistle.client.desk import Desk, Person
from whistle.demo.inside import Inside


class Visitor:
    """Somebody at the desk without a browser."""

    def __init__(self, town: Town, name: str) -> None:
        enrolled = town.people[name]
        type(enrolled.staff.key).objects.filter(staff=enrolled.staff).update(totp_counter=0)
        self.log_name = enrolled.staff.log_name
        self.transport = Inside(town.prefix)
        Desk(
            "",
            Person(enrolled.person.username, enrolled.passphrase, enrolled.totp_secret),
            transport=self.transport,
        )

    def octets(self, path: str) -> tuple[int, bytes]:
        return self.transport("GET", path, None, {})

    def get(self, path: str) -> tuple[int, str]:
        status, body = self.octets(path)
        return status, html.unescape(body.decode("utf-8", "replace"))

    def post(self, path: str, **fields: object) -> tuple[int, bytes]:
        _status, page = self.get("/desk/log/")
        token = re.search(r'data-csrf="([^"]+)"', page)
        given = {**fields, "csrfmiddlewaretoken": token[1] if token else ""}
        body = urlencode(given).encode()
        return self.transport("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
