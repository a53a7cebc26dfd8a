"""Somebody who says the same odd words at every address the product has, in every field that takes a word.

The addresses come from the table of routes, fields from the API's own description and from the forms of the pages:
what is added to the product is tried without anybody thinking of it.
"""

import base64
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from ninja import NinjaAPI

from tests.architecture.test_routes import routes
from tests.town import Town
from whistle.access.middleware import audience_of
from whistle.access.selectors import duties
from whistle.apis import desk as desk_api
from whistle.channel.api import api as channel_api
from whistle.demo.inside import Inside

CANARIES = [f"kanarifugl{number:02d}qz" for number in range(20)]
LAST = ("sign-out", "end-others", "deactivate")  # whoever says it there says nothing afterwards
APIS: dict[str, NinjaAPI] = {"desk/api/": desk_api, "api/": channel_api}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Form:
    """A form of a page: where it goes, and its fields with the values it came with."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)  # the fields that take a word


class Forms(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.path, self.found = path, list[Form]()
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name = given.get("name", "")
        if tag == "form":
            self.found.append(Form(given.get("action") or self.path, given.get("method", "get").upper()))
        elif not self.found or not (name or tag == "option"):
            return
        elif tag == "textarea" or (
            tag == "input" and given.get("type", "text") in ("text", "search", "url", "email")
        ):
            self.found[-1].fields[name] = given.get("value", "")
            self.found[-1].words.add(name)
        elif tag in ("input", "button"):
            plausible = {"number": "1", "date": "2026-11-20", "month": "2026-11"}.get(
                given.get("type", ""), "on"
            )
            self.found[-1].fields.setdefault(name, given.get("value") or plausible)
        elif tag == "select":
            self.select = name
            self.found[-1].fields[name] = ""
        elif self.select and given.get("value") and not self.found[-1].fields.get(self.select):
            self.found[-1].fields[self.select] = given["value"]


class Talker:
    """One person, or a stranger, with a browser."""

    def __init__(self, who: str, transport: Inside, csrf: str, birds: Iterator[str]) -> None:
        self.who, self.transport, self.csrf, self.birds = who, transport, csrf, birds
        self.answers: list[tuple[int, str, str]] = []

    def say(self, method: str, path: str, body: bytes | None = None, kind: str = FORM) -> bytes:
        """Send one request, odd words in every header a browser or a proxy may set."""
        bird = next(self.birds)
        headers = {
            "Content-Type": kind, "X-CSRFToken": self.csrf, "X-Whistle": "1", "User-Agent": bird, "Referer": f"http://{bird}",
            "X-Forwarded-For": bird, "Accept-Language": bird, "X-Request-ID": bird, "X-Part-SHA256": bird, "From": bird,
        }  # fmt: skip
        status, octets = self.transport(method, path, body, headers)
        self.answers.append((status, method, path))
        return octets

    def form(self, form: Form) -> None:
        """Fill in a form as far as one can who only has that one word."""
        filled = {**form.fields, **{name: next(self.birds) for name in form.words}}
        if form.method == "GET":
            self.say("GET", f"{form.action.partition('?')[0]}?{urlencode(filled)}")
        else:
            if "csrfmiddlewaretoken" not in filled:
                filled["csrfmiddlewaretoken"] = self.csrf
            self.say("POST", form.action, urlencode(filled).encode())


def value_of(schema: dict[str, Any], shapes: dict[str, Any], birds: Iterator[str]) -> Any:
    """Return something that fits a JSON schema, with the word wherever a word fits."""
    if "$ref" in schema:
        return value_of(shapes[schema["$ref"].rpartition("/")[2]], shapes, birds)
    if several := schema.get("anyOf") or schema.get("allOf") or schema.get("oneOf"):
        return value_of(several[0], shapes, birds)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        return {name: value_of(one, shapes, birds) for name, one in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [value_of(schema.get("items", {}), shapes, birds)]
    plain = {"integer": 1, "number": 1, "boolean": True, "null": None}
    if schema.get("type") in plain:
        return plain[schema["type"]]
    word = next(birds)
    if "pattern" in schema:
        return "0" * (64 if "64" in schema["pattern"] else 32)
    return base64.b64encode(word.encode()).decode() if schema.get("contentEncoding") else word


def operations(
    prefix: str, api: NinjaAPI
) -> Iterator[tuple[str, str, dict[str, Any] | None, dict[str, Any]]]:
    """Yield (route, method, schema of the body, shapes) from the API's own description."""
    document = api.get_openapi_schema(path_prefix=prefix)
    shapes = document.get("components", {}).get("schemas", {})
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            content = about.get("requestBody", {}).get("content", {})
            yield path.lstrip("/"), method.upper(), next(iter(content.values()), {}).get("schema"), shapes


class Everywhere:
    """All of them, at every address."""

    def __init__(self, town: Town, known: dict[str, str]) -> None:
        self.town, self.known = town, known
        self.birds = itertools.cycle(CANARIES)
        self.walked: set[str] = set()
        self.talkers = {name: self._signed_in(name) for name in town.people}
        self.talkers[""] = Talker("", Inside(town.prefix), "", self.birds)
        self.duties = {name: {str(duty) for duty in duties(one.staff)} for name, one in town.people.items()}

    def _signed_in(self, name: str) -> Talker:
        desk = self.town.desk(name)
        transport = desk.server.transport
        assert isinstance(transport, Inside)
        return Talker(name, transport, desk.server.headers.get("X-CSRFToken", ""), self.birds)

    def may(self, audience: frozenset[Any]) -> list[Talker]:
        """Return a stranger, somebody of each duty, and somebody who may not."""
        names = [""]
        if "public" not in audience:
            wanted = {str(one) for one in audience} - {"staff"}
            names += ["ingrid", "nils"]
            for duty in sorted(wanted):
                names += [name for name, held in self.duties.items() if duty in held][:1]
        return [self.talkers[name] for name in dict.fromkeys(names)]

    def addresses(self, route: str) -> Iterator[str]:
        """Yield a route's addresses: as it is used, and with a word in each place."""
        for odd in (False, True):

            def fill(place: re.Match[str], odd: bool = odd) -> str:
                kind, _, name = place[1].rpartition(":")
                usual = self.known.get(name, "1" if kind == "int" else "")
                return usual if usual and not odd else "7" if kind == "int" else next(self.birds)

            yield "/" + re.sub(r"<([^>]+)>", fill, route)
            if "<" not in route:
                return

    def walk(self) -> None:
        """Say it everywhere: pages and their forms, then the API, last where one is thrown out."""
        table = {route: audience_of(one.callback) for route, one in routes()}
        last = {route for route in table if any(word in route for word in LAST)}
        for route in sorted(set(table) - last):
            self.visit(route, table[route])
        for prefix, api in APIS.items():
            for route, method, schema, shapes in operations(prefix, api):
                if not any(word in route for word in LAST):
                    self.call(re.sub(r"\{([^}]+)\}", r"<\1>", route), method, schema, shapes)
        for route in sorted(last):
            self.visit(route, table[route])

    def visit(self, route: str, audience: frozenset[Any]) -> None:
        self.walked.add(route)
        for talker in self.may(audience):
            for path in self.addresses(route):
                self.page(talker, path)

    def call(self, route: str, method: str, schema: dict[str, Any] | None, shapes: dict[str, Any]) -> None:
        for talker in (self.talkers[""], self.talkers["ingrid"]):
            for path in self.addresses(route):
                body = json.dumps(value_of(schema, shapes, self.birds)).encode() if schema else None
                talker.say(method, path, body, "application/json")

    def page(self, talker: Talker, path: str) -> None:
        bird = next(self.birds)
        page = talker.say("GET", f"{path}?q={bird}&case={bird}&next={bird}&lang={bird}")
        talker.say(
            "POST", path, urlencode({"q": bird, "text": bird, "csrfmiddlewaretoken": talker.csrf}).encode()
        )
        if page[:200].lstrip().lower().startswith(b"<!doctype"):
            for form in Forms(page.decode("utf-8", "replace"), path).found:
                talker.form(form)

    @property
    def answers(self) -> list[tuple[int, str, str]]:
        return [answer for talker in self.talkers.values() for answer in talker.answers]
