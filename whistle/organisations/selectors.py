"""Reading organisations."""

from django.conf import settings
from django.db.models import Q

from whistle.organisations.models import Departure, Organisation

# Addresses of ours that no organisation takes as its short name
RESERVED = {
    "api",
    "desk",
    "plan",
    "plain",
    "static",
    "health",
    "log",
    "nb",
    "nn",
    "en",
    *settings.MORE_LANGUAGES,
}
TRAINING = "-ovelse"  # how the short name of a place to practise ends


def by_host(host: str) -> Organisation | None:
    """Return the organisation whose own host name this is."""
    return Organisation.objects.filter(host=host).first() if host else None


def by_slug(slug: str) -> Organisation | None:
    """Return the organisation with this short name."""
    return Organisation.objects.filter(slug=slug).first() if slug else None


def every() -> list[Organisation]:
    """Return all organisations that are here, oldest first; not those that have left."""
    return list(Organisation.objects.filter(left_on=None).order_by("id"))


def departed(slug: str, host: str) -> Departure | None:
    """Return the tombstone of an organisation that had this short name or host."""
    found = Departure.objects.filter(Q(slug=slug, slug__gt="") | Q(host=host, host__gt=""))
    return found.first() if slug or host else None
