"""Where the practice's lists of patients stand: one folder, that of everything else a person keeps.

Earlier versions kept these lists in a folder of the same name with a capital letter, which is another one
where capitals count (Linux). What is found there is read with what stands here, and nobody who was held back
is forgotten; the next time that the list is written it comes here, with what was written there meanwhile, and
the old file keeps its entries under another name, which no other file has.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Set
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Any, Protocol, TypeVar

from platformdirs import user_data_path


class CodedEntry(Protocol):
    """An entry of a list: whom or what it is about, as a keyed code."""

    @property
    def code(self) -> str: ...


class KeptList(Protocol):
    """A frozen dataclass with the entries of a list, and the codes of those that it was read with."""

    @property
    def entries(self) -> tuple[Any, ...]: ...
    @property
    def loaded(self) -> frozenset[str]: ...


L = TypeVar("L", bound=KeptList)
Order = Callable[[Any], Any]

FOLDER, EARLIER = "threshold", "Threshold"
_PUT_BY = ".moved"


def list_place(name: str) -> Path:
    """Where a list of this name is looked for: here, or in the folder of earlier versions if only there."""
    here, there = _both(name)
    return there if there.exists() and not here.exists() else here


def places_of(place: Path) -> tuple[Path, ...]:
    """The files that hold the list of this place: both of them for one that stands in the usual folder."""
    here, there = _both(place.name)
    if place not in (here, there):
        return (place,)
    return (here,) if _same(here, there) else (here, there)


def written_at(place: Path) -> Path:
    """Where the list of this place is written."""
    return places_of(place)[0]


def read_together(place: Path, read: Callable[[Path], L | None], order: Order) -> L | None:
    """The list of this place, read from every file that holds it; None where none does. Raises as `read`."""
    found: L | None = None
    for one in map(read, places_of(place)):
        found = one if found is None else found if one is None else _with(found, one, codes_of(found), order)
    return found and replace(found, loaded=codes_of(found))  # type: ignore[type-var]


def with_what_came(place: Path, held: L, read: Callable[[Path], L | None], order: Order) -> L:
    """The list with what an earlier version wrote in its folder since the list was read. What was let go
    since then is not brought back. Raises as `read`."""
    for later in map(read, places_of(place)[1:]):
        held = held if later is None else _with(held, later, held.loaded | codes_of(held), order)
    return held


def codes_of(held: KeptList) -> frozenset[str]:
    """The codes of a list's entries."""
    return frozenset(entry.code for entry in held.entries)


def _with(held: L, other: L, known: Set[str], order: Order) -> L:
    """The list with those entries of the other that are not known."""
    more: Iterable[CodedEntry] = (entry for entry in other.entries if entry.code not in known)
    return replace(held, entries=tuple(sorted((*held.entries, *more), key=order)))  # type: ignore[type-var]


def put_by_earlier(place: Path) -> None:
    """Once the list was written here: take what stands in the folder of earlier versions out of use."""
    for old in places_of(place)[1:]:
        with contextlib.suppress(OSError):  # it is read again then, and says what it said before
            old.rename(_free(old.with_name(old.name + _PUT_BY)))


def _free(place: Path) -> Path:
    """The place, or with the first number from 2 on under which nothing stands: 'hold-backs.json.moved.2'."""
    places = (place.with_name(f"{place.name}.{number}") for number in count(2))
    return next(one for one in chain((place,), places) if not os.path.lexists(one))


def _both(name: str) -> tuple[Path, Path]:
    return user_data_path(FOLDER, appauthor=False) / name, user_data_path(EARLIER, appauthor=False) / name


def _same(one: Path, other: Path) -> bool:
    """Whether both are one file, as they are where capitals do not count."""
    try:
        return one.samefile(other)
    except OSError:
        return False
