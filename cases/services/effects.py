"""What some steps do beside moving the case; it happens in the step's transaction, when it takes effect.

`CODES` lets a step take codes of its own: the function returns those that may stand with the proposal, or refuses.
"""

from collections.abc import Callable

from cases.models import Case
from whistle.accounts.models import Staff

EFFECTS: dict[str, Callable[[Case, dict[str, str], Staff], None]] = {}
CODES: dict[str, Callable[[Case, dict[str, str], Staff], dict[str, str]]] = {}
