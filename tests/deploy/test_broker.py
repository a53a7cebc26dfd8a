"""The small installation's broker: a torn message stops no worker, and no worker sees half of one."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from whistle.broker import Channel

HINTS = Queue("celery", Exchange("celery"), routing_key="celery")
SURVIVED = (OperationalError, OSError)  # what `channel.services.submit.announce` takes for "no broker"
STRANGERS = Queue("publisher", Exchange("publisher"), routing_key="publisher")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def broker(folder: Path) -> Iterator[Connection]:
    yield from opened(folder)


def opened(folder: Path) -> Iterator[Connection]:
    """Connect as a process of its own would, which knows of no queue yet."""
    queue = str(folder / "queue")
    options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}
    with Connection("filesystem://localhost//", transport_options=options) as connection:
        connection.transport.state.clear()
        yield connection


def send(connection: Connection, *numbers: int, to: Queue = HINTS) -> None:
    producer = connection.Producer()
    for number in numbers:
        producer.publish({"n": number}, exchange=to.exchange, routing_key=to.routing_key, declare=[to])


def receive(connection: Connection, most: int) -> list[int]:
    """Return what a worker gets until nothing has come for a while."""
    got: list[int] = []

    def take(body: dict[str, int], message: object) -> None:
        got.append(body["n"])
        message.ack()  # type: ignore[attr-defined]

    with connection.Consumer(HINTS, callbacks=[take]):
        while len(got) < most:
            try:
                connection.drain_events(timeout=0.3)
            except TimeoutError:
                break
    return got


def test_the_installation_uses_it(broker: Connection) -> None:
    assert isinstance(broker.default_channel, Channel)


@pytest.mark.parametrize("left", [b"", b'{"body"', b"\x00" * 40], ids=["empty", "cut", "zeros"])
def test_a_torn_message_is_thrown_away_and_the_next_one_comes(
    broker: Connection, folder: Path, left: bytes
) -> None:
    send(broker, 1)
    next((folder / "queue").iterdir()).write_bytes(left)
    send(broker, 2)
    assert receive(broker, 2) == [2]
    assert list((folder / "queue").iterdir()) == []


@pytest.mark.parametrize("left", [b"", b'[["cel'], ids=["empty", "cut"])
def test_a_torn_list_of_queues_is_made_anew(broker: Connection, folder: Path, left: bytes) -> None:
    send(broker, 1)
    (folder / "control" / "celery.exchange").write_bytes(left)
    for again in opened(folder):  # as a process that starts after the power came back
        send(again, 2)
        assert sorted(receive(again, 2)) == [1, 2]


def test_what_is_for_another_worker_stays_there(broker: Connection, folder: Path) -> None:
    send(broker, 1, to=STRANGERS)
    assert receive(broker, 1) == []
    assert len(list((folder / "queue").iterdir())) == 1


def test_nobody_reads_a_message_before_it_is_whole(broker: Connection, folder: Path) -> None:
    many = 150

    def writer() -> None:
        for other in opened(folder):
            send(other, *range(many))

    receive(broker, 0)  # the queue is known before anybody writes
    writing = threading.Thread(target=writer)
    writing.start()
    got = []
    while writing.is_alive() or any((folder / "queue").iterdir()):
        got += receive(broker, many)
    writing.join()
    assert sorted(got) == list(range(many))


def test_a_broker_without_room_says_so_in_the_way_that_an_arriving_report_bears(
    broker: Connection, folder: Path
) -> None:
    shutil.rmtree(folder / "queue")
    with pytest.raises(SURVIVED):
        send(broker, 1)
