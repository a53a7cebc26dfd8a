"""The production stack, started from the machine's own programs: the story through TLS, and nothing of it left behind."""

import contextlib
import gzip
import http.client
import os
import socket
import ssl
from pathlib import Path

import pytest

from tests.deploy import programs
from tests.deploy.marked import ADDRESS, AGENT, FORGED, HEADERS, MARKS, REFERRER, marked
from tests.deploy.programs import until
from tests.deploy.stack import Stack
from tests.deploy.story import Story, Visitors, addresses, find, form, form_headers, kept, rehearse, request
from whistle.client.errors import ClientError
from whistle.client.reporter import Reporter
from whistle.vault.item import body_size

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        programs.nginx() is None and not os.environ.get("CI"), reason="no nginx (apt install nginx)"
    ),
]


def test_the_story_holds_through_nginx_gunicorn_celery_redis_and_postgresql(story: Story) -> None:
    assert story.rehearsed is not None
    assert story.rehearsed.returncode == 0, story.rehearsed.stdout + story.rehearsed.stderr
    assert story.rehearsed.stdout.rstrip().endswith("The story holds.")


def test_no_log_and_no_store_knows_who_visited(stack: Stack, story: Story) -> None:
    _misbehave(stack)
    marks = {mark: mark.encode() for mark in MARKS}
    packed = {f"{mark}, packed": socket.inet_aton(mark) for mark in (ADDRESS, FORGED)}
    found = list(find(stack, marks))
    assert found == []
    for name, octets in kept(stack):
        if not name.startswith(
            ("postgresql/", "the name")
        ):  # four octets turn up by chance in a database's pages
            assert not [mark for mark, value in packed.items() if value in octets and len(octets) < 2**20], (
                name
            )


def test_a_mark_would_be_found_if_it_were_there(stack: Stack, story: Story) -> None:
    """The search itself: a word in each place it looks at."""
    word = b"Spurv-" + os.urandom(8).hex().encode()
    (stack.data / "planted").write_bytes(b"x" + gzip.compress(b"y") + word)
    with stack.broker() as broker, stack.connect("postgres") as connection:
        broker.rpush("planted", word)
        connection.execute("CREATE TABLE planted (octets bytea)")
        connection.execute("INSERT INTO planted VALUES (%s)", [word])
        try:
            places = find(stack, {"it": word})
        finally:
            broker.delete("planted")
            connection.execute("DROP TABLE planted")
            (stack.data / "planted").unlink()
    assert {"it in data/planted", "it in database", "it in broker 0"} <= set(places)


def test_a_server_that_logs_would_have_logged_the_visitor(stack: Stack) -> None:
    """The visitor's marks do arrive: an ordinary server beside ours, in the same nginx, writes them down."""
    with marked():
        connection = http.client.HTTPConnection("127.0.0.1", stack.control, timeout=10)
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()
    until((stack.folder / "control.log").read_text, "the line is written")
    written = (stack.folder / "control.log").read_text()
    assert written.startswith(ADDRESS)
    assert AGENT in written
    assert REFERRER in written


def test_no_planted_word_is_kept_anywhere(stack: Stack, story: Story) -> None:
    assert len(story.planted) >= 20
    assert find(stack, story.planted) == []


def test_nginx_writes_no_line_about_a_visitor_even_about_a_broken_one(stack: Stack, story: Story) -> None:
    _misbehave(stack)
    for name in ("nginx-access.log", "nginx-error.log"):
        path = stack.logs / name
        assert not path.exists() or path.read_bytes() == b"", name
    assert addresses(stack.logs / "nginx-main.log") == []


def test_the_web_process_prints_no_request(stack: Stack, story: Story) -> None:
    status, _headers, _body = request(stack, "GET", "/no-such-page-4711/?code=12345678")
    assert status == 404
    printed = (stack.logs / "web.log").read_text() + (stack.logs / "reporter.log").read_text()
    assert "4711" not in printed
    assert "12345678" not in printed
    assert "/health" not in printed


def test_the_plain_path_never_touches_the_disk_in_nginx(stack: Stack, story: Story) -> None:
    before = _touched(stack.temporary)
    body = form(
        {"text": "A stranger writes without script.", "end": "1"}, ("large.bin", os.urandom(5 * 2**20))
    )
    status, _headers, page = request(stack, "POST", "/plain/", body, form_headers())
    assert status == 200, page[:300]
    assert _touched(stack.temporary) == before


def test_an_upload_of_the_script_path_stays_in_memory_too(stack: Stack, visitors: Visitors) -> None:
    before = _touched(stack.temporary)
    upload = visitors.reporter().upload(os.urandom(body_size(3 * 2**20)))
    assert upload
    assert _touched(stack.temporary) == before


def _touched(folder: Path) -> dict[str, int]:
    """A file made and deleted again leaves its folder with a new time."""
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def _misbehave(stack: Stack) -> None:
    """Do what makes web servers write to their error log, from the marked address."""
    from_address = (ADDRESS, 0)
    for port, octets in (
        (stack.https, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        (stack.https, b"\x16\x03\x01\xff\xff"),
        (stack.http, b"\0"),
    ):
        with socket.create_connection(("127.0.0.1", port), 5, from_address) as line:
            line.sendall(octets)
            line.settimeout(2)
            with contextlib.suppress(OSError):
                line.recv(1000)
    context = ssl.create_default_context(cafile=str(stack.certificate))
    with (
        socket.create_connection(("127.0.0.1", stack.https), 5, from_address) as line,
        context.wrap_socket(line, server_hostname="localhost") as secure,
    ):
        secure.sendall(b"POST /plain/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
    with marked():
        request(
            stack, "POST", "/api/reports", b"x" * 10, {"X-Whistle": "1", "Content-Type": "application/json"}
        )
        request(stack, "GET", "/" + "x" * 1500)


def test_a_wrong_host_learns_nothing(stack: Stack) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        context = ssl.create_default_context(cafile=str(stack.certificate))
        with socket.create_connection(("127.0.0.1", stack.https), 5) as line:
            context.wrap_socket(line, server_hostname="stranger.example")


def test_the_onion_service_has_the_form_but_not_the_desk(stack: Stack) -> None:
    assert b"200" in _onion(stack, "/").split(b"\r\n")[0]
    assert b"404" in _onion(stack, "/desk/").split(b"\r\n")[0]
    assert b"404" in _onion(stack, "/nordvik/desk/sign-in/").split(b"\r\n")[0]
    assert b"strict-transport-security" not in _onion(stack, "/").lower()


def _onion(stack: Stack, path: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(str(stack.sockets / "onion.sock"))
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: onion.test\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


def test_the_application_sees_no_header_that_was_not_listed(stack: Stack) -> None:
    listed = (programs.DEPLOY / "nginx/proxy.conf").read_text().lower()
    for name in HEADERS:
        assert f"proxy_set_header {name.lower()} " not in listed
    assert "proxy_pass_request_headers off" in listed


def test_nginx_accepts_the_template(stack: Stack) -> None:
    stack.nginx_test()


def test_a_mistyped_code_is_refused_before_the_server_is_asked(stack: Stack) -> None:
    with pytest.raises(ClientError) as refused:
        Reporter(stack.url).mailbox("0000 " * 8)
    assert refused.value.code.startswith("code.")


def test_two_rehearsals_do_not_disturb_each_other(stack: Stack, story: Story) -> None:
    """What the first left behind is opened again by the second; a stranger's report lies between them."""
    again = rehearse(stack)
    assert again.returncode == 0, again.stdout
