"""`python -m tests.check`: everything that can be judged without running the product.  One line each."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable

CHECKS = (
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("types", [PYTHON, "-m", "mypy", "whistle", "cases"]),
    ("imports", [str(BIN / "lint-imports")]),
    ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ("system checks", [PYTHON, "manage.py", "check"]),
    ("translations", [PYTHON, "-m", "whistle.ui.translations", "--check"]),
)


def main() -> int:
    """Run every check, print what failed, return how many did."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    failed = 0
    for name, command in CHECKS:
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        fine = done.returncode == 0
        failed += not fine
        print(f"{'✓' if fine else '✗'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if not fine:
            print(done.stdout[-6000:] + done.stderr[-3000:], flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
