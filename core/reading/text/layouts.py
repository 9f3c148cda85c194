"""Tables of known systems whose files have no line of field names. Data: resources/formats/*.toml.

A layout is what a supplier's table looks like: its columns in order (in each version seen), how its files are
called, and what the cells of some columns must look like. Sources of the layouts: the column lists of the
published import programs of the discovery services, and supplier specifications.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from core.reading.text.layouts_cells import LOOKS


@dataclass(frozen=True)
class TableLayout:
    """One table of one system. `columns` are the versions of its field names, the newest first; `cells` says
    by field name what its values look like (see layouts_cells). `quotes`: whether quotes enclose cells,
    `escape`: whether a backslash makes them plain. `format` and `table` are what both are called.

    Without `columns` only the delimiter and the escapes are known, and the file has a line of names."""

    id: str
    format: str
    table: str
    title: str
    delimiter: str
    file_names: re.Pattern[str] | None
    columns: tuple[tuple[str, ...], ...]
    cells: Mapping[str, str]
    quotes: bool = True
    escape: bool = False

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(len(names) for names in self.columns))

    def is_called(self, file_name: str) -> bool:
        """Whether a file's name without its ending is one that the system gives to this table."""
        return self.file_names is not None and self.file_names.search(file_name) is not None


@lru_cache(maxsize=1)
def layouts() -> tuple[TableLayout, ...]:
    """All of them. Raises ValueError where the data does not fit together."""
    found: dict[str, TableLayout] = {}
    for entry in sorted(resources.files("resources.formats").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".toml"):
            continue
        for item in tomllib.loads(entry.read_text("utf-8")).get("layout", ()):
            table = _layout(item)
            if table.id in found:
                raise ValueError(f"{entry.name}: two layouts are called {table.id}")
            found[table.id] = table
    return tuple(found.values())


def layout_of(layout_id: str | None) -> TableLayout | None:
    """The layout with this id, None where there is none: it may be that of a table with field names."""
    return next((t for t in layouts() if t.id == layout_id), None)


def _layout(item: Mapping[str, object]) -> TableLayout:
    versions = item.get("columns", [])
    assert isinstance(versions, list)
    columns = tuple(tuple(version.split()) for version in versions)
    cells = item.get("cells", {})
    assert isinstance(cells, dict)
    wrong = [c for c in cells if not any(c in names for names in columns)]
    wrong += [look for look in cells.values() if look not in LOOKS]
    wrong += [names[0] for names in columns if len(set(names)) < len(names)]
    if wrong:
        raise ValueError(f"layout {item['id']}: {', '.join(wrong)}")
    name = item.get("file_name")
    return TableLayout(
        id=str(item["id"]),
        format=str(item["format"]),
        table=str(item["table"]),
        title=str(item["title"]),
        delimiter=str(item["delimiter"]),
        file_names=re.compile(str(name), re.IGNORECASE) if name else None,
        columns=columns,
        cells=cells,
        quotes=bool(item.get("quotes", True)),
        escape=bool(item.get("escape", False)),
    )
