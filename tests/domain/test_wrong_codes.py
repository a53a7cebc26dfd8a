"""A code that is mistyped, or another town’s."""

import pytest

from tests.town import Town
from whistle.client.errors import ClientError


def test_wrong_code_gets_the_same_answer_as_a_code_of_another_town(town: Town, other_town: Town) -> None:
    sent = town.report()

    with pytest.raises(ClientError) as unknown:
        other_town.reporter().mailbox(sent.code)

    assert (unknown.value.status, unknown.value.code) == (404, "mailbox.unknown")


def test_mistyped_code_is_caught_before_the_network(town: Town) -> None:
    sent = town.report()
    groups = sent.code.split()
    groups[2] = f"{(int(groups[2]) + 1) % 7776:04}"
    reporter = town.reporter()
    reporter.server.transport = None  # type: ignore[assignment]

    with pytest.raises(ClientError, match=r"code\.typo"):
        reporter.mailbox(" ".join(groups))
