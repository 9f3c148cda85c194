"""What was noticed in the file, as a list for a person: what stops the export, then hidden data.

Plain data. Text from a file (a sheet's name, a file's name) is shown as it is, never run as markup.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gui.formatting import count, counted
from resources import ROOT

if TYPE_CHECKING:
    from core.model import Hazard, Problem, Table

SHOWN = 6
LINES_NAMED = 4
STOPS, CARE, LOOK, NOTED = range(4)  # worst first
WORDS = {STOPS: "Stops the export", CARE: "Take care", LOOK: "Look at this", NOTED: "Noted"}

_KEPT = "Nothing is to be done: it is kept as it stands in the file."
_STOPS_TODO = "Look at it in the program it was made with, then confirm on the Export page that you did."
_CARE_TODO = "It leaves with no release. Do not send the file as it is if this should not go."


@dataclass(frozen=True)
class Notice:
    """One thing, or one sort of thing, that was noticed. `lines` are the file's own."""

    rank: int
    hidden: bool  # whether data may travel unseen there: told apart from what is only odd
    where: str
    what: str
    why: str
    todo: str
    lines: tuple[int, ...] = ()
    times: int = 1
    wants_password: bool = False  # a file in a folder or an archive that was not read without one

    @property
    def word(self) -> str:
        """How bad it is, in words."""
        if self.hidden:
            return "Hidden data, stops the export" if self.rank == STOPS else "Hidden data"
        return WORDS[self.rank]

    @property
    def place(self) -> str:
        """'line 12', 'lines 12, 15, 30 and 22 more', or the place's name."""
        if not self.lines:
            return self.where
        if len(self.lines) == 1:
            return f"line {count(self.lines[0])}"
        named = ", ".join(count(line) for line in self.lines[:LINES_NAMED])
        rest = self.times - len(self.lines[:LINES_NAMED])
        return f"lines {named} and {count(rest)} more" if rest > 0 else f"lines {named}"

    @property
    def words(self) -> str:
        text = self.what
        return f"{text[:1].upper()}{text[1:]}"


@cache
def _hazards() -> tuple[frozenset[str], dict[str, str]]:
    """The ids that are not of hidden data, and what to do by id."""
    known = tomllib.loads((ROOT / "hazards.toml").read_text(encoding="utf-8"))
    return frozenset(known["other"].split()), known["todo"]


@cache
def _problems() -> tuple[dict[str, object], ...]:
    return tuple(tomllib.loads((ROOT / "problems.toml").read_text(encoding="utf-8"))["problem"])


def of_hazard(hazard: Hazard) -> Notice:
    other, todos = _hazards()
    rank = STOPS if str(hazard.severity) == "blocks" else CARE
    todo = todos.get(hazard.id, _STOPS_TODO if rank == STOPS else _CARE_TODO)
    hidden = bool(hazard.id) and hazard.id not in other
    locked = hazard.id == "file_not_read" and "password" in hazard.what
    if locked:
        todo = "Press 'Type its password' to read it with the others."
    return Notice(rank, hidden, hazard.where, hazard.what, hazard.why, todo, wants_password=locked)


def of_problem(problem: Problem) -> Notice:
    known = next((p for p in _problems() if str(p["words"]) in problem.what), {})
    lines = () if problem.line is None else (problem.line,)
    rank = LOOK if known.get("look") else NOTED
    return Notice(rank, False, problem.where, problem.what, "", str(known.get("todo", _KEPT)), lines)


def notices(hazards: Iterable[Hazard], problems: Iterable[Problem]) -> list[Notice]:
    """All of them: what stops the export, then hidden data, then the rest; else in the file's order."""
    found = [of_hazard(h) for h in hazards] + [of_problem(p) for p in problems]
    return sorted(found, key=_order)


def _order(notice: Notice) -> tuple[bool, bool, int]:
    return notice.rank != STOPS, not notice.hidden, notice.rank


def grouped(found: Sequence[Notice]) -> list[Notice]:
    """One for each sort, with all of its lines: forty ragged rows are one thing to look at."""
    groups: dict[tuple[int, str, str], list[Notice]] = {}
    for notice in found:
        groups.setdefault((notice.rank, notice.where, notice.what), []).append(notice)
    return [
        Notice(
            first.rank, first.hidden, first.where, first.what, first.why, first.todo,
            tuple(line for n in group for line in n.lines), len(group), first.wants_password,
        )
        for (first, *_), group in ((g, g) for g in groups.values())
    ]  # fmt: skip


def stated(all_of_them: Sequence[Notice], shown: int) -> str:
    """'3 places with hidden data and 40 other things noticed. Shown: 6 of 43.'"""
    hidden = sum(n.hidden for n in all_of_them)
    rest = len(all_of_them) - hidden
    parts = []
    if hidden:
        parts.append(f"{counted(hidden, 'place')} with hidden data")
    if rest:
        thing = counted(rest, "other thing" if hidden else "thing")
        parts.append(f"{thing} noticed")
    text = " and ".join(parts)
    return f"{text}. Shown: {count(shown)} of {count(len(all_of_them))}" if shown < len(all_of_them) else text


# -- which table each belongs to ---------------------------------------------------------------------
def by_table(
    hazards: Iterable[Hazard], problems: Iterable[Problem], tables: Sequence[Table]
) -> tuple[dict[str, list[Notice]], list[Notice]]:
    """The notices of each table, and those about the export as a whole."""
    from gui.reading import file_name

    owners: dict[str, list[str]] = {}
    for table in tables:
        for name in dict.fromkeys((table.name, file_name(table))):
            owners.setdefault(name, []).append(table.name)
    found: dict[str, list[Notice]] = {table.name: [] for table in tables}
    rest: list[Notice] = []
    for notice in notices(hazards, problems):
        owner = owners.get(notice.where) or owners.get(notice.where.rpartition(", ")[0])
        if owner is None or len(owner) > 1:
            rest.append(notice)
        else:
            found[owner[0]].append(notice)
    if len(tables) == 1:
        alone = tables[0].name
        found[alone] = sorted([*found[alone], *rest], key=_order)
        rest = []
    return found, rest
