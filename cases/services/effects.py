"""What some steps do beside moving the case; it happens in the step's transaction, when it takes effect.

`CODES` lets a step take codes of its own: the function returns those that may stand with the proposal, or refuses.
`SEALED` are effects that need keys which only the second person's browser can make.
"""

from collections.abc import Callable
from typing import Any

from cases.models import Case
from whistle.accounts.models import Staff

EFFECTS: dict[str, Callable[[Case, dict[str, str], Staff], None]] = {}
SEALED: dict[str, Callable[[Case, dict[str, str], Staff, dict[str, Any]], None]] = {}
CODES: dict[str, Callable[[Case, dict[str, str], Staff], dict[str, str]]] = {}
