"""The auditor at the desk: sees that, when and in which role; never what, and never who."""

import gzip

import pytest
from django.utils.translation import override

from cases.models import Notice
from cases.services.notices import remind_of_people
from tests.audit.test_export import outsider
from tests.audit.visitor import Visitor
from tests.town import Town
from whistle.audit import alarms, reading, selectors
from whistle.audit import services as audit
from whistle.audit.folders import log_folder
from whistle.tlog import checkpoint, note
from whistle.tlog.tile_reader import read_checkpoint
from whistle.ui.messages import sentence


def told(code: str) -> str:
    """Return the sentence of a refusal, as it stands in the page."""
    with override("nb"):
        return str(sentence(code))


def acts(town: Town) -> list[str]:
    return [read.fields["act"] for read in selectors.entries(town.organisation, "desk")]


def newest(town: Town) -> dict[str, object]:
    return list(selectors.entries(town.organisation, "desk"))[-1].fields


def test_the_log_is_shown_in_plain_words_with_its_codes(watched: Town, auditor: Visitor) -> None:
    status, page = auditor.get("/desk/log/")

    assert status == 200
    assert "case.opened" in page
    assert watched.newest().log_ref[:8] in page
    assert watched.newest().reference not in page
    assert not any(one.person.name in page for name, one in watched.people.items() if name != "randi")


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("act=case.opened", "case.opened", "roster.adopted</code>"),
        ("measure=8.3", "role.granted", '<code class="w-sub w-code-name">case.opened'),
        ("until=2020-01-01", "", '<code class="w-sub w-code-name">case.opened'),
        ("since=2020-01-01", "case.opened", ""),
        ("act=nonsense&measure=nonsense&since=yesterday&case='--", "case.opened", ""),
    ],
)
def test_the_auditor_filters(watched: Town, auditor: Visitor, query: str, shown: str, hidden: str) -> None:
    _status, page = auditor.get(f"/desk/log/desk/?{query}")

    table = page.partition("<tbody>")[2]
    assert shown in table
    assert not hidden or hidden not in table


def test_filtering_by_case_shows_that_case_only(watched: Town, auditor: Visitor) -> None:
    first = watched.newest().log_ref
    watched.report("Another one.")

    _status, page = auditor.get(f"/desk/log/desk/?case={first[:8]}")

    assert first[:8] in page.partition("<tbody>")[2]
    assert watched.newest().log_ref[:8] not in page.partition("<tbody>")[2]


def test_signing_off_a_range_becomes_an_entry_of_its_own(watched: Town, auditor: Visitor) -> None:
    status, _page = auditor.post("/desk/log/desk/review/", first=0, last=5, finding="remark")

    assert status == 302
    assert newest(watched)["d"] == {"log": "desk", "first": 0, "last": 5, "finding": "remark"}
    assert newest(watched)["actor"] == auditor.log_name
    review = reading.last_review(watched.organisation, "desk")
    assert review is not None
    assert review["last"] == 5


def test_an_unusual_access_waits_for_the_auditor_until_it_is_signed_off(
    watched: Town, auditor: Visitor
) -> None:
    told = Notice.objects.filter(occasion__startswith="review/")
    remind_of_people(watched.organisation)
    assert not told.exists()
    assert "unusual" not in auditor.get("/desk/log/")[1]
    with audit.atomic():
        leader = watched.people["ingrid"].staff
        audit.record(
            "gate.lifted",
            organisation=watched.organisation,
            actor=leader.log_name,
            role="compliance_leader",
            hours=4,
        )
    at = selectors.size(watched.organisation, "desk") - 1

    page = auditor.get("/desk/log/")[1]
    remind_of_people(watched.organisation)
    remind_of_people(watched.organisation)

    assert "1 uvanlig tilgang venter på gjennomgangen din" in page
    assert f"Nr. {at}, " in page
    assert [row.staff.log_name for row in told] == [auditor.log_name]
    assert "uvanlig tilgang" not in Visitor(watched, "ingrid").get("/desk/log/")[1]

    auditor.post("/desk/log/desk/review/", first=0, last=at - 1, finding="in_order")
    assert "1 uvanlig tilgang" in auditor.get("/desk/log/")[1]
    auditor.post("/desk/log/desk/review/", first=at, last=at, finding="in_order")
    assert "uvanlig tilgang" not in auditor.get("/desk/log/")[1]


@pytest.mark.parametrize(
    "wrong",
    [{"last": 10_000}, {"first": 7}, {"first": "-1"}, {"finding": "all is well, says Kari"}, {"first": "x"}],
)
def test_a_range_the_log_does_not_have_is_not_signed_off(
    watched: Town, auditor: Visitor, wrong: dict[str, object]
) -> None:
    before = acts(watched)

    status, page = auditor.post(
        "/desk/log/desk/review/", **{"first": 0, "last": 5, "finding": "in_order", **wrong}
    )

    assert (status, told("audit.range") in page.decode()) == (400, True)
    assert acts(watched) == before


def test_a_sample_is_drawn_by_the_checkpoint_and_anybody_draws_the_same(
    watched: Town, auditor: Visitor
) -> None:
    status, _page = auditor.post("/desk/log/sample/")

    drawing = newest(watched)
    head = checkpoint.parse(note.parse(read_checkpoint(log_folder(watched.organisation, "desk"))).text)
    assert status == 302
    assert drawing["act"] == "log.sampled"
    assert drawing["d"]["root"] == head.root.hex()  # type: ignore[index]
    again = reading.sample(watched.organisation, size=head.size, root=head.root.hex(), count=5)
    assert again == [watched.newest().log_ref]
    _status, page = auditor.get(f"/desk/log/sample/{selectors.size(watched.organisation, 'desk') - 1}/")
    assert again[0][:8] in page


def test_the_download_is_what_strangers_check(watched: Town, auditor: Visitor, tmp_path: object) -> None:
    import io
    import tarfile

    from whistle.audit import export
    from whistle.audit.tasks import publish_and_show

    real = export.stakes.await_witness
    export.stakes.await_witness = lambda approval, **_given: real(
        approval, publish=publish_and_show
    )  # the worker
    try:
        status, octets = auditor.post("/desk/log/export/")
    finally:
        export.stakes.await_witness = real

    assert status == 200
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(octets))) as tar:
        tar.extractall(tmp_path, filter="data")  # type: ignore[arg-type]
    assert outsider(tmp_path / "log-fjellvik")[1]["faults"] == []  # type: ignore[operator]
    assert acts(watched)[-2:] == ["act.approved", "log.exported"]


def test_who_had_access_is_shown_without_names(watched: Town, auditor: Visitor) -> None:
    case = watched.open("ingrid")
    case.note("A note.")
    case.share(watched.people["even"].staff.ref)

    _status, page = auditor.get("/desk/log/access/")

    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert watched.people["ingrid"].staff.log_name[:8] in table
    assert "Ingrid" not in table
    rows = {
        (row.actor, row.readings, row.answer)
        for row in reading.access(watched.organisation, reading.Wanted())
    }
    assert (watched.people["ingrid"].staff.log_name, 1, "impartial") in rows


def test_alarms_stand_on_top_and_are_answered_there(watched: Town, auditor: Visitor) -> None:
    alarms.raise_alarm(watched.organisation, alarms.Kind.FORKED, log="desk", witness="committee", size=9)
    alarm = alarms.waiting(watched.organisation)[0]

    _status, page = auditor.get("/desk/log/")
    status, _page = auditor.post(f"/desk/log/alarms/{alarm.pk}/", finding="serious")

    assert "committee" in page
    assert status == 302
    assert alarms.waiting(watched.organisation) == []


def test_an_alarm_is_answered_once_with_a_finding_and_by_nobody_elsewhere(
    watched: Town, other_town: Town, auditor: Visitor
) -> None:
    alarms.raise_alarm(watched.organisation, alarms.Kind.FORKED, log="desk", witness="committee", size=9)
    path = f"/desk/log/alarms/{alarms.waiting(watched.organisation)[0].pk}/"
    stranger = Visitor(other_town, "per")

    assert stranger.post(path, finding="serious")[0] == 404
    status, page = auditor.post(path, finding="all is well, says Kari")

    assert (status, told("audit.range") in page.decode()) == (400, True)
    assert len(alarms.waiting(watched.organisation)) == 1
    assert "alarm.answered" not in acts(watched)
    assert auditor.post(path, finding="serious")[0] == 302
    status, page = auditor.post(path, finding="in_order")
    assert (status, told("audit.no_alarm") in page.decode()) == (404, True)
    assert acts(watched).count("alarm.answered") == 1


def test_no_sample_is_drawn_before_anything_is_published(town: Town) -> None:
    auditor = Visitor(town, "randi")
    before = acts(town)

    status, page = auditor.post("/desk/log/sample/")

    assert (status, told("audit.unpublished") in page.decode()) == (409, True)
    assert acts(town) == before


@pytest.mark.parametrize("name", ["amir", "nils", "even"])
def test_nobody_else_sees_the_log(watched: Town, name: str) -> None:
    visitor = Visitor(watched, name)

    paths = [
        "/desk/log/",
        "/desk/log/access/",
        "/desk/log/desk/checkpoint",
        "/desk/log/desk/tile/entries/0",
        "/desk/log/policy",
    ]
    assert {visitor.get(path)[0] for path in paths} == {404}


def test_the_leader_sees_no_case_she_has_no_part_in(watched: Town) -> None:
    watched.desk("berit").declare(watched.newest().reference, "conflict")
    leader = Visitor(watched, "berit")

    _status, page = leader.get("/desk/log/")

    assert watched.newest().log_ref[:8] not in page.partition("<tbody>")[2]
    assert leader.get("/desk/log/desk/tile/entries/0")[0] == 404
    assert leader.post("/desk/log/desk/review/", first=0, last=1, finding="in_order")[0] == 404


def test_a_strange_towns_auditor_sees_her_own_log(watched: Town, other_town: Town) -> None:
    stranger = Visitor(other_town, "per")

    _status, page = stranger.get("/desk/log/")

    assert watched.newest().log_ref[:8] not in page
    assert other_town.organisation.log_origin in page or "Nordvik" in page


def test_files_are_the_published_bytes_and_nothing_beside_them(watched: Town, auditor: Visitor) -> None:
    folder = log_folder(watched.organisation, "desk")
    size = int(read_checkpoint(folder).split(b"\n")[1])

    status, bundle = auditor.octets("/desk/log/desk/tile/entries/0")

    assert (status, bundle) == (200, (folder / f"tile/entries/000.p/{size}").read_bytes())
    for path in ("desk/tile/entries/1", "desk/tile/../../../logkeys/fjellvik/desk.key", "desk/tile/9/0", "secret/checkpoint",
                 f"desk/proof/{size}", "documents/key/" + "0" * 64):  # fmt: skip
        assert auditor.octets(f"/desk/log/{path}")[0] == 404, path


def test_a_proof_can_be_taken_home(watched: Town, auditor: Visitor) -> None:
    from whistle.audit import policies
    from whistle.tlog import receipt

    status, text = auditor.octets("/desk/log/desk/proof/3")

    entry = list(selectors.octets(watched.organisation, "desk", last=3))[3]
    judged = receipt.parse(text.decode()).verify(entry, policies.read(watched.organisation))
    assert status == 200
    assert "committee" in judged.witnesses


def test_what_the_browser_found_is_logged_for_the_checkpoint_it_saw(watched: Town, auditor: Visitor) -> None:
    head = checkpoint.parse(note.parse(read_checkpoint(log_folder(watched.organisation, "desk"))).text)

    wrong, _page = auditor.post("/desk/log/desk/verified/", root="00" * 32, faults=0)
    status, _page = auditor.post("/desk/log/desk/verified/", root=head.root.hex(), faults=0)

    assert (wrong, status) == (409, 204)
    assert newest(watched)["act"] == "log.verified"
    assert alarms.waiting(watched.organisation) == []
