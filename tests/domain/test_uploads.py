"""A file comes in parts: what goes on, and what is refused."""

import hashlib
import json
from typing import Any

import pytest
from django.conf import LazySettings

from tests.domain.test_report import altered, nothing_is_stored, sealed
from tests.town import Town
from whistle.client.errors import ClientError
from whistle.store.uploads import PART, sweep
from whistle.vault.item import body_size


def test_upload_goes_on_where_it_broke_off_and_refuses_a_damaged_part(town: Town) -> None:
    reporter = town.reporter()
    upload = reporter.server.post("uploads", {"size": body_size(3000)})["upload"]
    headers = {"X-Part-SHA256": "0" * 64, "Content-Type": "application/octet-stream"}

    with pytest.raises(ClientError, match=r"upload\.damaged"):
        reporter.server.call("PUT", f"uploads/{upload}?offset=0", b"x" * 1000, headers)
    with pytest.raises(ClientError) as elsewhere:
        reporter.server.call("PUT", f"uploads/{upload}?offset=500", b"x" * 1000, headers)

    assert elsewhere.value.code == "upload.offset"
    assert elsewhere.value.details["offset"] == 0
    assert sweep() == 0


@pytest.mark.parametrize(
    ("size", "code"), [(2**40, "upload.too_large"), (1000, "item.malformed")], ids=["too large", "not sealed"]
)
def test_no_room_is_made_for_what_is_no_sealed_file(
    town: Town, size: int, code: str, settings: LazySettings
) -> None:
    with pytest.raises(ClientError) as refused:
        town.reporter().server.post("uploads", {"size": size})

    assert refused.value.code == code
    assert not list(settings.UPLOADS.glob("*"))


@pytest.mark.parametrize(
    ("size", "octets"),
    [(body_size(3000), 0), (body_size(3000), body_size(3000) + 1), (body_size(2 * PART), PART + 1)],
    ids=["nothing", "more than was announced", "more than one part"],
)
def test_a_part_of_another_size_is_refused_and_the_file_goes_on_where_it_was(
    town: Town, size: int, octets: int, settings: LazySettings
) -> None:
    server = town.reporter().server
    upload = server.post("uploads", {"size": size})["upload"]

    def put(octets: bytes) -> Any:
        headers = {
            "X-Part-SHA256": hashlib.sha256(octets).hexdigest(),
            "Content-Type": "application/octet-stream",
        }
        return json.loads(server.call("PUT", f"uploads/{upload}?offset=0", octets, headers))

    with pytest.raises(ClientError) as refused:
        put(b"x" * octets)

    assert (refused.value.code, refused.value.status) == ("upload.part_size", 413)
    assert (settings.UPLOADS / f"{upload}.part").stat().st_size == 0
    assert put(b"x" * 1000)["offset"] == 1000


def test_a_file_that_has_not_arrived_whole_or_comes_twice_over_takes_the_report_back(town: Town) -> None:
    begun = town.reporter().server.post("uploads", {"size": body_size(3000)})["upload"]
    whole = town.reporter().upload(bytes(body_size(3000)))

    unfinished = altered(town, lambda s: s["items"][0].update(body=None, upload=begun))
    twice = altered(town, lambda s: s["items"][0].update(body=sealed(10), upload=whole))

    assert (unfinished.code, twice.code) == ("upload.unfinished", "item.malformed")
    assert nothing_is_stored()
