"""Names of tables: each once in an export, told apart by the folder they came from where that is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence


def distinct_names(wanted: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    """A name for each of (name, folders it came from, outermost first). No two are the same, not even
    without regard to capitals: a release writes a file for each, on disks that see no difference."""
    names = [name for name, _ in wanted]
    for group in _groups(names):
        most = 1
        for level in range(1, max(len(wanted[i][1]) for i in group) + 1):
            longer = ["/".join((*wanted[i][1][-level:], wanted[i][0])) for i in group]
            distinct = len({name.casefold() for name in longer})
            if distinct > most:  # one folder more, only where it tells more of them apart
                most = distinct
                for i, name in zip(group, longer, strict=True):
                    names[i] = name
    taken = {name.casefold() for name in names}
    for group in _groups(names):
        for i in group[1:]:
            again = 2
            while f"{names[i]} ({again})".casefold() in taken:
                again += 1
            names[i] = f"{names[i]} ({again})"
            taken.add(names[i].casefold())
    return names


def _groups(names: Sequence[str]) -> list[list[int]]:
    """The positions of names that are the same without regard to capitals."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for position, name in enumerate(names):
        found[name.casefold()].append(position)
    return [group for group in found.values() if len(group) > 1]
