"""Which cells of a published table must be hidden, so that no small number can be worked out.  Pure.

A table is published with its row totals, column totals and grand total.  Cells of 1 to 4 are hidden; so are as many
others as it takes until each hidden cell may still have at least four different values, for whoever knows all the
visible ones.  Zeros are shown and never hidden, so whoever sees a hidden cell knows also that it is not zero.

How the possible values are found: give cells inside and the grand total the sign +, row and column totals the sign -;
then every line of the table sums to zero, and what the hidden cells can change by together is a circulation in the
graph whose nodes are rows and columns and whose edges are the hidden cells.  How far one cell can rise is then a
maximum flow, which is exact and whole (the matrix is totally unimodular).
Source of the method: complementary cell suppression by network flow (Cox 1980; Statistics Norway hides likewise).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from whistle.plan.suppression import THRESHOLD, small

Cell = tuple[int, int]
VALUES_LEFT = THRESHOLD - 1  # how many values every hidden cell must still be able to have


@dataclass(frozen=True)
class Hidden:
    """A table with totals (last row, last column) and the places that are hidden."""

    full: tuple[tuple[int, ...], ...]
    places: frozenset[Cell]

    def shown(self) -> list[list[int | None]]:
        """Return the table as it may be published: None where a number is hidden."""
        return [
            [None if (i, j) in self.places else value for j, value in enumerate(row)]
            for i, row in enumerate(self.full)
        ]


def with_totals(cells: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Return a table with row totals at the right, column totals below, and the grand total in the corner.

    >>> with_totals([[1, 2], [3, 4]])
    ((1, 2, 3), (3, 4, 7), (4, 6, 10))
    """
    rows = [(*row, sum(row)) for row in cells]
    return (*rows, tuple(sum(column) for column in zip(*rows, strict=True)))


def hide(cells: Sequence[Sequence[int]]) -> Hidden:
    """Return the table with the places to hide.  With a single row, its total row repeats it and hides alike.

    >>> hide([[7, 3, 2], [4, 8, 3], [2, 4, 6], [6, 4, 8]]).shown()[-1]
    [19, 19, 19, 57]
    >>> hide([[6, 9]]).places
    frozenset()
    """
    full = with_totals(cells)
    places = {(i, j) for i, row in enumerate(full) for j, value in enumerate(row) if small(value)}
    while (weak := _weakest(full, places)) is not None:
        more = _helper(full, places, weak)
        if more is None:  # nothing is left to hide it behind: hide all that is not zero
            places = {(i, j) for i, row in enumerate(full) for j, value in enumerate(row) if value}
            break
        places.add(more)
    return Hidden(full, frozenset(places))


def possible(
    full: Sequence[Sequence[int]], places: set[Cell] | frozenset[Cell], cell: Cell
) -> tuple[int, int]:
    """Return the least and the greatest value that a hidden cell may have, given all that is visible.

    A greatest value that nothing bounds comes out as at least `4 × the threshold` above the true one.

    >>> possible(with_totals([[3, 7]]), {(0, 0), (0, 1), (1, 0), (1, 1)}, (0, 0))
    (1, 9)
    """
    value = full[cell[0]][cell[1]]
    row, column = ("r", cell[0]), ("c", cell[1])
    others = _room(full, places - {cell})
    up, down = _flow(others, column, row), _flow(others, row, column)
    if _sign(full, cell) < 0:
        up, down = down, up
    return max(1, value - down), value + up


_Node = tuple[str, int]
_Room = dict[_Node, dict[_Node, int]]
_ENOUGH = 4 * THRESHOLD  # more room than this changes no decision


def _weakest(full: Sequence[Sequence[int]], places: set[Cell]) -> Cell | None:
    """Return the hidden cell with the fewest possible values, when those are too few."""
    found, fewest = None, VALUES_LEFT
    for cell in sorted(places):
        least, greatest = possible(full, places, cell)
        if greatest - least + 1 < fewest:
            found, fewest = cell, greatest - least + 1
    return found


def _helper(full: Sequence[Sequence[int]], places: set[Cell], weak: Cell) -> Cell | None:
    """Return the visible cell to hide next: in the weak cell's lines, the one that helps most and costs least."""
    lines = [
        (i, j)
        for i, row in enumerate(full)
        for j, value in enumerate(row)
        if value and (i, j) not in places and (i == weak[0] or j == weak[1] or _in_touch((i, j), places))
    ]
    if not lines:
        return None
    last = (len(full) - 1, len(full[0]) - 1)

    def cost(cell: Cell) -> tuple[int, bool, int, Cell]:
        least, greatest = possible(full, places | {cell}, weak)
        is_total = cell[0] == last[0] or cell[1] == last[1]
        near = cell[0] == weak[0] or cell[1] == weak[1]
        return (
            -min(greatest - least, VALUES_LEFT - 1),
            not near,
            full[cell[0]][cell[1]] * (10 if is_total else 1),
            cell,
        )

    return min(lines, key=cost)


def _in_touch(cell: Cell, places: set[Cell]) -> bool:
    return any(cell[0] == i for i, _j in places) and any(cell[1] == j for _i, j in places)


def _sign(full: Sequence[Sequence[int]], cell: Cell) -> int:
    return -1 if (cell[0] == len(full) - 1) != (cell[1] == len(full[0]) - 1) else 1


def _room(full: Sequence[Sequence[int]], places: set[Cell] | frozenset[Cell]) -> _Room:
    """Return how far each hidden cell can change, as arcs from row to column (up) and back (down)."""
    room: _Room = {}
    for i, j in places:
        row, column = ("r", i), ("c", j)
        down = full[i][j] - 1
        there, back = (_ENOUGH, down) if _sign(full, (i, j)) > 0 else (down, _ENOUGH)
        room.setdefault(row, {})[column] = there
        room.setdefault(column, {})[row] = back
    return room


def _flow(room: _Room, source: _Node, sink: _Node) -> int:
    """Return the maximum flow (Edmonds and Karp), stopping when there is enough."""
    left = {node: dict(arcs) for node, arcs in room.items()}
    total = 0
    while total < _ENOUGH:
        came: dict[_Node, _Node] = {source: source}
        queue = deque([source])
        while queue and sink not in came:
            node = queue.popleft()
            for other, free in left.get(node, {}).items():
                if free > 0 and other not in came:
                    came[other] = node
                    queue.append(other)
        if sink not in came:
            return total
        path, node = [], sink
        while node != source:
            path.append((came[node], node))
            node = came[node]
        step = min(left[a][b] for a, b in path)
        for a, b in path:
            left[a][b] -= step
            left[b][a] = left[b].get(a, 0) + step
        total += step
    return total
