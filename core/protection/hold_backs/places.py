"""Where the practice's lists of patients stand: one folder, that of everything else a person keeps.

Earlier versions kept these lists in a folder of the same name with a capital letter, which is another one
where capitals count (Linux). What is found there is read with what stands here, and nobody who was held back
is forgotten; the next time that the list is written it comes here, with what was written there meanwhile, and
the old file keeps its entries under another name, which no other file has.
"""

from __future__ import annotations

import contextlib
import os
from itertools import chain, count
from pathlib import Path

from platformdirs import user_data_path

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
