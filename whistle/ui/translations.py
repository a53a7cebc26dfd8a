"""Compiles the translations: `python -m whistle.ui.translations`; with `--check`, says what is missing.

Source strings are English.  Each app keeps its own `locale/{nb,nn}/LC_MESSAGES/django.po`; the compiled files are
never committed.  Needs no GNU gettext.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("nb", "nn")
CODE = ("whistle", "cases")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
REPORTERS = ("templates/base", "templates/components", "templates/errors", "templates/reporter", "whistle/channel", "whistle/ui/")  # fmt: skip
Key = tuple[str | None, str]  # context, English


def catalogues() -> list[Path]:
    """Return every django.po of the project."""
    return sorted(path for top in CODE for path in (ROOT / top).rglob("locale/*/LC_MESSAGES/django.po"))


def compile_all(sources: list[Path] | None = None) -> int:
    """Write the .mo beside each .po that is newer; returns how many were written.  Raises OSError for a broken file."""
    written = 0
    for source in catalogues() if sources is None else sources:
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        polib.pofile(str(source)).save_as_mofile(str(target))
        written += 1
    return written


def wanted() -> dict[Key, str]:
    """Return every string that a template or a module shows, with one place where it stands."""
    found: dict[Key, str] = {}
    for path, text in _texts():
        for key in _strings(text):
            found.setdefault(key, str(path.relative_to(ROOT)))
    return found


def _texts() -> Iterator[tuple[Path, str]]:
    import django
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield path, templatize(path.read_text(), origin=str(path))
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()


def _strings(text: str) -> Iterator[Key]:
    from babel.messages.extract import extract

    for found in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        message, context = found[1], found[3]
        singular = message if isinstance(message, str) else message[0]
        if singular:
            yield (context, singular)


def translated(language: str) -> dict[Key, polib.POEntry]:
    """Return what the catalogues of this language have a full translation for."""
    return {
        (entry.msgctxt, entry.msgid): entry
        for path in catalogues()
        if path.parent.parent.name == language
        for entry in polib.pofile(str(path))
        if not entry.obsolete and entry.translated()
    }


def missing() -> dict[str, list[str]]:
    """Return, for each language, the strings without a translation, each with a place where it stands."""
    strings = wanted()
    return {
        language: [f"{strings[key]}: {key[1]}" for key in strings if key not in have]
        for language in LANGUAGES
        for have in [translated(language)]
    }


def at_odds() -> list[str]:
    """Return the strings that two apps translate differently: one of them wins everywhere, whatever the other's file says."""
    said: dict[tuple[str, Key], dict[str, str]] = {}
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            if entry.translated() and not entry.obsolete:
                key = (path.parent.parent.name, (entry.msgctxt, entry.msgid))
                text = entry.msgstr or str(entry.msgstr_plural)
                said.setdefault(key, {})[text] = str(path.relative_to(ROOT))
    return sorted(f"{key[0]}: {key[1][1]}: {texts}" for key, texts in said.items() if len(texts) > 1)


def missing_in_pack(source: Path) -> list[str]:
    """Return what a language pack lacks of all that a reporter may read, each with a place where it stands."""
    have = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(source)) if entry.translated()}
    strings = {key: place for key, place in wanted().items() if place.startswith(REPORTERS)}
    return [f"{place}: {key[1]}" for key, place in strings.items() if key not in have]


def unused() -> list[str]:
    """Return the translations that no template or module asks for any more."""
    strings = wanted()
    return sorted({key[1] for language in LANGUAGES for key in translated(language) if key not in strings})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m whistle.ui.translations", description=__doc__)
    parser.add_argument("--check", action="store_true", help="list what is missing; exit 1 if anything is")
    parser.add_argument(
        "--packs", type=Path, help="compile the language packs in a folder; exit 1 if one lacks anything"
    )
    asked = parser.parse_args()
    if asked.packs:
        sys.exit(_packs(asked.packs))
    if not asked.check:
        print(f"translations: {compile_all()} compiled")
        return
    gaps = missing()
    for language, lines in gaps.items():
        print(f"{language}: {len(lines)} missing", *lines, sep="\n  ")
    for line in unused():
        print(f"not asked for: {line}")
    for line in (differing := at_odds()):
        print(f"translated differently: {line}")
    sys.exit(1 if any(gaps.values()) or differing else 0)


def _packs(folder: Path) -> int:
    sources = sorted(folder.glob("*/LC_MESSAGES/django.po"))
    gaps = {source.parent.parent.name: missing_in_pack(source) for source in sources}
    for language, lines in gaps.items():
        print(f"{language}: {len(lines)} missing", *lines, sep="\n  ")
    print(f"language packs: {compile_all(sources)} compiled")
    return 1 if any(gaps.values()) or not sources else 0


if __name__ == "__main__":
    main()
