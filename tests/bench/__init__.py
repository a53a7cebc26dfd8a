"""What it costs, as ratios that hold on any machine: `python -m tests.bench [WORD]`.

Each module here has `rows()`, which yields `Row`s.  Nothing is asserted: a person reads this, and the targets beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Row:
    """One line: what was measured, the figure, its unit, and what it should be (with `<=` or `>=`), if anything."""

    name: str
    value: float
    unit: str = "x"
    target: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        sign, _, number = self.target.partition(" ")
        if not number:
            return None
        return self.value <= float(number) if sign == "<=" else self.value >= float(number)

    def __str__(self) -> str:
        mark = {None: " ", True: "✓", False: "✗"}[self.met]
        figure = f"{self.value:,.0f}" if self.value >= 1000 else f"{self.value:.3g}"
        return f"{mark} {self.name:<72} {figure:>10} {self.unit:<6} {self.target}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long it took once."""
    began = perf_counter()
    work()
    return perf_counter() - began


def interleaved(first: Callable[[], object], second: Callable[[], object], rounds: int = 7) -> float:
    """Return the median of first/second, measured in turns: the machine's moods fall on both."""
    return median(seconds(first) / seconds(second) for _ in range(rounds))
