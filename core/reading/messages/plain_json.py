"""JSON that is no known message: its objects as rows, a table for every list of objects inside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from core.model import ReadError, Recognised
from core.reading.choices import TableChoice
from core.reading.held import HeldTable
from core.reading.messages.json_lines import documents, refuse_large
from core.reading.messages.records import OTHER_VALUES, RecordTables
from core.reading.messages.safe_json import JsonObject, Literal, clean_text
from core.reading.readers import Candidate, ReadFile

_START = re.compile(r'\s*(?:\{\s*"(?:[^"\\]|\\.){0,200}"\s*:|\[\s*\{\s*")')
_NUMBER = re.compile(r"(?:.*\b)?nhs (?:number|no)", re.IGNORECASE)
_OTHERS = re.compile(
    r"kin|carer|relative|contact|mother|father|parent|guardian|spouse|partner", re.IGNORECASE
)
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_MOST_FIELDS = 2_000
NHS_NUMBER = "NHS number"


#: Keys that are no heading a person would write, and the heading they mean.
_MEANT = {
    "given": "forename",
    "family": "surname",
    "previousfamily": "previous surname",
    "prefix": "title",
    "suffix": "title",
    "postalcode": "postcode",
    "line": "address line",
    "line1": "address line 1",
    "line2": "address line 2",
    "line3": "address line 3",
    "line4": "address line 4",
    "line5": "address line 5",
    "city": "town",
    "text": "note",
    "display": "term",
    "to": "recipient e-mail",
}


@dataclass
class _Rows:
    columns: dict[str, str] = field(default_factory=dict)  # name -> path
    rows: list[tuple[dict[str, str], str, int]] = field(default_factory=list)


class PlainJsonReader:
    """Objects that some program wrote: an answer of a web service, a file of settings and results."""

    id = "json"
    title = "JSON records of no known sort"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By its first characters; less sure than any reader that knows what is in it."""
        if _START.match(candidate.text) is None:
            return None
        return Recognised("json", "JSON records", 0.4, ("it starts as JSON does",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """The objects of the file as rows. Raises ReadError where it is damaged, too big or unsafe."""
        source = candidate.source
        refuse_large(source)
        read, problems = documents(source.read_at(0, source.size), source.name)
        made = _Collected("records")
        for place, value in read:
            made.document(value, place)
        found = made.tables()
        if found is None:
            raise ReadError(
                f"{source.name} holds no values. Check that it is the right file.",
                where=source.name,
                code="empty",
            )
        tables = tuple(_headed(t) for t in found.tables(source, "json", tuple(problems)))
        seen = Recognised("json", "JSON records", 0.4, ("it is JSON of no known sort",), self.id)
        return ReadFile(tables, (seen,) * len(tables))


class _Collected:
    def __init__(self, name: str) -> None:
        self._first = name
        self._tables: dict[str, _Rows] = {}
        self._others: list[tuple[str | None, str, str, str, int]] = []

    def document(self, value: object, place: str) -> None:
        if isinstance(value, JsonObject):
            self._record(value, self._first, place, None)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self.document(item, f"{place}[{index}]")
        elif value is not None:
            self._others.append((None, "", place or "value", _text(value), 0))

    def _record(self, record: JsonObject, table: str, place: str, number: str | None) -> None:
        cells: dict[str, str] = {}
        paths: dict[str, str] = {}
        parts: list[tuple[str, str, JsonObject]] = []
        self._walk(record, "", "", cells, paths, parts)
        numbers = [n for n in cells if _NUMBER.fullmatch(n)]
        whose = min(numbers, key=lambda n: _distance(paths[n]), default=None)
        own = None
        if whose is not None:  # first, so that the row is its patient's and not the next of kin's
            own = cells[whose]
            cells = {whose: own, **cells}
        number = own or number
        if own is None and number is not None:
            cells = {NHS_NUMBER: number, **cells}
            paths[NHS_NUMBER] = ""
        if cells:
            rows = self._tables.setdefault(table, _Rows())
            for name in list(cells):
                if name not in rows.columns and len(rows.columns) >= _MOST_FIELDS:
                    self._others.append((number, table, paths[name], cells.pop(name), record.line))
                else:
                    rows.columns.setdefault(name, paths[name])
            rows.rows.append((cells, place, record.line))
        for name, path, part in parts:
            self._record(part, name, f"{place}.{path}" if place else path, number)

    def _walk(
        self,
        value: object,
        name: str,
        path: str,
        cells: dict[str, str],
        paths: dict[str, str],
        parts: list[tuple[str, str, JsonObject]],
    ) -> None:
        if isinstance(value, JsonObject):
            for key, inner in value.items():
                below = f"{name} {_words(key)}".strip()
                self._walk(inner, below, f"{path}.{key}" if path else key, cells, paths, parts)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                where = f"{path}[{index}]"
                if isinstance(item, JsonObject):
                    parts.append((_table_name(name), where, item))
                else:
                    self._walk(item, f"{name} {index + 1}" if index else name, where, cells, paths, parts)
        elif value is not None:
            text = _text(value)
            if name.endswith("value") and not isinstance(value, Literal):
                name = f"{name} text"  # whatever 'value' is of, words are no measurement
            plain, again = name or "value", 1
            while plain in cells:
                again += 1
                plain = f"{name or 'value'} ({again})"
            cells[plain] = text
            paths[plain] = path

    def tables(self) -> RecordTables | None:
        """The tables in the order they were met."""
        if not self._tables and not self._others:
            return None
        made = RecordTables({n: list(rows.columns.items()) for n, rows in self._tables.items()})
        for name, rows in self._tables.items():
            for cells, place, line in rows.rows:
                made.row(name, dict(cells), place, line)
        for number, record, path, value, line in self._others:
            made.other(number, record, path, value, path, line)
        return made


def _distance(path: str) -> tuple[bool, int]:
    """How far a number lies from what the record is about: the patient's least deep, others' last."""
    return _OTHERS.search(path) is not None, path.count(".")


def _headed(table: HeldTable) -> HeldTable:
    """The table with headings that say what each field is, not what it is inside of: a patient's surname
    under 'gpData' is no doctor's."""
    return replace(table, fields=tuple(replace(f, header=_heading(f.path) or f.name) for f in table.fields))


def _heading(path: str) -> str:
    keys = [re.sub(r"\[\d+\]", "", key) for key in path.split(".")]
    if not keys[-1]:
        return ""
    if keys[-1] == "value" or (len(keys) > 1 and keys[0] == "value"):
        return "other value"
    return _MEANT.get(keys[-1].lower()) or _words(keys[-1])


def _words(key: str) -> str:
    """A key as words: 'nhsNumber' -> 'NHS number', 'birthDate' -> 'birth date'."""
    words = [w if w.isupper() and len(w) > 1 else w.lower() for w in _WORDS.findall(key)]
    return " ".join("NHS" if w == "nhs" else w for w in words) or key


def _table_name(name: str) -> str:
    return name if name and name != OTHER_VALUES else "list"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean_text(str(value))[0]
