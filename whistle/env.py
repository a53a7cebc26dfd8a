"""Typed readers of the environment.  A missing or odd value stops the process and names the variable."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
DOCUMENTED_IN = "deploy/env.example"
PREFIX = "WHISTLE_"
ELSEWHERE = ("WHISTLE_MERKLE_VECTORS", "WHISTLE_TEST_")  # read by tests and tools, not by the server
# Every name that was asked for: what else begins with PREFIX is a typing error (whistle.checks)
asked: set[str] = set()


def _read(name: str) -> str | None:
    asked.add(name)
    return os.environ.get(name)


def _private(name: str) -> str | None:
    """Return NAME, or the content of the file NAME_FILE: systemd credentials and container secrets are files."""
    value = _read(name)
    path = _read(f"{name}_FILE")
    if not path:
        return value
    if value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; set one of them")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {type(error).__name__}") from None


def unknown() -> list[str]:
    """Return the variables with our prefix that nothing reads."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in asked)


def text(name: str, default: str | None = None) -> str:
    """Return the value of `name`; without `default` it must be set."""
    value = _read(name)
    value = default if value is None else value
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set (see {DOCUMENTED_IN})")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return True for `1 true yes on`, False for `0 false no off`; anything else stops the process."""
    value = (_read(name) or "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be true or false, not “{value}” (see {DOCUMENTED_IN})")
    return default


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """Return a whole number between `least` and `most`."""
    return _whole(name, _read(name) or str(default), least, most)


def numbers(name: str, default: str, *, least: int, most: int) -> list[int]:
    """Return a comma-separated list of whole numbers, sorted and without repetition; at least one."""
    found = sorted({_whole(name, word, least, most) for word in words(name, default)})
    if not found:
        raise ImproperlyConfigured(f"{name} must name at least one, such as {default} (see {DOCUMENTED_IN})")
    return found


def _whole(name: str, value: str, least: int, most: int) -> int:
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be a whole number, not “{value}” (see {DOCUMENTED_IN})"
        ) from None
    if not least <= result <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most}, not {result}")
    return result


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of `allowed`."""
    value = _read(name) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not “{value}”")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without empty parts."""
    value = _read(name)
    return [word.strip() for word in (default if value is None else value).split(",") if word.strip()]


def named(name: str) -> dict[str, str]:
    """Return names by code, of `code:Name,code:Name`."""
    pairs = [word.partition(":") for word in words(name)]
    if not all(re.fullmatch(r"[a-z]{2,3}(-[a-z]+)?", code) and said for code, _colon, said in pairs):
        raise ImproperlyConfigured(f"{name} must be like se:Davvisámegiella,pl:Polski (see {DOCUMENTED_IN})")
    return {code: said for code, _colon, said in pairs}


def folder(name: str, default: Path) -> Path:
    """Return an absolute path; it need not exist yet."""
    return Path(_read(name) or default).expanduser().resolve()


def address(name: str, default_port: int) -> tuple[str, int]:
    """Return host and port of `host:port` or `host`; an empty host when the variable is not set."""
    host, colon, port = (_read(name) or "").partition(":")
    _matching(name, host + colon, r"[A-Za-z0-9._-]+:?", "mail.example.no:25", "")
    return host, _whole(name, port, 1, 65535) if colon else default_port


def hosts(name: str, default: str) -> list[str]:
    """Return names of hosts as browsers ask for them: no scheme, no port, no path."""
    found = words(name, default)
    if odd := [host for host in found if not re.fullmatch(r"[*a-z0-9._-]+|\[[0-9a-f:]+\]", host)]:
        raise ImproperlyConfigured(
            f"{name} must hold names such as varsling.example.no, without https:// and port, not “{odd[0]}”"
        )
    return found


def matching(name: str, pattern: str, like: str, default: str = "") -> str:
    """Return NAME, which is `default` or wholly of a pattern; `like` is an example of one that is right."""
    return _matching(name, _read(name) or default, pattern, like, default)


def _matching(name: str, value: str, pattern: str, like: str, default: str) -> str:
    if value != default and not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} must be like {like} (see {DOCUMENTED_IN})")
    return value


def private_url(name: str, default: str, schemes: str = "", like: str = "") -> str:
    """Return a URL that may hold a password, of one of the schemes (`a|b`): NAME, or the content of the file NAME_FILE."""
    return _matching(
        name, _private(name) or default, rf"({schemes})://.+" if schemes else ".*", like, default
    )


def secret(name: str, *, least: int = 32) -> str:
    """Return NAME, or the content of the file NAME_FILE.  There is no default, and a short one is refused."""
    value = _private(name) or ""
    if len(value) < least:
        raise ImproperlyConfigured(
            f"{name} or {name}_FILE must hold at least {least} characters (see {DOCUMENTED_IN})"
        )
    return value


def parsed(name: str, parse: Callable[[str], T]) -> T:
    """Return what `parse` makes of NAME, or of the content of the file NAME_FILE; its ValueError stops the process."""
    try:
        return parse(_private(name) or "")
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error} (see {DOCUMENTED_IN})") from None
