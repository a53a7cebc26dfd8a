"""Whatever is said, in whatever field of whatever page, by whoever: the log does not repeat it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from tests.architecture.test_routes import routes
from tests.audit.everywhere import CANARIES, Everywhere
from tests.audit.test_canaries import forms
from tests.town import Town
from whistle.audit import stakes
from whistle.audit.export import write
from whistle.audit.tasks import publish_and_show
from whistle.core import clock
from whistle.plan.services.plans import adopt, demo_document, load_plan


def stored(words: list[str], *, table: str = "") -> set[str]:
    """Which of the words stand in the database, in clear."""
    found = set()
    with connection.cursor() as cursor:
        for name in [table] if table else connection.introspection.table_names():
            if table or not name.startswith("audit_"):
                cursor.execute(f'SELECT * FROM "{name}"')  # a name of the database's own
                text = repr(
                    [[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in cursor]
                )
                found |= {word for word in words if word in text}
    return found


def test_a_word_said_at_every_address_is_nowhere_in_the_log(
    watched: Town, other_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stakes.await_witness
    monkeypatch.setattr(  # no publisher runs beside this test
        stakes, "await_witness", lambda approval, **_given: real(approval, publish=publish_and_show)
    )
    with clock.standing_at(datetime(2026, 1, 5, 12, tzinfo=UTC)):
        draft = load_plan(watched.organisation, demo_document())
    adopt(draft, actor="c0" * 16, role="plan_owner", decided_on=date(2026, 2, 11))
    case = watched.newest()
    watched.open("ingrid").acknowledge("We have it.")
    box = case.boxes.first().box
    item = box.items.first()
    known = {
        "reference": case.reference, "box_id": box.box_id, "item_id": item.item_id, "name": "investigate", "log": "desk",
        "lang": "nb", "code": "9.1", "form": "json", "kind": "measures", "year": "2026", "indicator": "9.1-1",
    }  # fmt: skip
    everywhere = Everywhere(watched, known)

    everywhere.walk()
    publish_and_show(watched.organisation)
    publish_and_show(other_town.organisation)
    for town in (watched, other_town):
        write(town.organisation, tmp_path / town.organisation.slug)

    assert everywhere.walked == {route for route, _one in routes()}
    assert [answer for answer in everywhere.answers if answer[0] == 500] == []
    taken = [answer for answer in everywhere.answers if answer[0] < 400 and answer[1] != "GET"]
    assert len(taken) > 30  # not everything was refused
    assert stored(CANARIES)  # and some of it was written down, where it belongs
    exported = [
        path for path in tmp_path.rglob("*") if path.is_file() and {"desk", "channel"} & set(path.parts)
    ]
    assert len(exported) > 10
    for path in exported:
        octets = path.read_bytes()
        for word in CANARIES:
            assert not any(form in octets for form in forms(word)), f"{word} in {path}"
    assert stored(CANARIES, table="audit_entry") == set()
