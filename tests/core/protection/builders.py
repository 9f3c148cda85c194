"""Small surveys built by hand: invented people, NHS numbers of the 999 test range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from core.model import (
    Block,
    Counted,
    Export,
    Field,
    Finding,
    Hazard,
    Kind,
    RawBlock,
    Role,
    Status,
)
from core.survey.results import (
    NO_DAY,
    NO_PATIENT,
    OBJECTIONS,
    KnownIdentifiers,
    PatientFacts,
    Survey,
    TableFacts,
)

CATEGORIES = (
    "hiv",
    "sexual_health",
    "termination",
    "assisted_conception",
    "gender",
    "sexual_assault",
    "domestic_abuse",
    "fgm",
    "adoption_and_care",
    "safeguarding",
    "prison_and_crime",
    "complaints_and_legal",
    "identifying_codes",
    "cancer",
    "hfe_act",
    "gender_recognition_act",
    "caredata_2013",
    "rare_codes",
    *("summary_care_exclusion", "mental_health", "self_harm", "eating_disorder", "drugs", "alcohol"),
    *("learning_disability", "autism_adhd", "dementia", "genetics", "end_of_life", "pregnancy_loss"),
    *("hepatitis", "sexuality", "immigration", "homelessness", "own_list", "religion", "ethnicity"),
    *("family_history", "about_others", "hiv_tests", "genetic_tests"),
)

Cell = str | None


@dataclass(frozen=True)
class Category:
    id: str
    title: str
    description: str = ""
    strength: str = "restricted"
    why: str = ""
    sources: tuple[str, ...] = ()
    set: bool = False


class Lookup:
    """A code look-up that knows one code a category: 'code-hiv' and so on."""

    category_ids = CATEGORIES
    lists: tuple[Any, ...] = ()

    def category(self, id: str) -> Category:
        return Category(id, id.replace("_", " ").capitalize())

    def bits_of_code(self, code: str) -> int:
        name = code.removeprefix("code-")
        return 1 << CATEGORIES.index(name) if name in CATEGORIES else 0

    def bits_of_term(self, term: str, *, remember: bool = True) -> int:
        return 0

    def understood(self, code: str) -> bool:
        return not code.startswith("odd")

    def objection_of_code(self, code: str) -> tuple[str, bool] | None:
        return ("type1_dissent", True) if code == "9Nu0." else None

    def explain(self, code: str, term: str) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class MemoryTable:
    """A table held as columns of text, cut into blocks of `block_rows`."""

    name: str
    fields: tuple[Field, ...]
    columns: tuple[pa.Array, ...]
    block_rows: int = 4
    format: str = "csv"

    @property
    def rows(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def blocks(self) -> Iterator[Block]:
        for index, first in enumerate(range(0, self.rows, self.block_rows)):
            yield Block(index, first, min(self.block_rows, self.rows - first))

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        wanted = range(len(self.fields)) if columns is None else columns
        data = pa.RecordBatch.from_arrays(
            [self.columns[i].slice(block.first_row, block.rows) for i in wanted],
            names=[str(i) for i in wanted],
        )
        return RawBlock(self.name, block.first_row, data)


@dataclass(frozen=True)
class Made:
    """One table to build: its fields as (name, kind, role), its rows, and the facts of each row."""

    fields: Sequence[tuple[str, Kind, Role]]
    rows: Sequence[Sequence[Cell]]
    patient: Sequence[int] | None = None
    categories: Mapping[int, Sequence[str]] = field(default_factory=dict)  # row -> categories
    unknown_code: Sequence[int] = ()  # rows
    not_judged: Sequence[int] = ()  # rows
    objection_row: Sequence[int] = ()  # rows
    deleted: Sequence[int] = ()  # rows
    day: Sequence[int] | None = None
    block_rows: int = 4


def make_survey(
    tables: Mapping[str, Made],
    *,
    identity: Sequence[str] | None = None,
    status: Sequence[Status] | None = None,
    objections: Mapping[int, Sequence[str]] | None = None,
    has_status: bool = True,
    birth_day: Sequence[int] | None = None,
    hazards: tuple[Hazard, ...] = (),
) -> Survey:
    """A survey with these tables. `objections`: patient -> meanings. Everybody is registered unless told."""
    built, findings, facts = [], {}, {}
    most = -1
    for name, made in tables.items():
        built.append(_table(name, made))
        findings[name] = tuple(
            Finding(name, label, at, kind, role, 1.0, ("built by hand",))
            for at, (label, kind, role) in enumerate(made.fields)
        )
        facts[name] = _facts(made)
        most = max([most, *facts[name].patient.tolist()])
    who = tuple(identity) if identity is not None else tuple(f"nhs|999{n:07d}" for n in range(most + 1))
    return Survey(
        export=Export("built by hand", (), tuple(built)),
        findings=findings,
        facts=facts,
        patients=_patients(who, status, objections or {}, has_status, birth_day),
        known=_nothing_known(),
        category_ids=CATEGORIES,
        categories=(),
        objections=(Counted("type1_dissent", "Type 1", 1, 1),) if objections else (),
        unknown_codes=_rows_of("unknown_codes", tables, "unknown_code"),
        not_judged=_rows_of("not_judged", tables, "not_judged"),
        hazards=hazards,
        problems=(),
        lookup=Lookup(),  # type: ignore[arg-type]
    )


def _rows_of(name: str, tables: Mapping[str, Made], which: str) -> Counted:
    rows = sum(len(getattr(made, which)) for made in tables.values())
    return Counted(name, name, rows, codes=min(rows, 1))


def _table(name: str, made: Made) -> MemoryTable:
    fields = tuple(Field(at, label, label) for at, (label, _, _) in enumerate(made.fields))
    columns = tuple(pa.array([row[at] for row in made.rows], pa.string()) for at in range(len(made.fields)))
    return MemoryTable(name, fields, columns, made.block_rows)


def _facts(made: Made) -> TableFacts:
    count = len(made.rows)
    patient = made.patient if made.patient is not None else [NO_PATIENT] * count
    bits = np.zeros(count, dtype=np.uint64)
    for row, names in made.categories.items():
        bits[row] = sum(1 << CATEGORIES.index(name) for name in names)
    return TableFacts(
        rows=count,
        patient=np.array(patient, dtype=np.int32),
        day=np.array(made.day if made.day is not None else [NO_DAY] * count, dtype=np.int32),
        categories=bits,
        objection_row=_marked(count, made.objection_row),
        unknown_code=_marked(count, made.unknown_code),
        deleted=_marked(count, made.deleted) if made.deleted else None,
        not_judged=_marked(count, made.not_judged),
    )


def _marked(count: int, rows: Sequence[int]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    result = np.zeros(count, dtype=np.bool_)
    result[list(rows)] = True
    return result


def _patients(
    who: tuple[str, ...],
    status: Sequence[Status] | None,
    objections: Mapping[int, Sequence[str]],
    has_status: bool,
    birth_day: Sequence[int] | None,
) -> PatientFacts:
    bits = np.zeros(len(who), dtype=np.uint32)
    for patient, meanings in objections.items():
        bits[patient] = sum(1 << OBJECTIONS.index(meaning) for meaning in meanings)
    default = Status.REGISTERED if has_status else Status.UNKNOWN
    return PatientFacts(
        count=len(who),
        identity=who,
        status=np.array(status if status is not None else [default] * len(who), dtype=np.uint8),
        objections=bits,
        birth_day=np.array(birth_day if birth_day is not None else [NO_DAY] * len(who), dtype=np.int32),
        has_status=has_status,
    )


def _nothing_known() -> KnownIdentifiers:
    none = np.empty(0, dtype=np.uint64)
    return KnownIdentifiers(none, none, none, none, none, none, none)


REPORT = (
    ("NHS Number", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
    ("Surname", Kind.DIRECT_IDENTIFIER, Role.SURNAME),
    ("Date of birth", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH),
    ("Sex", Kind.QUASI_IDENTIFIER, Role.SEX),
    ("Postcode", Kind.QUASI_IDENTIFIER, Role.POSTCODE),
    ("Event date", Kind.QUASI_IDENTIFIER, Role.EVENT_DATE),
    ("Code", Kind.CODED_CLINICAL, Role.CODE),
    ("Term", Kind.CODED_CLINICAL, Role.TERM),
    ("Value", Kind.CLINICAL_VALUE, Role.VALUE),
    ("Unit", Kind.CLINICAL_VALUE, Role.UNIT),
    ("Notes", Kind.FREE_TEXT, Role.NOTE),
    ("Row GUID", Kind.LINKING_KEY, Role.ROW_KEY),
)


def report(people: int = 6, each: int = 3, *, block_rows: int = 4, **more: Any) -> dict[str, Made]:
    """A 12-field report: `each` events for each of `people` patients."""
    rows = [
        [
            f"999 {n // 10000:03d} {n % 10000:04d}",
            f"Name{n}",
            f"{n % 28 + 1:02d}/04/{1940 + n % 60}",
            "MF"[n % 2],
            f"BS{n % 9 + 1} {n % 9}QA",
            f"2025-{e % 12 + 1:02d}-{n % 28 + 1:02d}",
            "44054006",
            "Diabetes",
            f"{n}.{e}",
            "mmol/L",
            "rang daughter",
            f"{{{n:08X}-{e:04X}}}",
        ]
        for n in range(people)
        for e in range(each)
    ]
    patient = [n for n in range(people) for _ in range(each)]
    return {"events": Made(REPORT, rows, patient, block_rows=block_rows, **more)}
