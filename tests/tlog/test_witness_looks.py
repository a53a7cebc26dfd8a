"""A log that stops, or that was caught, is noticed by the one party outside: the committee's own machine says so."""

import pytest

from whistle.tlog import note
from whistle.tlog.witness.__main__ import SILENCE, look
from whistle.tlog.witness.core import Witness

from .conftest import ORIGIN
from .test_witness import AT, Growing, again, log, witness  # noqa: F401  # fixtures


def test_a_log_that_shows_itself_leaves_the_committee_in_peace(
    witness: Witness,  # noqa: F811
    log: Growing,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    witness.add_checkpoint(log.request(0, 200), AT)

    assert look(again(witness), AT + SILENCE) == 0
    assert capsys.readouterr().out == f"{ORIGIN}: 200 entries, last signed 2023-11-14T22:13:20Z\n"


def test_a_log_that_is_silent_for_a_day_is_named_and_so_is_one_that_never_came(
    witness: Witness,  # noqa: F811
    log: Growing,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert look(witness, AT) == 1
    assert "last signed never  SILENT" in capsys.readouterr().out
    witness.add_checkpoint(log.request(0, 200), AT)

    assert look(witness, AT + SILENCE + 1) == 1
    assert "SILENT" in capsys.readouterr().out
    witness.add_checkpoint(log.request(200, 200), AT + SILENCE + 2)  # nothing new is a sign of life, too
    assert look(witness, AT + SILENCE + 3) == 0


def test_a_stranger_to_the_truth_is_remembered(
    witness: Witness,  # noqa: F811
    log: Growing,  # noqa: F811
    fjellvik: note.Signer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    witness.add_checkpoint(log.request(0, 200), AT)
    witness.add_checkpoint(Growing(fjellvik, changed=7).request(200, 400), AT)

    assert look(witness, AT) == 1
    assert f"{ORIGIN}: REFUSED on 2023-11-14" in capsys.readouterr().out
