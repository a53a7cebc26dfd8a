"""Many municipalities on one installation: what is done for all of them each second does not grow, and none keeps another waiting."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import tasks as cases
from cases.models import Case
from tests.audit.tampering import disarm, sql
from tests.town import Town
from whistle.access.tasks import tell_of_alarms
from whistle.audit import alarms, rounds, selectors
from whistle.audit import services as audit
from whistle.audit import tasks as log
from whistle.audit.folders import LOGS, key_path, organisation_folder, outside_folder
from whistle.audit.publisher import signed_size
from whistle.operations import leaks, municipality, tasks, watch
from whistle.operations.watch import LEAST_ROOM
from whistle.organisations.models import Organisation
from whistle.organisations.rounds import for_each

OFTEN = {
    "publish": log.publish,
    "acts": log.carry_out_witnessed,
    "adopt": cases.adopt_new_reports,
    "terms": cases.end_terms,
    "alarms": tell_of_alarms,
    "watch": tasks.look,
}


@pytest.fixture(autouse=True)
def nobody_was_counted(settings: object) -> Iterator[None]:
    """A publisher that has just started, behind a clock that outsiders know."""
    settings.PUBLIC_LOG_MINUTES = 60  # type: ignore[attr-defined]
    rounds.forget()
    yield
    rounds.forget()


def founded(number: int) -> Organisation:
    one = municipality.begin(
        f"by{number}", f"By {number}", log_origin=f"by{number}.example", root_key=bytes([number]) * 32
    )
    municipality.start_logs(one)
    return one


def asked(work: Callable[[], object]) -> int:
    """Return how many statements something needs when nothing is new."""
    for _until_settled in range(3):
        work()
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def logged(organisation: Organisation) -> int:
    with audit.atomic():
        audit.record("pad", organisation=organisation, log="desk", coarse=True)
    return selectors.size(organisation, "desk")


@pytest.mark.parametrize("free", [0.5, 0.05], ids=["healthy", "full disk"])
def test_a_second_of_many_municipalities_costs_the_statements_of_a_second_of_two(
    town: Town, other_town: Town, monkeypatch: pytest.MonkeyPatch, free: float
) -> None:
    monkeypatch.setattr(watch, "room", lambda: free)
    monkeypatch.setattr(leaks, "noted", lambda: [] if free > LEAST_ROOM else ["x-forwarded-for"])
    few = {name: asked(work) for name, work in OFTEN.items()}
    for number in range(8):
        founded(number)
    many = {name: asked(work) for name, work in OFTEN.items()}

    assert many == few
    assert max(few.values()) < 15


def test_the_worker_finds_the_one_report_among_them(town: Town, other_town: Town) -> None:
    for number in range(3):
        founded(number)
    other_town.reporter().report("Among many")

    cases.adopt_new_reports()

    assert [each.organisation for each in Case.objects.all()] == [other_town.organisation]


def test_a_municipality_without_keys_yet_does_not_stop_the_others(town: Town, other_town: Town) -> None:
    for name in LOGS:
        key_path(town.organisation, name).unlink()
    size = logged(other_town.organisation)

    log.publish()

    assert signed_size(other_town.organisation, "desk") >= size


def test_the_publisher_begins_the_logs_of_a_new_municipality_by_itself(town: Town) -> None:
    """Whoever founds one is another user, who may not look at the keys."""
    new = municipality.begin("nyby", "Nyby", log_origin="nyby.example", root_key=bytes(32))

    log.publish()

    assert signed_size(new, "desk") == selectors.size(new, "desk") > 0
    assert key_path(new, "channel").stat().st_mode & 0o077 == 0
    assert b"/desk/1" in (outside_folder(new, "desk") / "checkpoint").read_bytes()


def test_keys_that_were_lost_are_not_made_anew_by_the_publisher_either(town: Town, other_town: Town) -> None:
    log.publish()
    shutil.rmtree(organisation_folder(town.organisation))  # and so is what was published
    for name in LOGS:
        key_path(town.organisation, name).unlink()
    rounds.forget()

    log.publish()

    assert not key_path(town.organisation, "desk").exists()


def test_one_that_fails_does_not_stop_the_others_and_the_round_does_not_count(
    town: Town, other_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [logged(each.organisation) for each in (town, other_town)]
    real = log.publish_all

    def broken(organisation: Organisation) -> object:
        if organisation.pk == town.organisation.pk:
            raise IsADirectoryError("a disk with holes")
        return real(organisation)

    monkeypatch.setattr(log, "publish_all", broken)
    with pytest.raises(IsADirectoryError):  # so that its heartbeat stays away, and the health page says so
        log.publish()

    assert signed_size(town.organisation, "desk") < sizes[0]
    assert signed_size(other_town.organisation, "desk") >= sizes[1]


def test_each_has_its_turn_and_the_first_fault_is_told(town: Town, other_town: Town) -> None:
    seen: list[str] = []

    def work(organisation: Organisation) -> None:
        seen.append(organisation.slug)
        raise ValueError(organisation.slug)

    with pytest.raises(ValueError, match="fjellvik"):
        for_each([town.organisation, other_town.organisation], work)
    assert seen == ["fjellvik", "nordvik"]


def test_a_row_taken_from_the_last_of_many_is_noticed_however_little_time_there_is(
    town: Town, other_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = [town.organisation, other_town.organisation, *(founded(number) for number in range(3))]
    log.publish()
    rounds.forget()
    monkeypatch.setattr(rounds, "COUNTING", -1.0)  # one a run
    robbed = everybody[-1]
    disarm()
    sql("DELETE FROM audit_entry WHERE organisation_id = %s AND log = 'desk' AND \"index\" = 0", robbed.pk)

    for _second in everybody:
        log.publish()

    assert [each.kind for each in alarms.waiting(robbed)] == [alarms.Kind.HALTED]
    assert not any(alarms.waiting(one) for one in everybody[:-1])


def test_while_logs_are_shown_outside_one_after_another_a_new_entry_is_signed(
    town: Town, other_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SHOWING", -1.0)  # one a run
    log.publish()
    assert (outside_folder(town.organisation, "desk") / "checkpoint").exists()
    assert not (outside_folder(other_town.organisation, "desk") / "checkpoint").exists()
    size = logged(town.organisation)

    log.publish()

    assert signed_size(town.organisation, "desk") >= size
    assert (outside_folder(other_town.organisation, "desk") / "checkpoint").exists()
