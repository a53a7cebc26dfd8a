"""One running production stack for all tests in this folder."""

import os
from collections.abc import Iterator

import pytest

from tests.deploy.small import Made, Small
from tests.deploy.stack import Stack
from tests.deploy.story import Story, Visitors, tell


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The stack, with the demo's people and plan, and no case yet."""
    running, before = Stack(), os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(running.certificate)  # whom the clients in this process trust
    try:
        running.start()
        yield running
    finally:
        running.close()
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Data folders that small installations begin with."""
    return Made(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def small(made: Made) -> Iterator[Small]:
    """The small installation, beside it."""
    running = Small(made.peopled)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture(params=["stack", "small"])
def installation(request: pytest.FixtureRequest) -> Stack | Small:
    """The large installation and the small one."""
    chosen: Stack | Small = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture(scope="session")
def visitors(stack: Stack) -> Visitors:
    """People of the second municipality at their machines."""
    return Visitors(stack)


@pytest.fixture(scope="session")
def story(stack: Stack, visitors: Visitors) -> Story:
    """The story, told once, with planted words."""
    return tell(stack, visitors)
