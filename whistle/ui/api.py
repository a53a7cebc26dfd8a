"""How every JSON API of Whistle answers: one error shape, an OpenAPI description, an audience per path."""

import base64
import binascii
import logging
import traceback
from pathlib import Path
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

from whistle.core.audience import PUBLIC, STAFF
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence

log = logging.getLogger("whistle.api")
DRAINED_PARTS = 64  # MiB


def _octets(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise ValueError("not base64")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


Octets = Annotated[
    bytes,
    BeforeValidator(_octets),
    PlainSerializer(lambda value: base64.b64encode(value).decode(), return_type=str),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def new_api(*, title: str, namespace: str, description: str) -> NinjaAPI:
    """Return an API whose errors are `{"code", "message"}` and which never echoes what was sent."""
    api = NinjaAPI(title=title, version="1", description=description, urls_namespace=namespace, docs_url=None)

    def refuse(request: HttpRequest, code: str, status: int, **details: Any) -> HttpResponse:
        return api.create_response(
            request, {"code": code, "message": sentence(code), **details}, status=status
        )

    @api.exception_handler(DomainError)
    def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
        return refuse(request, error.code, error.status, **error.details)

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return refuse(request, "request.malformed", 422)

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, error: Http404) -> HttpResponse:
        return refuse(request, "request.absent", 404)

    @api.exception_handler(HttpError)
    def not_json(request: HttpRequest, error: HttpError) -> HttpResponse:
        return refuse(request, "request.malformed", error.status_code)

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        _drain(request)
        return refuse(request, "request.too_large", 413)

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        # the kind and the place only: an exception's message may hold what was sent
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error("%s at %s:%s", type(error).__name__, Path(place.filename).name, place.lineno)
        return refuse(request, "request.broken", 500)

    return api


def _drain(request: HttpRequest) -> None:
    """Read what is still coming, within bounds: a sender who is cut off in mid-sentence never sees the refusal."""
    for _part in range(DRAINED_PARTS):
        if not request.read(2**20):
            break


def declare_audience(api: NinjaAPI, *, public: tuple[str, ...] = (), everything_public: bool = False) -> Any:
    """Return `api.urls` with an audience on each view: STAFF, unless named in `public` or everything is."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        open_to_all = everything_public or str(pattern.pattern) in public
        setattr(pattern.callback, "audience", frozenset({PUBLIC if open_to_all else STAFF}))  # noqa: B010
    return patterns, app_name, namespace
