"""The names that an export's data stands under: of files, folders, archives and sheets.

Data travels in names: a file called 'HIV recall' tells a diagnosis of everybody in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from core.model import Export, Table
from core.reading.archives.archive import Leaf

_WORDS = {
    "folder": "folder",
    "file": "file",
    "member": "file in an archive",
    "sheet": "table or sheet",
}


class Place(NamedTuple):
    """A name. `where` says whose it is without repeating it ('the 2nd file'), `sort` is folder, file, member
    or sheet."""

    where: str
    text: str
    sort: str


def named_places(export: Export) -> tuple[Place, ...]:
    """Every name that data of the export stands under, in order."""
    return tuple(Place(*place) for place in export.named)


def places_of(folders: Sequence[str], leaves: Sequence[Leaf], tables: Sequence[Table]) -> tuple[Place, ...]:
    """The names of what was opened."""
    found: list[tuple[str, str]] = [("folder", name) for name in dict.fromkeys(folders)]
    stems: set[str] = set()
    files: dict[str, None] = {}
    for leaf in leaves:
        files.setdefault(leaf.source.path.name)
        stems.add(leaf.source.stem)
    found += [("file", name) for name in files]
    members: dict[str, None] = {}
    for leaf in leaves:
        if leaf.member:
            members.setdefault(leaf.member)
            # The archives that an archive holds have names too; the first of all is the file's own.
            members.update(dict.fromkeys(f for f in leaf.folders[1:] if f not in leaf.member.split("/")))
    found += [("member", name) for name in members]
    names = dict.fromkeys(PurePosixPath(table.name).name for table in tables)
    found += [("sheet", name) for name in names if name not in stems]
    total = Counter(sort for sort, _ in found)
    count: defaultdict[str, int] = defaultdict(int)
    places = []
    for sort, text in found:
        count[sort] += 1
        words = _WORDS[sort]
        where = f"the {words}" if total[sort] == 1 else f"the {ordinal(count[sort])} {words}"
        places.append(Place(where, text, sort))
    return tuple(places)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, ..."""
    tail = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{tail}"
