"""Names of tables: each once in an export, told apart by the folder they came from where that is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence


def distinct_names(wanted: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    """A name for each of (name, folders it came from, outermost first). No two are the same, not even
    without regard to capitals: a release writes a file for each, on disks that see no difference."""
    names = [name for name, _ in wanted]
    for group in _groups(names):
        deepest = max(len(wanted[i][1]) for i in group)
        for level in range(1, deepest + 1):
            ends = [wanted[i][1][-level:] for i in group]
            if len(set(ends)) > 1:
                for i, end in zip(group, ends, strict=True):
                    names[i] = "/".join((*end, wanted[i][0]))
                if len({names[i].casefold() for i in group}) == len(group):
                    break
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
