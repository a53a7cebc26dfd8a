"""Reading organisations."""

from whistle.organisations.models import Organisation

TRAINING = "-ovelse"  # how the short name of a place to practise ends


def by_host(host: str) -> Organisation | None:
    """Return the organisation whose own host name this is."""
    return Organisation.objects.filter(host=host).first() if host else None


def by_slug(slug: str) -> Organisation | None:
    """Return the organisation with this short name."""
    return Organisation.objects.filter(slug=slug).first() if slug else None


def every() -> list[Organisation]:
    """Return all organisations, oldest first."""
    return list(Organisation.objects.order_by("id"))
