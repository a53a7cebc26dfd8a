"""Somebody who opens their mailbox in a browser without script."""

import json
import re
from collections.abc import Iterable

from django.test import Client

from tests.town import Town
from whistle.client.box import Opened
from whistle.client.desk import OpenCase
from whistle.vault.item import Kind


class Visitor:
    """Somebody with a code and a browser without script."""

    def __init__(self, town: Town, code: str) -> None:
        self.client, self.path, self.code = Client(), f"{town.prefix}/plain/en/mailbox/", code
        self.open()

    def open(self, at: int = 0) -> str:
        return self.post({"at": at})

    def post(self, fields: dict[str, object]) -> str:
        self.answer = self.client.post(self.path, {"code": self.code, **fields})
        if "text/html" in self.answer["Content-Type"]:
            self.page = self.answer.content.decode()
        return self.page

    def send(self, act: str, at: int = 0, **fields: object) -> str:
        """Send a form of the page as it stands there."""
        hidden = {"act": act, "at": at, "seen": self.hidden("seen"), "end": "1"}
        return self.post({**hidden, **fields})

    def hidden(self, name: str) -> str:
        return re.findall(rf'name="{name}" value="([^"]*)"', self.page)[0]

    def octets(self, fields: dict[str, object]) -> bytes:
        self.post(fields)
        assert self.answer.status_code == 200
        return b"".join(self.answer.streaming_content) if self.answer.streaming else self.answer.content


def letter(case: OpenCase, **content: object) -> None:
    items = case._writer(case.boxes["mailbox"]).letter(Kind.MESSAGE, content, [])
    case.desk.server.post(f"cases/{case.reference}/answer", {"items": items})
    case.refresh()


def texts(messages: Iterable[Opened]) -> str:
    return json.dumps([each.body for each in messages])


def fields_of(page: str, act: str) -> str:
    """The form of a page that does `act`."""
    return next(
        form for form in re.findall(r"<form.*?</form>", page, re.S) if f'name="act" value="{act}"' in form
    )
