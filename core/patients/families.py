"""Which family of the patient's page a row stands under: by rules that are data (resources/families.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from core.model import Finding, Kind, Role
from core.survey.results import Survey
from resources import ROOT

#: Roles of fields that say who somebody is: a row that fills nothing else is about the patient themselves.
WHO = frozenset(
    {
        Role.NHS_NUMBER,
        Role.PATIENT_KEY,
        Role.SURNAME,
        Role.FORENAME,
        Role.FULL_NAME,
        Role.TITLE,
        Role.ADDRESS,
        Role.POSTCODE,
        Role.AREA,
        Role.PHONE,
        Role.EMAIL,
        Role.NI_NUMBER,
        Role.OTHER_IDENTIFIER,
        Role.THIRD_PARTY,
        Role.DATE_OF_BIRTH,
        Role.YEAR_OF_BIRTH,
        Role.DATE_OF_DEATH,
        Role.AGE,
        Role.SEX,
        Role.ETHNICITY,
        Role.SOCIAL,
        Role.STATUS,
        Role.REGISTERED_DATE,
        Role.LEFT_DATE,
    }
)
_SPEAKING = (Role.CODE, Role.TERM)
_NUMBER = re.compile(r"\s*[<>=~]*\s*-?\d[\d,.]*(?:\s*/\s*\d[\d.]*)?\s*")


@dataclass(frozen=True)
class _Words:
    """Patterns of one family, as one regular expression."""

    family: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class _Rules:
    titles: Mapping[str, str]
    tables: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...]  # formats; plain name -> family or 'mixed'
    table_words: tuple[tuple[str, str], ...]  # word, family
    type_fields: frozenset[str]
    types: tuple[_Words, ...]
    headings: Mapping[str, str]
    categories: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[_Words, ...]
    no_values: tuple[str, ...]
    others: frozenset[str]
    not_said: tuple[str, ...]


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name as names are compared: small letters and digits only."""
    return "".join(ch for ch in name.lower() if ch.isalnum())


def words_pattern(patterns: Sequence[str]) -> re.Pattern[str]:
    """One expression for patterns of whole words, in which a star stands for any letters before or after."""
    made = []
    for pattern in patterns:
        inner = re.escape(pattern.strip("*").casefold())
        before = "" if pattern.startswith("*") else "^"
        after = "" if pattern.endswith("*") else "$"
        made.append(f"{before}{inner}{after}")
    return re.compile("|".join(made))


@cache
def _rules() -> _Rules:
    data = tomllib.loads((ROOT / "families.toml").read_text(encoding="utf-8"))
    tables = []
    for entry in data["tables"]:
        formats = tuple(entry.pop("formats"))
        tables.append((formats, {plain(name): family for family, names in entry.items() for name in names}))
    return _Rules(
        titles=data["titles"],
        tables=tuple(tables),
        table_words=tuple((word, family) for family, words in data["table_words"].items() for word in words),
        type_fields=frozenset(data["types"]["fields"]),
        types=tuple(_Words(f, words_pattern(words)) for f, words in data["types"]["words"].items()),
        headings={heading: family for family, names in data["headings"].items() for heading in names},
        categories=tuple((family, tuple(names)) for family, names in data["categories"].items()),
        terms=tuple(_Words(f, words_pattern(words)) for f, words in data["terms"].items()),
        no_values=tuple(data["no_values"]["words"]),
        others=frozenset(map(plain, data["others"]["tables"])),
        not_said=tuple(data["not_said"]["words"]),
    )


def title_of(family: str) -> str:
    """A family's heading on the page."""
    return _rules().titles[family]


@dataclass(frozen=True)
class TableFamily:
    """How the rows of one table are told apart. `fixed` is the family of all of them, "" where each row is
    looked at; positions are those of the table's fields."""

    fixed: str
    types: tuple[int, ...] = ()
    headings: tuple[tuple[int, str], ...] = ()
    terms: tuple[int, ...] = ()
    codes: tuple[int, ...] = ()
    values: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    about_others: bool = False  # its rows name people around the patient
    hints: tuple[int, ...] = ()  # fields that are not understood, and may hold the term

    @property
    def needed(self) -> tuple[int, ...]:
        """The fields that a row's family hangs on."""
        at = {*self.types, *self.terms, *self.codes, *self.values, *self.notes, *self.hints}
        return tuple(sorted(at | {position for position, _ in self.headings}))

    def of(
        self,
        cells: Mapping[int, str | None],
        *,
        categories: Sequence[str] = (),
        measured: bool = False,
        meaning: str = "",
    ) -> str:
        """The family of a row with these cells. `measured`: it holds a measurement that is drawn; `meaning`:
        what the export's own dictionary says its code means."""
        if self.fixed:
            return self.fixed
        rules = _rules()
        for position in self.types:
            if kind := (cells.get(position) or "").strip().casefold():
                for words in rules.types:
                    if words.pattern.search(kind):
                        return words.family
        for position, family in self.headings:
            if (cells.get(position) or "").strip():
                return family
        spoken = [text.strip().casefold() for at in self.terms if (text := cells.get(at))]
        spoken += [meaning.casefold()] if meaning else []
        hints = [text.strip().casefold() for at in self.hints if (text := cells.get(at))]
        said = [*spoken, *hints]
        by_words = next((w.family for w in rules.terms if any(w.pattern.search(t) for t in said)), "")
        if by_words == "medicines":
            return by_words
        if measured:
            return "values"
        for family, names in rules.categories:
            if any(name in categories for name in names):
                return family
        if by_words:
            return by_words
        coded = bool(spoken) or any((cells.get(at) or "").strip() for at in self.codes)
        if any(_NUMBER.fullmatch(cells.get(at) or "") for at in self.values):
            return "values"
        if coded:
            return "problems"
        if any((cells.get(at) or "").strip() for at in self.notes):
            return "consultations"
        return "other" if self.terms or self.codes or self.values else "demographics"


def table_family(survey: Survey, table: str) -> TableFamily:
    """How the rows of a table are sorted into families."""
    findings = survey.findings[table]
    fixed = _fixed(survey, table, findings)
    rules = _rules()
    headings = {finding.position: plain(finding.field) for finding in findings}
    return TableFamily(
        "" if fixed == "mixed" else fixed,
        about_others=bool(_names_of(survey, table) & rules.others),
        types=tuple(at for at, name in headings.items() if name in rules.type_fields),
        headings=tuple((at, rules.headings[name]) for at, name in headings.items() if name in rules.headings),
        terms=_of_role(findings, Role.TERM),
        codes=_of_role(findings, Role.CODE),
        values=tuple(
            at
            for at in _of_role(findings, Role.VALUE)
            if not any(word in headings[at] for word in rules.no_values)
        ),
        notes=tuple(f.position for f in findings if f.kind is Kind.FREE_TEXT),
        hints=tuple(f.position for f in findings if f.kind is Kind.UNKNOWN and f.role is Role.OTHER),
    )


def _of_role(findings: Sequence[Finding], role: Role) -> tuple[int, ...]:
    return tuple(finding.position for finding in findings if finding.role is role)


def said_in_line(heading: str) -> bool:
    """Whether a field's cells belong into the one line of a row."""
    return not any(word in plain(heading) for word in _rules().not_said)


def _last(table: str) -> str:
    """A table's own name: of several messages, each has its file's name before it."""
    return table.rpartition("/")[2]


def _names_of(survey: Survey, table: str) -> frozenset[str]:
    known = survey.export.recognised.get(table)
    names = (table, _last(table), known.table if known else "")
    return frozenset(map(plain, names)) - {""}


def _fixed(survey: Survey, table: str, findings: Sequence[Finding]) -> str:
    """The family of all rows of a table, 'mixed' where each is looked at, "" where nothing is known."""
    rules = _rules()
    known = survey.export.recognised.get(table)
    format = known.format if known else ""
    names = _names_of(survey, table)
    for formats, tables in rules.tables:
        if any(fnmatchcase(format, pattern) for pattern in formats):
            for name in names:
                if name in tables and tables[name] != "mixed":
                    return tables[name]
            if any(name in tables for name in names) and known and plain(known.table) != "patientlist":
                return "mixed"
    roles = {finding.role for finding in findings}
    name = plain(_last(table))
    for word, family in rules.table_words:
        if word in name and not (family == "demographics" and roles & set(_SPEAKING)):
            return family
    clinical = roles & {*_SPEAKING, Role.VALUE} or any(f.kind is Kind.FREE_TEXT for f in findings)
    return "demographics" if roles & WHO and not clinical else ""
