"""A voice is recorded and changed in the phone itself; what arrives is sound and nothing else."""

import io
import math
import struct
import wave
from collections.abc import Iterator

import numpy
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import CHROMIUM, FLAGS
from tests.reporter.conftest import Site, Visit
from tests.reporter.steps import BOKMAL, begin, on
from tests.reporter.test_hidden_data import fetched

pytestmark = pytest.mark.browser
TONE = 440.0  # hertz, in place of somebody who speaks


@pytest.fixture(scope="module")
def speaking(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears one steady tone."""
    said = tmp_path_factory.mktemp("voice") / "tone.wav"
    with wave.open(str(said), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(
            b"".join(
                struct.pack("<h", int(9000 * math.sin(2 * math.pi * TONE * n / 48_000)))
                for n in range(480_000)
            )
        )
    fake = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={said}",
    ]
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, *fake], ignore_default_args=["--mute-audio"]
    )
    yield browser
    browser.close()


@pytest.fixture
def visit(speaking: Browser, site: Site) -> Iterator[Visit]:
    """Somebody who would rather speak than write."""
    context = speaking.new_context(viewport={"width": 360, "height": 740}, accept_downloads=True)
    context.set_default_timeout(30_000)
    yield Visit(context, site)
    context.close()


def record(visit: Visit, *, seconds: float = 2.5) -> None:
    page = visit.page
    page.get_by_role("button", name="Ta opp stemmen din").click()
    expect(page.get_by_text("Tar opp")).to_be_visible()
    page.wait_for_timeout(seconds * 1000)
    page.get_by_role("button", name="Stopp opptaket").click()
    expect(page.get_by_text("gjør deg ikke anonym", exact=False)).to_be_visible()


def to_files(visit: Visit) -> None:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Hør på opptaket.")
    on(page, 2)


def pitch_of(octets: bytes) -> float:
    """The strongest tone in a recording, in hertz."""
    with wave.open(io.BytesIO(octets)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        rate, samples = file.getframerate(), numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
    middle = samples[len(samples) // 4 : -len(samples) // 4].astype(float)
    assert len(middle) > rate // 2, "the recording is too short"
    strength = numpy.abs(numpy.fft.rfft(middle * numpy.hanning(len(middle))))
    return float(numpy.argmax(strength) * rate / len(middle))


def test_a_voice_arrives_in_another_pitch_and_with_nothing_but_sound(visit: Visit) -> None:
    to_files(visit)
    page = visit.page
    record(visit)
    page.get_by_role("button", name="Lytt").click()
    expect(page.get_by_role("button", name="Stopp avspillingen")).to_be_visible()
    page.get_by_role("button", name="Legg til opptaket").click()
    expect(page.get_by_text("Forseglet og lastet opp")).to_have_count(1)

    arrived = fetched(visit, page, ["Opptak 1.wav"])["Opptak 1.wav"]

    change = abs(12 * math.log2(pitch_of(arrived) / TONE))
    assert 2.5 < change < 5.5, "semitones"
    assert arrived[:16] == b"RIFF" + struct.pack("<I", len(arrived) - 8) + b"WAVEfmt "
    assert arrived[36:44] == b"data" + struct.pack("<I", len(arrived) - 44), "no other part"
    assert visit.problems == []


def test_a_reporter_may_keep_the_voice_as_it_is_or_throw_it_away(visit: Visit) -> None:
    to_files(visit)
    page = visit.page
    record(visit, seconds=1)
    page.get_by_role("button", name="Kast opptaket").click()
    expect(page.get_by_role("button", name="Ta opp stemmen din")).to_be_focused()
    record(visit)
    page.get_by_label("Endre tonehøyden på stemmen min").uncheck()
    page.get_by_role("button", name="Legg til opptaket").click()
    expect(page.get_by_text("Forseglet og lastet opp")).to_have_count(1)

    arrived = fetched(visit, page, ["Opptak 1.wav"])["Opptak 1.wav"]

    assert abs(pitch_of(arrived) - TONE) < 5


def test_without_a_microphone_the_page_says_what_to_do(visit: Visit) -> None:
    visit.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    to_files(visit)
    visit.page.get_by_role("button", name="Ta opp stemmen din").click()

    expect(visit.page.get_by_role("alert").filter(has_text="ingen mikrofon")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Legg til filer")).to_be_enabled()
