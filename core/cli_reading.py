"""How files are to be read, as told on the command line: corrections from a TOML file, passwords.

    [tables."list.csv"]
    delimiter = "tab"
    encoding = "windows-1252"
    header_row = 0            # 0: the file has no field names
    layout = "emis-list-report"
    reader = "delimited"
    patient_field = "NHS Number"

A table is named by its file, with or without its ending. Passwords are never arguments: others on the machine
could read them there, and shells keep them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.model import Export, Progress, UsageError
from core.protection.profile import in_words
from core.protection.whole_files import read_toml
from core.reading import TableChoice, open_export
from core.reading.known import known_layouts, known_readers

FILE_PASSWORD = "THRESHOLD_FILE_PASSWORD"

_DELIMITERS = {"comma": ",", "tab": "\t", "bar": "|", "semicolon": ";", "none": ""}


def _delimiter(text: str) -> str:
    if text in _DELIMITERS:
        return _DELIMITERS[text]
    if text in _DELIMITERS.values():
        return text
    raise ValueError(f"one of {', '.join(_DELIMITERS)}")


def _layout(text: str) -> str:
    if text not in dict(known_layouts()):
        raise ValueError("there is no such layout")
    return text


def _reader(text: str) -> str:
    if text not in known_readers():
        raise ValueError(f"one of {', '.join(known_readers())}")
    return text


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadAs(_Checked):
    """How one file is to be read; what is not said is left to Threshold."""

    delimiter: Annotated[str, AfterValidator(_delimiter)] | None = None
    encoding: Literal["utf-8", "windows-1252", "utf-16-le", "utf-16-be"] | None = None
    header_row: int | None = Field(None, ge=0)
    layout: Annotated[str, AfterValidator(_layout)] | None = None
    reader: Annotated[str, AfterValidator(_reader)] | None = None
    patient_field: str | None = None


class ReadAsFile(_Checked):
    """The whole of the file."""

    tables: Mapping[str, ReadAs] = Field(default_factory=dict)


def read_choices(path: Path | None) -> dict[str, TableChoice]:
    """The corrections of a file by table, none without a file. Raises UsageError that says what is wrong."""
    if path is None:
        return {}
    data = read_toml(path, what="The file that says how to read")
    try:
        said = ReadAsFile(**data)
    except ValidationError as error:
        raise UsageError(f"How to read is not right: {in_words(error)}.", where=path.name) from None
    except TypeError:
        raise UsageError(
            "The file that says how to read is not made as it should be. Write a section for each file: "
            '[tables."list.csv"].',
            where=path.name,
        ) from None
    return {name: TableChoice(**choice.model_dump()) for name, choice in said.tables.items()}


def file_passwords() -> tuple[str, ...]:
    """The passwords for protected files, from the environment, one a line; none where none is set."""
    return tuple(line for line in os.environ.get(FILE_PASSWORD, "").splitlines() if line)


def open_paths(
    paths: Sequence[Path], progress: Progress, choices: Mapping[str, TableChoice] | None = None
) -> Export:
    """Open files or folders as they are to be read."""
    return open_export(paths, progress=progress, choices=choices, passwords=file_passwords())
