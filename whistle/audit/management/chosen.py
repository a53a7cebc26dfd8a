"""Which organisation a command is about."""

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from whistle.organisations.models import Organisation
from whistle.organisations.selectors import by_slug, every


def add_argument(parser: CommandParser) -> None:
    """Add `--organisation SLUG`."""
    parser.add_argument(
        "--organisation", metavar="SLUG", default="", help="whose logs (the default one's, or the only one's)"
    )


def chosen(slug: str) -> Organisation:
    """Return the organisation named, else the default, else the only one.  Raises CommandError when there is none."""
    everybody = every()
    found = by_slug(slug or settings.DEFAULT_ORGANISATION) or (
        everybody[0] if not slug and len(everybody) == 1 else None
    )
    if found is None:
        names = ", ".join(one.slug for one in everybody) or "none"
        raise CommandError(f"Say which organisation with --organisation SLUG.  There are: {names}")
    return found
