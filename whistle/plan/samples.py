"""Which ones to look at in a control run: drawn from a seed, so that anybody can draw the same sample again.  Pure.

The seed is the hash of a log checkpoint or anything else that nobody could choose.  Each number gets a ticket, the
SHA-256 of seed and number; the lowest tickets are the sample.  With weights, a number is drawn in proportion to its
risk (Efraimidis and Spirakis 2006, in the exponential form: -ln(u) / weight).
"""

import hashlib
import math
from collections.abc import Iterable, Mapping

FULL = 2**256


def ticket(seed: str, number: str) -> int:
    """Return a number's ticket, 0 to 2**256 - 1."""
    return int.from_bytes(hashlib.sha256(f"{seed}\0{number}".encode()).digest(), "big")


def random_sample(seed: str, population: Iterable[str], size: int) -> list[str]:
    """Return `size` numbers of a population, all of it when it is smaller, in the order of their tickets.

    >>> random_sample("2026-Q3", map(str, range(1, 901)), 5)
    ['636', '314', '140', '315', '717']
    """
    return sorted(set(population), key=lambda number: (ticket(seed, number), number))[:size]


def risk_sample(seed: str, risks: Mapping[str, int], size: int) -> list[str]:
    """Return `size` numbers, each drawn in proportion to its risk; a risk of 0 is never drawn.

    >>> risk_sample("2026-Q3", {"small": 0, "large": 9}, 2)
    ['large']
    """

    def key(number: str) -> tuple[float, str]:
        drawn = (ticket(seed, number) + 1) / FULL
        return -math.log(drawn) / risks[number], number

    return sorted((number for number, risk in risks.items() if risk > 0), key=key)[:size]
