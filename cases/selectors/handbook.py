"""The handbook's tables and drawing, made from the same table that the buttons come from."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from cases import words_records
from cases.records import KINDS
from cases.words import NEEDS, PARTS, STATES
from cases.words import STEPS as CALLED
from cases.words_values import value
from cases.workflow import STEPS, State, Step
from whistle.core.policy import MATRIX, Part, Perm

# Where each state stands in the drawing: column, row.  The spine is column 1.
PLACES: dict[State, tuple[int, int]] = {
    State.RECEIVED: (1, 0),
    State.ASSESSMENT: (1, 1),
    State.INVESTIGATION: (1, 2),
    State.CONCLUSION: (1, 3),
    State.FOLLOW_UP: (1, 4),
    State.CLOSED: (1, 5),
    State.DELETED: (1, 6),
    State.SET_ASIDE: (0, 0),
    State.FORWARDED: (0, 2),
    State.WAITING: (2, 1),
    State.HEARING: (2, 2),
    State.MERGED: (2, 4),
}
WIDTH, HEIGHT = 256, 48  # of a box, in the drawing's own units
ACROSS, DOWN = 316, 92  # from one box to the next


@dataclass(frozen=True)
class Node:
    """A state as it is drawn."""

    name: str
    label: str
    x: int
    y: int

    @property
    def middle(self) -> tuple[int, int]:
        """Where its label stands."""
        return self.x + WIDTH // 2, self.y + HEIGHT // 2 + 5


def drawing() -> dict[str, Any]:
    """Return boxes and arrows; every arrow of the table is one path."""
    nodes = {state: _node(state) for state in PLACES}
    arrows = {
        (source, target)
        for step in STEPS
        for target in (step.target, step.confirmed)
        if target
        for source in step.sources
    }
    paths = [
        _path(nodes[State(source)], nodes[target]) for source, target in sorted(arrows) if source != target
    ]
    columns, rows = (1 + max(place[axis] for place in PLACES.values()) for axis in (0, 1))
    return {
        "nodes": list(nodes.values()),
        "paths": paths,
        "box": (WIDTH, HEIGHT),
        "size": (columns * ACROSS - (ACROSS - WIDTH) + 68, rows * DOWN - (DOWN - HEIGHT) + 8),
    }


def states() -> list[dict[str, Any]]:
    """Return each state with the steps that lead on from it."""
    return [
        {
            "name": state.value,
            "label": STATES[state.value],
            "steps": [_step(step) for step in STEPS if state in step.sources],
        }
        for state in State
    ]


def second_persons() -> list[str]:
    """Return what counts for nothing before a second person has agreed: kinds of records, and at which choices."""
    found = []
    for kind in KINDS:
        at = [
            ": ".join(
                " / ".join(gettext("“%(choice)s”") % {"choice": value(name, code)} for code in sorted(codes))
                for name, codes in each.items()
            )
            for each in kind.second
            if each
        ]
        if kind.shortening:
            at.append(gettext("a class that keeps the case for less than is usual, or than was decided"))
        if kind.second or kind.shortening:
            found.append(f"{words_records.KINDS[kind.name]}{': ' if at else ''}{'; '.join(at)}")
    return found


def parts() -> list[dict[str, Any]]:
    """Return each part on a case with what it may do."""
    return [
        {"label": PARTS[part.value], "may": [perm.value for perm in Perm if perm in MATRIX[part]]}
        for part in Part
    ]


def _step(step: Step) -> dict[str, Any]:
    return {
        "label": CALLED.get(step.name, step.name),
        "target": STATES[step.target.value] if step.target else "",
        "second": step.second,
        "needs": [NEEDS[need.value] for need in step.needs],
        "who": [PARTS[part.value] for part in Part if step.may in MATRIX[part]],
    }


def _node(state: State) -> Node:
    column, row = PLACES[state]
    return Node(state.value, str(STATES[state.value]), 4 + column * ACROSS, 4 + row * DOWN)


def _path(source: Node, target: Node) -> str:
    """Return an arrow's line: straight between neighbours, bent past the boxes between others."""
    if source.x == target.x:
        down = target.y > source.y
        if abs(target.y - source.y) == DOWN:
            x = source.x + WIDTH // 2 + (12 if down else -12)
            ends = (source.y + HEIGHT, target.y - 6) if down else (source.y, target.y + HEIGHT + 6)
            return f"M{x} {ends[0]}V{ends[1]}"
        bend = source.x + WIDTH + (34 if down else 50)
        return f"M{source.x + WIDTH} {source.y + HEIGHT // 2}H{bend}V{target.y + HEIGHT // 2}H{target.x + WIDTH + 6}"
    right = target.x > source.x
    shift = 8 if right else -8
    begin = (source.x + (WIDTH if right else 0), source.y + HEIGHT // 2 + shift)
    end = (target.x + (-6 if right else WIDTH + 6), target.y + HEIGHT // 2 + shift)
    half = (begin[0] + end[0]) // 2
    return f"M{begin[0]} {begin[1]}H{half}V{end[1]}H{end[0]}"
