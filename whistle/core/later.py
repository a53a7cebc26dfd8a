"""Libraries that weigh many megabytes and are seldom needed: loaded at their first use, not when a process starts."""

from importlib import import_module
from typing import Any


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def later(name: str) -> Any:
    """Return what stands for a module until it is used.

    >>> later("fractions").Fraction(1, 2) * 4
    Fraction(2, 1)
    """
    return _Later(name)
