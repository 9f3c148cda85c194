"""What somebody who reads a published table can work out of a hidden number: exactly, in whole numbers.

A table with its totals is a network: people flow from all to a line (the line's total), from the line to a
column (a cell), and from the column back to all. Every way to fill in the hidden numbers is a flow that keeps
within what is known of each number, and any two such flows differ by cycles. So a number can be more, or
less, than it is if and only if some cycle through it has room; where none has, it follows from the others.

Source: cell suppression as a network, L. H. Cox, Journal of the American Statistical Association 90, 1995.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ENDLESS = 1 << 60


@dataclass(frozen=True)
class Arc:
    """One number of a table: from where to where people flow, how many, and what a reader knows of it."""

    start: int
    end: int
    count: int
    least: int
    most: int


def determined(arcs: Sequence[Arc], asked: Sequence[int]) -> list[int]:
    """Those of the `asked` arcs (by number) whose count is the only one that fits what is known of all.

    The counts given must fit what is known. No two arcs join the same two places."""
    onward = [0] * (1 + max((max(arc.start, arc.end) for arc in arcs), default=0))
    for arc in arcs:
        if arc.count < arc.most:
            onward[arc.start] |= 1 << arc.end
        if arc.count > arc.least:
            onward[arc.end] |= 1 << arc.start
    found = []
    for number in asked:
        arc = arcs[number]
        more = arc.count < arc.most and _leads(onward, arc.end, arc.start)
        less = arc.count > arc.least and _leads(onward, arc.start, arc.end)
        if not (more or less):
            found.append(number)
    return found


def _leads(onward: Sequence[int], start: int, end: int) -> bool:
    """Whether a way with room leads from one place to another, other than the step between them."""
    seen = 1 << start
    reach = onward[start] & ~(1 << end)
    while fresh := reach & ~seen:
        if fresh >> end & 1:
            return True
        place = (fresh & -fresh).bit_length() - 1
        seen |= 1 << place
        reach |= onward[place]
    return False
