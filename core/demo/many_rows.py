"""The invented practice at any size, quickly: ten million rows in well under a minute, for benchmarks.

Rows are drawn a million at a time from columns of distinct values (people, concepts, days, notes) and joined
into the file's own bytes by Arrow, so nothing is done row by row. The draws are raw PCG64 numbers, whose
sequence NumPy promises to keep: same seed, same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.demo.emis import PROCESSING_ID, code_id, emis_bulk, guid, headers
from core.demo.events import FIRST_DAY
from core.demo.people import TODAY
from core.demo.practice import SEED, Practice, make_practice
from core.demo.shaped import Shaped, write_files
from core.demo.spreadsheets import REPORT_FIELDS, STATUS_WORDS, dashed, slashed, spaced
from core.demo.words import Concept, load_codes

_AT_ONCE = 250_000
_VALUES_EACH = 64
_DAYS = (TODAY - FIRST_DAY).days
_ROWS_A_PATIENT = 200
_PEOPLE = 10_000
_Indices = npt.NDArray[np.int64]

WIDE_FIELDS = (
    "NHS Number", "Title", "Family Name", "Calling Name", "Date of Birth", "Gender", "Number and Street",
    "Town", "Postcode", "Mobile Telephone", "E-mail Address", "Ethnic Origin", "Registration Status", "Date",
    "Code", "Code Term", "Consultation Text",
)  # fmt: skip


class _Draws:
    """Columns of random whole numbers."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def below(self, n: int, rows: int) -> _Indices:
        drawn: npt.NDArray[np.uint64] = self._bits.random_raw(rows)
        return (drawn % np.uint64(n)).astype(np.int64)

    def guids(self, rows: int) -> pa.StringArray:
        """A GUID in braces and quotes for each row, each another."""
        digits = np.frombuffer(b"0123456789ABCDEF", dtype=np.uint8)
        drawn = np.asarray(self._bits.random_raw(rows * 2)).view(np.uint8).reshape(rows, 16)
        hexed = np.stack((digits[drawn >> 4], digits[drawn & 15]), axis=2).reshape(rows, 32)
        text = np.full((rows, 40), ord("-"), dtype=np.uint8)
        text[:, :2] = list(b'"{')
        text[:, -2:] = list(b'}"')
        for at, start, stop in ((2, 0, 8), (11, 8, 12), (16, 12, 16), (21, 16, 20), (26, 20, 32)):
            text[:, at : at + stop - start] = hexed[:, start:stop]
        offsets = np.arange(0, rows * 40 + 1, 40, dtype=np.int32)
        return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(text))


def write_many(
    shape: str, folder: Path, rows: int, *, seed: int = SEED, by_patient: bool = False
) -> list[Path]:
    """Write `rows` rows as 'report' (12 fields), 'wide' (17 fields) or 'emis-bulk' (CareRecord_Observation
    with the tables it joins). In order of date, as an audit sends them, or of patient, as a list report.

    One patient in 67 has a Type 1 objection."""
    folder.mkdir(parents=True, exist_ok=True)
    practice = make_practice(_PEOPLE, SEED)
    if shape == "emis-bulk":
        return _write_bulk(practice, folder, rows, seed)
    fields, make = (REPORT_FIELDS, _report) if shape == "report" else (WIDE_FIELDS, _wide)
    path = folder / f"{shape}.csv"
    with path.open("wb") as file:
        file.write((",".join(fields) + "\r\n").encode())
        for text in _joined(make(practice, rows, _Draws(seed), by_patient)):
            file.write(text)
    return [path]


def _joined(blocks: Iterator[Sequence[pa.Array]]) -> Iterator[memoryview]:
    """The bytes of each block: cells joined by commas, the last one ending its line."""
    for columns in blocks:
        lines = pc.binary_join_element_wise(*columns, ",")
        offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)
        yield memoryview(lines.buffers()[2])[: int(offsets[len(lines)])]


def _quoted(text: str) -> str:
    """As a CSV writer writes it where it must be quoted."""
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _column(values: Sequence[str], quote: Callable[[str], str] = _quoted) -> pa.Array:
    return pa.array([quote(value) for value in values], pa.string())


def _test_numbers() -> npt.NDArray[np.int64]:
    """Every number of the 999 test range whose check digit is right, shuffled."""
    stem = 999_000_000 + (np.arange(1_000_000, dtype=np.int64) * 381_281 + 412_003) % 1_000_000
    total = np.zeros_like(stem)
    rest = stem.copy()
    for weight in range(2, 11):
        total += rest % 10 * weight
        rest //= 10
    check = -total % 11
    return (stem * 10 + check)[check < 10]


class _People:
    """Columns of the people, one entry a patient; names and birth dates come round again after 10,000."""

    def __init__(self, practice: Practice, rows: int) -> None:
        people = [p for p in practice.people if p.twin_record < 0]
        self.count = max(_PEOPLE, rows // _ROWS_A_PATIENT)
        again = np.arange(self.count) % len(people)
        numbers = _test_numbers()[np.arange(self.count) % 900_000]
        self.nhs = pa.array([spaced(str(n)) for n in numbers.tolist()], pa.string())
        self.key = pa.array([str(10_000 + n) for n in range(self.count)], pa.string())

        def column(values: Sequence[str]) -> pa.Array:
            return _column(values).take(pa.array(again))

        self.surname = column([p.surname for p in people])
        self.forename = column([p.forename for p in people])
        self.born = column([slashed(p.born) for p in people])
        self.sex = column([p.sex for p in people])
        self.postcode = column([p.postcode for p in people])
        self.wide = [
            column([p.title for p in people]),
            self.surname,
            self.forename,
            self.born,
            column(["Female" if p.sex == "F" else "Male" for p in people]),
            column([f"{p.house}, {p.street}" if p.house else p.street for p in people]),
            column([p.town for p in people]),
            self.postcode,
            column([p.mobile for p in people]),
            column([p.email for p in people]),
            column([p.ethnicity for p in people]),
            column([STATUS_WORDS[p.status] for p in people]),
        ]


class _Records:
    """Columns of what is recorded: a concept in each of its codes, its values, days and notes."""

    def __init__(self, practice: Practice) -> None:
        apart = ("medicine", "identifying", "objection")
        made = [e for e in practice.events if e.concept.kind not in apart]  # as often as there
        made.append(next(e for e in practice.events if e.concept.meaning == "type1_dissent"))
        self.concepts: list[Concept] = [e.concept for e in made]
        self.codes = _column([e.code for e in made])
        self.terms = _column([e.concept.term for e in made])
        place = {c.number: i for i, c in enumerate(load_codes().concepts)}
        self.concept_at = np.array([place[e.concept.number] for e in made], dtype=np.int64)
        values = [
            f"{c.low + (c.high - c.low) * step / _VALUES_EACH:.{c.decimals}f}" if c.unit else ""
            for c in load_codes().concepts
            for step in range(_VALUES_EACH)
        ]
        self.values = pa.array(values, pa.string())
        self.days = pa.array([dashed(FIRST_DAY + timedelta(days=n)) for n in range(_DAYS)], pa.string())
        notes = [e.note for e in made if e.note]
        self.notes = _column(["", *notes])
        long = [f"{notes[i]} {notes[-i]} {notes[i // 2]}" for i in range(1, len(notes))]
        self.long_notes = _column(long)

    def drawn(self, who: _Indices, draws: _Draws) -> _Indices:
        """A record for each row; those who objected have the objection in one row in twenty."""
        what = draws.below(len(self.codes) - 1, len(who))
        return np.where((who % 67 == 3) & (what % 20 == 0), len(self.codes) - 1, what)

    def value(self, record: _Indices, draws: _Draws) -> pa.Array:
        step = draws.below(_VALUES_EACH, len(record))
        return self.values.take(pa.array(self.concept_at[record] * _VALUES_EACH + step))

    def note(self, draws: _Draws, rows: int) -> pa.Array:
        """One row in twelve has a note."""
        drawn = draws.below(12 * (len(self.notes) - 1), rows)
        return self.notes.take(pa.array(np.where(drawn < len(self.notes) - 1, drawn + 1, 0)))


def _blocks(rows: int) -> Iterator[tuple[int, int]]:
    for first in range(0, rows, _AT_ONCE):
        yield first, min(_AT_ONCE, rows - first)


def _who_and_when(
    first: int, count: int, rows: int, patients: int, draws: _Draws, by_patient: bool
) -> tuple[_Indices, pa.Array]:
    at = np.arange(first, first + count, dtype=np.int64)
    if by_patient:
        return at * patients // rows, pa.array(draws.below(_DAYS, count))
    return draws.below(patients, count), pa.array(at * _DAYS // rows)


def _report(practice: Practice, rows: int, draws: _Draws, by_patient: bool) -> Iterator[Sequence[pa.Array]]:
    people, records = _People(practice, rows), _Records(practice)
    end = pa.scalar("\r\n")
    for first, count in _blocks(rows):
        drawn, when = _who_and_when(first, count, rows, people.count, draws, by_patient)
        what = records.drawn(drawn, draws)
        who, taken = pa.array(drawn), pa.array(what)
        note = pc.binary_join_element_wise(records.note(draws, count), end, "")
        yield (
            people.nhs.take(who), people.key.take(who), people.surname.take(who), people.forename.take(who),
            people.born.take(who), people.sex.take(who), people.postcode.take(who), records.days.take(when),
            records.codes.take(taken), records.terms.take(taken), records.value(what, draws), note,
        )  # fmt: skip


def _wide(practice: Practice, rows: int, draws: _Draws, by_patient: bool) -> Iterator[Sequence[pa.Array]]:
    people, records = _People(practice, rows), _Records(practice)
    end = pa.scalar("\r\n")
    for first, count in _blocks(rows):
        drawn, when = _who_and_when(first, count, rows, people.count, draws, by_patient)
        who, taken = pa.array(drawn), pa.array(records.drawn(drawn, draws))
        note = records.long_notes.take(pa.array(draws.below(len(records.long_notes), count)))
        yield (
            people.nhs.take(who), *(column.take(who) for column in people.wide), records.days.take(when),
            records.codes.take(taken), records.terms.take(taken), pc.binary_join_element_wise(note, end, ""),
        )  # fmt: skip


# --- EMIS bulk: one long table of observations beside the short ones that it joins


def _in_quotes(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _write_bulk(practice: Practice, folder: Path, rows: int, seed: int) -> list[Path]:
    small = emis_bulk(practice)
    kept = tuple(
        t for t in small.tables if t.name not in ("CareRecord_Observation", "Prescribing_DrugRecord")
    )
    paths = write_files(Shaped("emis-bulk", practice, kept, small.file_names, quote_all=True), folder)
    name = "CareRecord_Observation"
    fields = headers()["emis"][name]
    path = folder / small.file_names[name]
    with path.open("wb") as file:
        file.write((",".join(_in_quotes(field) for field in fields) + "\r\n").encode())
        for text in _joined(_observations(practice, fields, rows, _Draws(seed))):
            file.write(text)
    return [*paths, path]


def _observations(
    practice: Practice, fields: Sequence[str], rows: int, draws: _Draws
) -> Iterator[Sequence[pa.Array]]:
    records = _Records(practice)
    patients = _column([guid("patient", p.number) for p in practice.people], _in_quotes)
    users = _column([guid("user", n) for n in range(8)], _in_quotes)
    codes = _column([code_id(c) for c in records.concepts], _in_quotes)
    units = _column([c.unit for c in records.concepts], _in_quotes)
    days = _column([f"{FIRST_DAY + timedelta(days=n)}" for n in range(_DAYS)], _in_quotes)
    times = _column([f"{8 + n // 60:02d}:{n % 60:02d}:00" for n in range(600)], _in_quotes)
    notes = _column([n.as_py().strip('"').replace('""', '"') for n in records.notes], _in_quotes)
    records.values = _column(records.values.to_pylist(), _in_quotes)
    records.notes = notes
    constant: Mapping[str, str] = {
        "OrganisationGuid": guid("organisation", 0),
        "EffectiveDatePrecision": "YMD",
        "ObservationType": "Observation",
        "Deleted": "false",
        "IsConfidential": "false",
        "ProcessingId": PROCESSING_ID,
    }
    for first, count in _blocks(rows):
        who = draws.below(len(patients), count)
        what = records.drawn(who, draws)
        taken = pa.array(what)
        day = days.take(pa.array(np.arange(first, first + count, dtype=np.int64) * _DAYS // rows))
        user = users.take(pa.array(draws.below(len(users), count)))
        made: dict[str, pa.Array] = {
            "ObservationGuid": draws.guids(count),
            "ConsultationGuid": draws.guids(count),
            "PatientGuid": patients.take(pa.array(who)),
            "EffectiveDate": day,
            "EnteredDate": day,
            "EnteredTime": times.take(pa.array(draws.below(600, count))),
            "ClinicianUserInRoleGuid": user,
            "EnteredByUserInRoleGuid": user,
            "CodeId": codes.take(taken),
            "AssociatedText": records.note(draws, count),
            "Value": records.value(what, draws),
            "NumericUnit": units.take(taken),
        }
        columns = []
        for field in fields:
            text = _in_quotes(constant.get(field, "")) + ("\r\n" if field == fields[-1] else "")
            columns.append(made[field] if field in made else pa.repeat(pa.scalar(text), count))
        yield columns
