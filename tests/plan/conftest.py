"""Two municipalities, people at their desks, and a log to count in."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest

from whistle.access.models import DutyHeld
from whistle.accounts.models import SecrecyDeclaration, Staff
from whistle.accounts.services.secrecy import VERSION
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.plan.models import Plan
from whistle.plan.services.plans import adopt, demo_document, load_plan

KARI, PER = "1" * 32, "2" * 32  # names in the log


def standing(day: str):
    """Let the clock stand at noon of a date."""
    return clock.standing_at(datetime.combine(date.fromisoformat(day), time(11), UTC))


@pytest.fixture
def fjellvik(db, settings) -> Organisation:
    settings.DEFAULT_ORGANISATION = "fjellvik"
    return Organisation.objects.create(
        slug="fjellvik", name="Fjellvik kommune", log_origin="fjellvik.example", live=True
    )


@pytest.fixture
def nordvik(db) -> Organisation:
    """The stranger's municipality."""
    return Organisation.objects.create(
        slug="nordvik", name="Nordvik kommune", log_origin="nordvik.example", live=True
    )


@pytest.fixture
def plan(fjellvik) -> Plan:
    draft = load_plan(fjellvik, demo_document())
    with standing("2026-02-11"):
        adopt(draft, actor=KARI, role="plan_owner", decided_on=date(2026, 2, 11))
    draft.refresh_from_db()
    return draft


@pytest.fixture
def person():
    """Make a person with duties: `person(fjellvik, "kari", Duty.PLAN_OWNER)`."""

    def make(organisation: Organisation, username: str, *duties: Duty) -> Staff:
        who = Staff.objects.create(organisation=organisation, username=username, name=username.title())
        for duty in duties:
            DutyHeld.objects.create(staff=who, duty=duty, since=clock.now())
        SecrecyDeclaration.objects.create(
            staff=who, version=VERSION, on=date(2028, 1, 1)
        )  # holds all story long
        return who

    return make


@pytest.fixture
def sign_in(client):
    """Sign a person in: `sign_in(kari)` gives a browser at her municipality."""

    def do(who: Staff):
        client.force_login(who, backend="whistle.accounts.backends.StaffBackend")
        client.defaults["HTTP_HOST"] = "127.0.0.1"
        return client

    return do


@dataclass(frozen=True)
class Life:
    """A report's dates; `actor` is who acknowledges and answers."""

    received: str
    acknowledged: str | None = None
    feedback: str | None = None
    form: str = "sealed"
    actor: str = KARI


def tell(organisation: Organisation, *lives: Life) -> None:
    """Put the lives of reports into the log, all in the order of their dates: the log's time never goes back."""
    events = []
    for life in lives:
        ref, item = secrets.token_hex(16), secrets.token_hex(32)
        acts = ("report.received", "report.acknowledged", "feedback.sent")
        for order, day in enumerate((life.received, life.acknowledged, life.feedback)):
            if day:
                events.append((day, order, acts[order], ref, item, life))
    for day, order, act, ref, item, life in sorted(events, key=lambda event: event[:2]):
        with standing(day), audit.atomic():
            if order == 0:
                received = {
                    "log": "channel",
                    "actor": "reporter",
                    "role": "reporter",
                    "readers": 3,
                    "form": life.form,
                }
                audit.record(act, organisation=organisation, case=ref, item=item, **received)
            else:
                audit.record(
                    act,
                    organisation=organisation,
                    actor=life.actor,
                    role="intake_officer",
                    case=ref,
                    item=item,
                )


def report(organisation: Organisation, received: str, *more: str | None) -> None:
    """Put one report's life in the log, after what stands there."""
    tell(organisation, Life(received, *more))
