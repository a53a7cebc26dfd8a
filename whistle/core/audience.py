"""Every view says for whom it exists.  A view that does not is refused (see `whistle.access.middleware`)."""

from collections.abc import Callable
from typing import TypeVar

from whistle.core.policy import Duty

View = TypeVar("View", bound=Callable[..., object])

PUBLIC = "public"  # no session, nothing personal
STAFF = "staff"  # anyone signed in to this organisation


def audience(*who: str | Duty) -> Callable[[View], View]:
    """Declare the audience of a view: PUBLIC, STAFF, or the duties that may open it.

    >>> @audience(Duty.AUDITOR)
    ... def page(request): ...
    >>> page.audience
    frozenset({<Duty.AUDITOR: 'auditor'>})
    """

    def mark(view: View) -> View:
        view.audience = frozenset(who)  # type: ignore[attr-defined]
        return view

    return mark
