"""Every night the log is checked from end to end, and that it was stands in the log itself (measure 8.4)."""

from django.db import connection

from tests.town import Town
from whistle.audit import selectors
from whistle.audit.models import Alarm
from whistle.audit.publisher import publish_all
from whistle.audit.tasks import verify_logs


def verified(town: Town) -> list[int]:
    entries = selectors.entries(town.organisation, "desk", acts=("log.verified",))
    return [read.fields["d"]["faults"] for read in entries]


def test_sound_log_is_verified_for_each_of_its_halves(town: Town, other_town: Town) -> None:
    for one in (town, other_town):
        publish_all(one.organisation)

    verify_logs()

    assert verified(town) == [0, 0]
    assert verified(other_town) == [0, 0]
    assert not Alarm.objects.exists()


def test_changed_entry_raises_an_alarm_and_nobody_says_it_was_fine(town: Town) -> None:
    publish_all(town.organisation)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_entry_no_update")
        cursor.execute("UPDATE audit_entry SET act = 'pad' WHERE log = 'desk' AND \"index\" = 3")

    verify_logs()

    assert verified(town) == []
    assert Alarm.objects.filter(organisation=town.organisation).exists()
