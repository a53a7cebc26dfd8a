"""The stand-alone verifier as a stranger has it, and the rules of the made-up plan."""

import importlib.util
import subprocess
import sys
from pathlib import Path

from whistle.plan.implied import rule_of
from whistle.plan.services.plans import demo_document

PROGRAM = Path(__file__).resolve().parents[2] / "deploy" / "planverify.py"


def _load():
    spec = importlib.util.spec_from_file_location("planverify", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = _load()
PLAN = demo_document()
_WRITTEN = {rule["id"]: rule for rule in PLAN["rules"]}
RULES = [rule_of(measure, it, _WRITTEN) for measure in PLAN["measures"] for it in measure["indicators"]]


def run(*arguments):
    """Run the program as a stranger would."""
    return subprocess.run(
        [sys.executable, "-I", PROGRAM, *arguments], capture_output=True, text=True, check=False
    )
