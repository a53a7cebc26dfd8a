"""The gate of work accounts taken away, changed or opened is an alarm to two roles, neither of them who runs the server."""

import pytest
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.test import Client

from tests.town import Town
from whistle.access.selectors import duties
from whistle.access.services.alarms import tell
from whistle.accounts.services import gate
from whistle.audit import alarms
from whistle.audit import selectors as audit
from whistle.core.policy import Duty
from whistle.core.providers import Provider
from whistle.organisations.models import Organisation

OURS = Provider("https://ours.example", "id", "secret", "Fjellvik's account")
OTHERS = Provider("https://others.example", "id", "secret", "Somebody's account")


@pytest.fixture
def guarded(town: Town, other_town: Town, settings: object) -> Town:
    """Fjellvik's desk asks for work accounts; Nordvik's does not."""
    settings.WORK_ACCOUNTS = {"fjellvik": OURS}  # type: ignore[attr-defined]
    assert Client().get("/desk/sign-in/").status_code == 200
    return town


def open_alarms(organisation: Organisation) -> list[str]:
    return [f"{each.kind}: {each.detail}" for each in alarms.waiting(organisation)]


@pytest.mark.parametrize(
    ("provider", "said"),
    [(None, "gate: no work account is asked for"), (OTHERS, "gate: another provider is asked")],
)
def test_a_gate_taken_away_or_changed_is_an_alarm_though_nobody_has_signed_in(
    guarded: Town, other_town: Town, settings: object, provider: Provider | None, said: str
) -> None:
    assert open_alarms(guarded.organisation) == []
    settings.WORK_ACCOUNTS = {"fjellvik": provider} if provider else {}  # type: ignore[attr-defined]

    for _again in range(2):
        assert Client().get("/desk/sign-in/").status_code == 200
        assert Client().get("/nordvik/desk/sign-in/").status_code == 200

    assert open_alarms(guarded.organisation) == [said]
    assert open_alarms(other_town.organisation) == []
    raised = [
        each.fields["d"]["kind"]
        for each in audit.entries(guarded.organisation, "desk", acts=("alarm.raised",))
    ]
    assert raised == ["gate"]


def test_auditor_and_compliance_leader_are_told_and_who_runs_the_server_is_not(
    guarded: Town, settings: object, mailoutbox: list[EmailMessage]
) -> None:
    settings.WORK_ACCOUNTS = {}  # type: ignore[attr-defined]
    Client().get("/desk/sign-in/")

    tell()

    addresses = {address for mail in mailoutbox for address in mail.to}
    told = [duties(one.staff) for one in guarded.people.values() if one.staff.email in addresses]
    assert any(Duty.AUDITOR in each for each in told)
    assert any(Duty.COMPLIANCE_LEADER in each for each in told)
    assert all({Duty.AUDITOR, Duty.COMPLIANCE_LEADER} & each for each in told)
    assert all(Duty.SYSTEM_ADMINISTRATOR not in each for each in told)
    assert "account" not in "".join(mail.subject + mail.body for mail in mailoutbox)


def test_the_auditor_reads_what_happened_and_not_to_ask_only_who_may_have_done_it(
    guarded: Town, settings: object
) -> None:
    settings.WORK_ACCOUNTS = {}  # type: ignore[attr-defined]
    Client().get("/desk/sign-in/")
    alarms.raise_alarm(guarded.organisation, alarms.Kind.BACKUP)
    told = render_to_string(
        "audit/alarms.html", {"alarms": alarms.waiting(guarded.organisation), "findings": {}}
    )
    assert "Innloggingen spør ikke lenger etter jobbkonto" in told
    assert "Finn ut hvem som gjorde dette" in told
    assert "Be dem som drifter systemet, rette det" in told


def test_a_gate_that_two_opened_is_an_alarm_one_asked_for_is_none(guarded: Town) -> None:
    gate.ask_lift(guarded.organisation, guarded.people["ingrid"].staff, 8)
    assert open_alarms(guarded.organisation) == []

    gate.agree_lift(guarded.people["ingrid"].staff)

    assert open_alarms(guarded.organisation) == ["gate_open: opened for 8 hours"]
