"""A published municipality to tamper with; each test gets its own copy."""

import shutil
from pathlib import Path

import pytest

from .histories import Municipality


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """700 entries in the desk's log and 300 in the channel's, published in two steps, all in order."""
    place = Municipality(tmp_path_factory.mktemp("fjellvik"), seed=7)
    for _ in range(2):
        for number in range(349):
            place.wait(seconds=60)
            place.record("desk", "case.read", case=place.reference(), d={"files": number})
            if number % 7 < 3:
                place.receive()
        place.publish("desk")
        place.publish("channel")
    return place.export()


@pytest.fixture
def exported(published: Path, tmp_path: Path) -> Path:
    """A copy of the published directory."""
    return shutil.copytree(published, tmp_path / "export")
