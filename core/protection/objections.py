"""What objections do, purpose by purpose, and the lists of objections that come from outside the export.

The table purpose x objection is data (resources/purposes.toml). Lists hold NHS numbers; they are read
into memory and never written anywhere.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.model import PolicyError, ReadError, Reason, UsageError
from core.protection.plan import ObjectionSource, Purpose
from core.protection.pseudonyms import canonical
from core.survey.results import OBJECTIONS
from resources import ROOT

_MOST_BYTES = 256 * 1024 * 1024
SOURCE_KINDS = ("codes", "list", "cleaned", "search", "none")


class Rule(BaseModel):
    """What one objection does under each purpose, in words and with its source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    source: str
    own_care: Literal["withhold", "confirm", "nothing"]
    consent: Literal["withhold", "confirm", "nothing"]
    law: Literal["withhold", "confirm", "nothing"]
    beyond_care: Literal["withhold", "confirm", "nothing"]
    counts: Literal["withhold", "confirm", "nothing"]
    withhold_for: tuple[str, ...] = ()

    def acts(self, purpose: Purpose, uses: tuple[str, ...]) -> bool:
        """Whether the patient is left out."""
        return getattr(self, purpose.value) == "withhold" or bool(set(uses) & set(self.withhold_for))

    def asks(self, purpose: Purpose, uses: tuple[str, ...]) -> bool:
        """Whether the patient goes, and a person must have seen it."""
        return getattr(self, purpose.value) == "confirm" and not self.acts(purpose, uses)


@cache
def objection_rules() -> Mapping[str, Rule]:
    """The rule for every objection of `survey.results.OBJECTIONS`."""
    data = tomllib.loads((ROOT / "purposes.toml").read_text(encoding="utf-8"))
    return {name: Rule(**data[name]) for name in OBJECTIONS}


def acting_objections(purpose: Purpose, uses: tuple[str, ...]) -> Mapping[str, Reason]:
    """The objections that leave a patient out, with the reason to give, in the order of OBJECTIONS."""
    return {
        name: Reason(f"objection.{name}", rule.text, rule.source)
        for name, rule in objection_rules().items()
        if rule.acts(purpose, uses)
    }


def asking_objections(purpose: Purpose, uses: tuple[str, ...]) -> Mapping[str, Rule]:
    """The objections that leave nobody out under this purpose, but must have been seen by a person."""
    return {name: rule for name, rule in objection_rules().items() if rule.asks(purpose, uses)}


@dataclass(frozen=True)
class ObjectionLists:
    """Objections from outside the export. `listed`: NHS numbers of people who object. `cleaned`: NHS
    numbers that came back from a check as free to go, None where there was no such check."""

    listed: frozenset[str] = field(default=frozenset(), repr=False)
    cleaned: frozenset[str] | None = field(default=None, repr=False)
    sources: tuple[ObjectionSource, ...] = ()

    def plus(self, other: ObjectionLists) -> ObjectionLists:
        """Both together: who is on any list objects, and who is free must be so on every cleaned one."""
        cleaned = self.cleaned
        if other.cleaned is not None:
            cleaned = other.cleaned if cleaned is None else cleaned & other.cleaned
        return ObjectionLists(self.listed | other.listed, cleaned, self.sources + other.sources)


_SEPARATORS = re.compile(r"[,;\t|]")


def load_objection_list(path: Path, kind: Literal["list", "cleaned"]) -> ObjectionLists:
    """The NHS numbers of a text file: one a line, other columns and one header line allowed.

    Raises ReadError where the file cannot be read or is no text, and PolicyError for a line without an
    NHS number: a line that is passed over might be somebody's objection."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ReadError("The list of objections is too large.", where=path.name)
        data = path.read_bytes()
    except OSError:
        raise ReadError("The list of objections cannot be read.", where=path.name) from None
    numbers = frozenset(_numbers(_text(data), path.name, kind))
    if not numbers:
        raise PolicyError(
            "The list of objections has no NHS number in it. Choose another file.",
            where=path.name,
            code="objections",
        )
    source = ObjectionSource(kind, hashlib.sha256(data).hexdigest())
    if kind == "list":
        return ObjectionLists(listed=numbers, sources=(source,))
    return ObjectionLists(cleaned=numbers, sources=(source,))


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _numbers(text: str, where: str, kind: Literal["list", "cleaned"]) -> list[str]:
    numbers: list[str] = []
    seen_a_line = False
    for line, content in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        cells = [cell.strip().strip("\"'").strip() for cell in _SEPARATORS.split(content)]
        if not any(cells):
            continue
        found = [number for cell in cells if (number := canonical("nhs", cell)) is not None]
        if found:
            # One line may list many people who object; who is free to go is the first on the line only.
            numbers.extend(found if kind == "list" else found[:1])
        elif seen_a_line or any(character.isdigit() for character in content):
            raise PolicyError(
                f"Line {line} of the list of objections has no NHS number of ten digits. Correct the "
                "line, for it might be somebody's objection.",
                where=f"{where}, line {line}",
                code="objections",
            )
        seen_a_line = True
    return numbers


def parse_objection_source(text: str) -> tuple[ObjectionSource, ObjectionLists | None]:
    """What `--objections-from` said: 'codes', 'list:FILE', 'cleaned:FILE', 'search:NAME' or 'none:REASON'."""
    kind, _, detail = text.partition(":")
    detail = detail.strip()
    if kind not in SOURCE_KINDS or (kind != "codes") != bool(detail):
        raise UsageError(
            "Say where the objections come from: codes, list:FILE, cleaned:FILE, search:NAME or none:REASON.",
            where="--objections-from",
        )
    if kind == "list" or kind == "cleaned":
        lists = load_objection_list(Path(detail), "list" if kind == "list" else "cleaned")
        return lists.sources[0], lists
    return ObjectionSource(kind, detail), None
