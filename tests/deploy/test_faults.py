"""Parts die, files rot, rows vanish: what was confirmed is kept, and what is wrong is named."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.deploy import programs
from tests.deploy.programs import until
from tests.deploy.small import Small
from tests.deploy.stack import Stack
from tests.deploy.story import Story, Visitors, adopted, rehearse, request, word
from tests.deploy.test_headers import once
from whistle.client.box import File
from whistle.client.errors import ClientError
from whistle.client.reporter import Reporter, Sent

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        programs.nginx() is None and not os.environ.get("CI"), reason="no nginx (apt install nginx)"
    ),
]
AT_ONCE = 20
KILLS = 1  # each starts everything again


def states(stack: Stack) -> dict[str, str]:
    """Return what the health page says."""
    _status, _headers, body = request(stack, "GET", "/health/")
    parts: dict[str, str] = json.loads(body)
    return parts


def well(stack: Stack) -> None:
    """Wait until every part works."""
    until(lambda: set(states(stack).values()) == {"ok"}, "every part works", 60)


@contextmanager
def without(installation: Stack | Small, *names: str) -> Iterator[None]:
    """Kill parts, do what is to be done, start them again."""
    for name in names:
        installation.parts[name].kill()
    try:
        yield
    finally:
        for name in names:
            installation.parts[name].start()
        installation.wait_for_web()


def test_without_a_worker_the_rehearsal_names_it_and_the_report_waits(
    stack: Stack, story: Story, visitors: Visitors
) -> None:
    text, desk = word("no-worker"), visitors.desk("compliance_leader")
    with without(stack, "worker"):
        visitors.reporter().report(text)
        told = rehearse(stack, "--patience", "4")
        assert told.returncode == 1
        assert "✗ the worker makes a case of it: no case appeared; is the worker running?" in told.stdout
    assert adopted(desk, text)


def test_without_a_broker_reports_are_accepted_and_found_when_it_is_back(
    stack: Stack, story: Story, visitors: Visitors
) -> None:
    text, desk = word("no-broker"), visitors.desk("compliance_leader")
    with without(stack, "redis"):
        sent = visitors.reporter().report(text)
        assert sent.receipt["entry"]
        assert visitors.reporter().mailbox(sent.code).messages[0].body["text"] == text
        assert states(stack)["broker"] == "down"
        told = rehearse(stack, "--patience", "1")
        assert (told.returncode, "health page: broker" in told.stdout) == (1, True)
    assert adopted(desk, text, 60)
    well(stack)


def test_without_a_database_nothing_is_confirmed_and_all_goes_on_when_it_is_back(
    stack: Stack, story: Story, visitors: Visitors
) -> None:
    reporter, text = visitors.reporter(), word("no-database")
    stack.stop_postgresql()
    try:
        with pytest.raises(ClientError):
            reporter.report(text)
    finally:
        stack.start_postgresql()
    sent = visitors.reporter().report(text)
    assert visitors.reporter().mailbox(sent.code).messages[0].body["text"] == text
    well(stack)


def test_while_the_web_process_is_away_nginx_says_so_in_its_place(stack: Stack) -> None:
    with without(stack, "reporter"):
        status, answered, page = request(stack, "GET", "/nb/")
        assert (status, b"Tjeneren er ikke tilgjengelig" in page) == (502, True)
        once(answered, "the page")
        status, answered, body = request(stack, "GET", "/api/org.json")
        assert json.loads(body)["code"] == "server.down"
        once(answered, "the answer")
    well(stack)


def test_a_fault_of_our_own_is_an_honest_page_and_one_silent_line(stack: Stack, story: Story) -> None:
    with stack.connect("postgres") as connection:
        connection.execute("REVOKE SELECT ON accounts_roster FROM whistle_reporter")
        try:
            status, answered, body = request(stack, "GET", "/plain/?what=Spurv-4711")
        finally:
            stack.manage("grants", role="whistle_owner")
    assert status == 500
    once(answered, "the page")
    assert b"accounts_roster" not in body
    printed = (stack.logs / "reporter.log").read_text()
    assert "whistle.fault ProgrammingError in " in printed
    assert "Spurv-4711" not in printed
    assert "permission denied" not in printed


def test_a_damaged_file_is_named(stack: Stack, story: Story) -> None:
    path = _blob_of_the_rehearsed_case(stack)
    octets = path.read_bytes()
    path.write_bytes(octets[:100] + bytes([octets[100] ^ 1]) + octets[101:])
    try:
        until(lambda: states(stack)["files"] == "down", "the damage is found", 40)
        told = rehearse(stack, "--patience", "1")
        assert (told.returncode, "health page: files" in told.stdout) == (1, True)
    finally:
        path.write_bytes(octets)
    well(stack)


def test_a_damaged_message_is_named_by_whoever_opens_it(stack: Stack, story: Story) -> None:
    """Without waiting for the inspection: the rehearsal opens what was sent before."""
    path = _blob_of_the_rehearsed_case(stack)
    octets = path.read_bytes()
    with without(stack, "worker"):
        path.write_bytes(octets[:100] + bytes([octets[100] ^ 1]) + octets[101:])
        try:
            told = rehearse(stack, "--patience", "1")
        finally:
            path.write_bytes(octets)
    assert told.returncode == 1
    assert "✗ what was sent before still opens: case " in told.stdout
    well(stack)


def _blob_of_the_rehearsed_case(stack: Stack) -> Path:
    with stack.connect("postgres") as connection:
        row = connection.execute(
            "SELECT i.blob FROM store_item i JOIN store_box b ON b.box_id = i.box_id "
            "JOIN organisations_organisation o ON o.id = b.organisation_id "
            "JOIN cases_casebox l ON l.box_id = b.box_id JOIN cases_case c ON c.id = l.case_id "
            "WHERE o.slug = 'fjellvik' AND i.kind = 1 AND c.state = 'closed' ORDER BY i.position LIMIT 1"
        ).fetchone()
    assert row is not None
    return stack.data / "blobs" / str(row[0])


def test_a_lost_row_of_the_log_halts_the_publisher_and_is_named(stack: Stack, story: Story) -> None:
    well(stack)
    where = "organisation_id = (SELECT id FROM organisations_organisation WHERE slug = 'fjellvik')"
    with stack.connect("postgres") as connection:
        always = connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND tgenabled = 'A'"
        ).fetchall()
        connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        connection.execute(
            f"CREATE TABLE lost AS SELECT * FROM audit_entry WHERE {where} AND log = 'channel' AND \"index\" = 3"
        )
        connection.execute("DELETE FROM audit_entry USING lost WHERE audit_entry.id = lost.id")
        try:
            until(lambda: states(stack)["log"] == "down", "the publisher halts", 40)
            told = rehearse(stack, "--patience", "1")
            assert (told.returncode, "health page: log" in told.stdout) == (1, True)
            assert any(stack.data.glob("logs/fjellvik/halted"))
        finally:
            connection.execute("INSERT INTO audit_entry SELECT * FROM lost")
            connection.execute("DROP TABLE lost")
            connection.execute("ALTER TABLE audit_entry ENABLE TRIGGER ALL")
            for (name,) in always:
                connection.execute(f"ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER {name}")
    well(stack)


def at_nordvik(installation: Stack | Small) -> Reporter:
    """Return a new reporter in the second municipality."""
    return Reporter(f"{installation.url}/nordvik")


def test_kill_9_right_after_the_answer_loses_neither_report_nor_file(installation: Stack | Small) -> None:
    for number in range(KILLS):
        text, content = word(f"killed-{number}"), os.urandom(300_000)
        sent = at_nordvik(installation).report(
            text, files=[File("a.bin", "application/octet-stream", content)]
        )
        with without(installation, *({"web", "reporter", "worker"} & set(installation.parts))):
            pass
        mailbox = at_nordvik(installation).mailbox(sent.code)
        described, report = mailbox.messages
        assert report.body["text"] == text
        assert mailbox.file(described) == content


def test_twenty_reports_at_the_same_moment_are_all_taken_once(installation: Stack | Small) -> None:
    moment = threading.Barrier(AT_ONCE)
    texts = [word(f"at-once-{number}") for number in range(AT_ONCE)]
    bodies: list[dict[str, Any]] = []

    def send(text: str) -> Sent:
        reporter = at_nordvik(installation)
        reporter.server.post = _together(reporter.server.post, moment, bodies)  # type: ignore[method-assign]
        return reporter.report(text, files=[File("a.txt", "text/plain", text.encode())])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = list(pool.map(send, texts))
    places = [one.receipt["index"] for one in sent]
    assert len(set(places)) == AT_ONCE
    again = at_nordvik(installation).server.post("reports", bodies[0])["receipt"]
    assert again["index"] in places  # the same report sent again is the same report
    for text, one in zip(texts, sent, strict=True):
        assert at_nordvik(installation).mailbox(one.code).messages[-1].body["text"] == text
    installation.manage("verify_log")


def _together(
    post: Callable[[str, object], Any], moment: threading.Barrier, bodies: list[dict[str, Any]]
) -> Callable[[str, Any], Any]:
    def sent(path: str, body: Any) -> Any:
        if path == "reports":
            bodies.append(body)
            moment.wait(120)
        return post(path, body)

    return sent
