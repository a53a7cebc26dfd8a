"""Answers that are the same for everybody, compressed once and named by their content."""

import hashlib
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags


class Encoded(NamedTuple):
    """Content as sent: its encodings by name, and their ETags."""

    bodies: Mapping[str, bytes]
    etags: Mapping[str, str]


@lru_cache(maxsize=512)
def encoded(content: bytes) -> Encoded:
    """Return the content in each encoding a browser may ask for."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)  # gzip without a time in its header
    bodies = {
        "": content,
        "br": brotli.compress(content),
        "gzip": squeeze.compress(content) + squeeze.flush(),
    }
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Encoded(bodies, {name: f'"{digest}{name and "-"}{name}"' for name in bodies})


def best_encoding(accepted: str) -> str:
    """Return the name of the smallest encoding a browser takes; the content is the same in each.

    >>> best_encoding("gzip, deflate, br"), best_encoding("gzip;q=1"), best_encoding("br;q=0")
    ('br', 'gzip', '')
    """
    offers = {part.partition(";")[0].strip(): part.replace(" ", "") for part in accepted.lower().split(",")}
    return next((name for name in ("br", "gzip") if name in offers and not offers[name].endswith(";q=0")), "")


def answer(request: HttpRequest, content: Encoded, content_type: str) -> HttpResponse:
    """Answer with the content in the browser's best encoding, or with 304 when the browser has it."""
    encoding = best_encoding(request.headers.get("Accept-Encoding", ""))
    etag = content.etags[encoding]
    response: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content.bodies[encoding], content_type=content_type)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(content.bodies[encoding]))
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
