"""Typed readers of the environment.  A missing or odd value stops the process and names the variable."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DOCUMENTED_IN = "deploy/env.example"


def text(name: str, default: str | None = None) -> str:
    """Return the value of `name`; without `default` it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set (see {DOCUMENTED_IN})")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return True for `1 true yes on`, False for `0 false no off`; anything else stops the process."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be true or false, not “{value}” (see {DOCUMENTED_IN})")
    return default


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """Return a whole number between `least` and `most`."""
    value = os.environ.get(name, str(default))
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”") from None
    if not least <= result <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most}, not {result}")
    return result


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of `allowed`."""
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not “{value}”")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without empty parts."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """Return an absolute path; it need not exist yet."""
    return Path(os.environ.get(name) or default).expanduser().resolve()


def secret(name: str, *, least: int = 32) -> str:
    """Return NAME, or the content of the file NAME_FILE.  There is no default, and a short one is refused."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}") from None
    else:
        value = os.environ.get(name, "")
    if len(value) < least:
        raise ImproperlyConfigured(
            f"{name} or {name}_FILE must hold at least {least} characters (see {DOCUMENTED_IN})"
        )
    return value
