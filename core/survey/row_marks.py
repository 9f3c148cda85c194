"""Fields that say something of a whole row: whose organisation it is, that it was deleted at the source.

The list is data: resources/formats/row_marks.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_NOT_ALNUM = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class DeletedMark:
    """A field whose `values` (lower case) say that the row was deleted in the clinical system."""

    header: str
    values: tuple[str, ...]
    formats: tuple[str, ...]

    def rows(self, column: pa.Array) -> npt.NDArray[np.bool_]:
        """The rows of a column that say so."""
        plain = pc.utf8_lower(pc.utf8_trim_whitespace(column))
        found = pc.is_in(plain, value_set=pa.array(self.values, pa.string()))
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


@dataclass(frozen=True)
class _Marks:
    deleted: tuple[DeletedMark, ...]
    organisation: frozenset[str]
    practices: frozenset[str]
    patients: Mapping[str, tuple[str, ...]]
    stands_for: Mapping[str, tuple[str, ...]]  # heading -> beginnings of format ids


def _plain(header: str) -> str:
    return _NOT_ALNUM.sub("", header).casefold()


@lru_cache(maxsize=1)
def _marks() -> _Marks:
    text = resources.files("resources.formats").joinpath("row_marks.toml").read_text("utf-8")
    data: Mapping[str, Any] = tomllib.loads(text)
    return _Marks(
        deleted=tuple(
            DeletedMark(_plain(mark["header"]), tuple(mark["values"]), tuple(mark.get("formats", ())))
            for mark in data["deleted"]
        ),
        organisation=frozenset(_plain(header) for header in data["organisation"]["headers"]),
        practices=frozenset(_plain(header) for header in data["organisation"]["practices"]),
        stands_for={_plain(mark["header"]): tuple(mark["formats"]) for mark in data["stands_for_patient"]},
        patients={format_id: tuple(tables) for format_id, tables in data["patients"].items()},
    )


def deleted_mark(header: str, format_id: str) -> DeletedMark | None:
    """What in a field with this header says that its row was deleted, None where it is no such field."""
    plain = _plain(header)
    for mark in _marks().deleted:
        if mark.header == plain and (not mark.formats or format_id.startswith(mark.formats)):
            return mark
    return None


def names_organisation(header: str) -> bool:
    """Whether a field with this header says in which organisation a patient's key holds."""
    return _plain(header) in _marks().organisation


def names_practice(header: str) -> bool:
    """Whether a field with this header may have the code of the practice whose key a patient's is."""
    return _plain(header) in _marks().practices


def stands_for_patient(header: str, format_id: str) -> bool:
    """Whether a field with this header has keys of something that is one patient's (a case), by which rows
    that do not name their patient are known."""
    formats = _marks().stands_for.get(_plain(header), ())
    return bool(formats) and format_id.startswith(formats)


def patient_tables(format_id: str) -> tuple[str, ...]:
    """The tables of a format that have a row for every patient, () where none is known."""
    return _marks().patients.get(format_id, ())
