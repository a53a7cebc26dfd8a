"""Which languages an organisation's reporter pages are served in; the first is the one of "/"."""

from django.conf import settings

from whistle.organisations.models import Organisation

INSTALLED = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English", **settings.MORE_LANGUAGES}
NORWEGIAN = frozenset({"nb", "nn"})


def spoken(organisation: Organisation) -> dict[str, str]:
    """Return the languages an organisation has chosen, by code, its own first; all there are where it chose none.

    One that this installation no longer has is passed over.
    """
    chosen = [code for code in organisation.languages.split(",") if code in INSTALLED]
    return {code: INSTALLED[code] for code in chosen or INSTALLED}


def first(organisation: Organisation) -> str:
    """Return the language of an organisation's "/"."""
    return next(iter(spoken(organisation)))


def checked(codes: list[str]) -> str:
    """Return a choice of languages as it is kept.  Raises ValueError, saying which are there.

    >>> checked(["nn", "en"])
    'nn,en'
    >>> checked(["en"])
    Traceback (most recent call last):
    ValueError: one of nb and nn must be among them: everybody in Norway must be able to read the pages
    """
    strange = [code for code in codes if code not in INSTALLED]
    if strange or len(set(codes)) != len(codes):
        raise ValueError(
            f"languages of this installation, each once: {', '.join(INSTALLED)} (more: WHISTLE_LANGUAGES)"
        )
    if codes and not NORWEGIAN.intersection(codes):
        raise ValueError(
            "one of nb and nn must be among them: everybody in Norway must be able to read the pages"
        )
    return ",".join(codes)
