"""One running production stack for all tests in this folder."""

from collections.abc import Iterator

import pytest

from tests.deploy.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The stack, with the demo's people and plan, and no case yet."""
    running = Stack()
    try:
        running.start()
        yield running
    finally:
        running.close()
