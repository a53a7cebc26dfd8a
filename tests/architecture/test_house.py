"""House rules that a linter does not know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from whistle.ui.messages import MESSAGES

ROOT = Path(settings.BASE)
OWN = [*ROOT.glob("whistle/**/*.py"), *ROOT.glob("cases/**/*.py")]
OWN = [path for path in OWN if "migrations" not in path.parts and "node_modules" not in path.parts]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))
SCRIPTS = [*ROOT.glob("whistle/browser/*/*.js"), *ROOT.glob("whistle/browser/*.mjs")]

BANNED = {
    r"\.has_perm\(": "rights are asked of whistle.access",
    r"\bis_superuser\b(?! = False)": "nobody is above the matrix",
    r"\bmark_safe\(|\|safe\b": "templates escape; nothing else makes HTML",
    r"datetime\.now\(|timezone\.now\(|date\.today\(": "the time is asked of whistle.core.clock",
    r"^import random$|from random import": "secrets come from the operating system",
    r"django\.contrib\.admin": "there is no admin",
    r"/work/|\.\./shared": "nothing of the workplace stands in the project",
}
EXEMPT = {
    "whistle/core/clock.py": {r"datetime\.now\(|timezone\.now\(|date\.today\("},
    "whistle/ui/templatetags/ui.py": {r"\bmark_safe\(|\|safe\b"},  # our own icons, from a table of literals
    "whistle/checks.py": {r"\.has_perm\(", r"django\.contrib\.admin", r"\bis_superuser\b(?! = False)"},
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("pattern", BANNED, ids=lambda pattern: BANNED[pattern])
def test_banned_words_stand_nowhere(pattern: str) -> None:
    found = [
        f"{relative(path)}: {line.strip()}"
        for path in OWN
        if pattern not in EXEMPT.get(relative(path), set())
        for line in path.read_text().splitlines()
        if re.search(pattern, line)
    ]
    assert found == []


def test_modules_stay_small() -> None:
    sizes = {relative(path): len(path.read_text().splitlines()) for path in [*OWN, *SCRIPTS]}
    assert {name: lines for name, lines in sizes.items() if lines > 300} == {}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in OWN:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield f"{relative(path)}:{node.name}", node


def test_functions_stay_small() -> None:
    long = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}
    assert {name: lines for name, lines in long.items() if lines > 60} == {}


def test_public_things_have_docstrings() -> None:
    silent = [
        name
        for name, node in functions()
        if not node.name.startswith("_")
        and not ast.get_docstring(node)
        and "/views" in name.replace(".py", "")
    ]
    assert silent == []


def test_every_error_code_has_a_sentence() -> None:
    raised = {code for path in OWN for code in re.findall(r'DomainError\(\s*"([a-z_.]+)"', path.read_text())}
    assert sorted(raised - set(MESSAGES)) == []


def test_pages_load_nothing_from_elsewhere() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r'(src|srcset|action)="https?://', text), relative(path)
        assert not re.search(r"<link[^>]+href=\"https?://", text), relative(path)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", text), (
            f"{relative(path)}: the policy refuses inline style and script"
        )


def test_documents_name_only_what_exists() -> None:
    for name in ("README.md", "ARCHITECTURE.md", "THREATS.md", "CONTRIBUTING.md"):
        for target in re.findall(
            r"`((?:whistle|cases|tests|deploy|templates|channel|cases|accounts|access|browser|store)/[\w./-]+)`",
            (ROOT / name).read_text(),
        ):
            exists = (ROOT / target).exists() or (ROOT / "whistle" / target).exists()
            assert exists, f"{name} names {target}"
