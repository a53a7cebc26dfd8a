"""The browser that measures memory starts, whatever descriptors its parent has open."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import CHROMIUM
from tests.serving import ROOT

pytestmark = pytest.mark.browser
START = """
import os, sys
from pathlib import Path
from tests.reporter.bare import bare
os.closerange(3, 50)
for each in range(int(sys.argv[2])):
    os.open(os.devnull, os.O_RDONLY)
with bare(Path(sys.argv[1])) as page:
    print(page.run("6 * 7"))
"""


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
@pytest.mark.parametrize("held", [0, 1, 2])
def test_the_bare_browser_starts_whatever_descriptors_are_free(tmp_path: Path, held: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path), str(held)],
        cwd=ROOT,
        capture_output=True,
        timeout=90,
        check=False,
    )

    assert done.stdout == b"42\n", done.stderr.decode()
