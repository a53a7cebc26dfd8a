"""What the build made: file and integrity of each script and style sheet."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Asset:
    """A built file: its address, and the value of its `integrity` attribute."""

    url: str
    integrity: str


def asset(name: str) -> Asset:
    """Return the built file called `name`, such as `reporter.js`.

    Raises ImproperlyConfigured when it has not been built (`python -m whistle.browser.build`).
    """
    entry = _manifest().get(name)
    if entry is None:
        raise ImproperlyConfigured(f"{name} is not built: run python -m whistle.browser.build")
    return Asset(url=static(entry["file"]), integrity=entry["integrity"])


def built_files() -> dict[str, str]:
    """Return the file of each name that the build made."""
    return {name: entry["file"] for name, entry in _manifest().items()}


def release() -> str:
    """Return a short name for the set of built files; changes when any of them does."""
    return "-".join(sorted(entry["file"].rpartition("-")[2] for entry in _manifest().values()))


_kept: tuple[Path, float, dict[str, dict[str, str]]] | None = None


def _manifest() -> dict[str, dict[str, str]]:
    """Read the manifest again only when it has changed, so that a build needs no restart."""
    global _kept
    path = _where()
    changed = path.stat().st_mtime
    if _kept is None or _kept[:2] != (path, changed):
        _kept = (path, changed, json.loads(path.read_text()))
    return _kept[2]


def _where() -> Path:
    found = finders.find(MANIFEST) or Path(settings.STATIC_ROOT or "") / MANIFEST
    path = Path(str(found))
    if not path.exists():
        raise ImproperlyConfigured("the browser's half is not built: run python -m whistle.browser.build")
    return path
