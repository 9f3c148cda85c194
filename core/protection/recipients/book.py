"""The book of recipients: who may get what, on which legal basis, and until when.

[recipients."Bristol Trial Unit"]
type = "university"
legal_basis = "Regulation 5 COPI, CAG 21/CAG/0001"
agreement = "DSA-2026-014"
valid_from = 2026-01-01
valid_until = 2027-12-31
profiles = ["approved-research"]

docs/recipients.md has every entry. A book of the first form (no type and what follows) is still read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from core.model import UsageError
from core.protection.profile import in_words
from core.protection.recipients.entry import Recipient, plain
from core.protection.whole_files import read_toml

#: Names another book than the person's own.
BOOK_SETTING = "THRESHOLD_RECIPIENTS"
_LARGEST = 4 << 20


class RecipientsBook(BaseModel):
    """All recipients by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipients: Mapping[str, Recipient]

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        met: set[str] = set()
        for name, entry in self.recipients.items():
            names = {plain(one) for one in (name, *entry.other_names)}
            if "" in names:
                raise ValueError("a recipient has no name")
            if met & names:
                raise ValueError(f"'{' '.join(name.split())}' goes by a name that another entry has")
            met |= names
        return self

    def entry(self, name: str) -> tuple[str, Recipient] | None:
        """The recipient of this name or other name, and the name of the entry, compared without case or
        surplus spaces."""
        wanted = plain(name)
        for known, recipient in self.recipients.items():
            if wanted in {plain(one) for one in (known, *recipient.other_names)}:
                return known, recipient
        return None

    def find(self, name: str) -> Recipient | None:
        """The recipient of this name or other name, compared without case or surplus spaces."""
        found = self.entry(name)
        return None if found is None else found[1]


def default_book_path() -> Path:
    """Where the practice's own book stands: what THRESHOLD_RECIPIENTS names, else the person's own data
    folder. Nothing there means that there is no book."""
    named = os.environ.get(BOOK_SETTING, "")
    return Path(named) if named else user_data_path("threshold", appauthor=False) / "recipients.toml"


def default_book() -> RecipientsBook | None:
    """The practice's own book, None where there is none. Raises UsageError where it is not right."""
    path = default_book_path()
    return read_recipients(path) if path.exists() else None


def read_recipients(path: Path) -> RecipientsBook:
    """The book from its TOML file. Raises UsageError that says which entry is wrong and how."""
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise UsageError(
                "The book of recipients is too large to be one. Check that it is the right file.",
                where=path.name,
            )
    except (OSError, ValueError):
        pass  # a file that cannot be looked at cannot be read, and that is told
    data = read_toml(path, what="The book of recipients", parse_float=Decimal)
    try:
        return RecipientsBook(**data)
    except ValidationError as error:
        raise UsageError(
            f"The book of recipients is not right: {in_words(error)}.", where=path.name
        ) from None


def write_recipients(path: Path, book: RecipientsBook) -> None:
    """Write the book as TOML, the same bytes for the same book, whole or not at all.

    Raises UsageError where the disk refuses."""
    text = book_text(book)
    unfinished = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise UsageError(
            "The book of recipients cannot be written there. Check the folder, the disk and your rights.",
            where=path.name,
        ) from None


def book_text(book: RecipientsBook) -> str:
    """The book as TOML: recipients by name, entries in their own order, without what they do not say."""
    parts = ["# Who may get what, until when. Written by Threshold; it can be edited by hand.\n"]
    if not book.recipients:
        parts.append("\n[recipients]\n")
    for name in sorted(book.recipients, key=lambda name: (plain(name), name)):
        entry = book.recipients[name]
        told = entry.model_dump(by_alias=True, exclude_defaults=True)
        head = f"recipients.{_quoted(name)}"
        lines = [f"\n[{head}]\n"]
        lines += [f"{key} = {_value(value)}\n" for key, value in told.items() if not _is_table(key)]
        for key in told:
            if _is_table(key):
                lines.append(f"\n[{head}.{key}]\n")
                lines += [f"{k} = {_value(v)}\n" for k, v in told[key].items()]
        parts += lines
    return "".join(parts)


def _is_table(key: str) -> bool:
    return key in ("only", "cohort", "window")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    if isinstance(value, str):
        return _quoted(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _quoted(text: str) -> str:
    made = []
    for letter in text:
        if letter in '"\\':
            made.append("\\" + letter)
        elif letter < " " or letter == "\x7f":
            made.append(f"\\u{ord(letter):04x}")
        else:
            made.append(letter)
    return '"' + "".join(made) + '"'
