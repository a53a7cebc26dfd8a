"""A round of work over organisations: what fails for one of them is no reason to leave the others alone."""

import logging
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError

from whistle.organisations.models import Organisation

log = logging.getLogger("whistle.organisations")


def for_each(organisations: Iterable[Organisation], *works: Callable[[Organisation], object]) -> None:
    """Do all the works for each organisation.

    Raises what failed first, after the others had their turn, so that the round does not count as done; at once where
    the database is not there.
    """
    failed: Exception | None = None
    for organisation in organisations:
        for work in works:
            try:
                work(organisation)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                # its kind and place: what it says may hold what somebody wrote
                log.error("%s of %s failed: %s", work.__qualname__, organisation.slug, type(error).__name__)
                failed = failed or error
    if failed is not None:
        raise failed
