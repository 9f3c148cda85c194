"""The shape of an export: what a plan needs to know so that next month's export can start from it.

Tables, fields, code systems and categories, and no patient data. Files and sheets are named by people, often
after people, so a table is known by its place and its fields, with the name that its format gives it; a field
whose name may hold somebody's keeps its place only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.model import Finding, Kind, Role
from core.protection.headings import HEADING_KNOWN, held_by_heading, is_patients
from core.protection.plan import FieldPlan, Plan
from core.survey.results import Survey


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShapeField(_Checked):
    """One field: its name (made up where `held`: its own may hold somebody's), and what it was taken for."""

    name: str
    kind: Kind
    role: Role
    held: bool = False


class ShapeTable(_Checked):
    """One table that has fields: the name that its format gives it, "" where it gives none."""

    name: str = ""
    format: str
    fields: tuple[ShapeField, ...]


class Shape(_Checked):
    """What an export is made of. `tables` stand in the order of the plan's."""

    version: Literal[1] = 1
    tables: tuple[ShapeTable, ...]
    code_systems: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drift:
    """One thing that is new, gone or otherwise since the earlier plan, in words for the screen.

    `kind` is table, field, field_changed, code_system, category (new: left out until a person decides),
    gone_table, gone_field, profile, hold_backs, codes, items (told). `table` and `name` are this export's own
    names, "" where there is none; `stays` says that something is left out because of it."""

    kind: str
    words: str
    table: str = ""
    name: str = ""
    stays: bool = False


def shape_of(survey: Survey) -> Shape:
    """The shape of a surveyed export."""
    names = is_patients(survey.known)
    tables = []
    for name, findings in survey.findings.items():
        if not findings:
            continue
        known = survey.export.recognised.get(name)
        shaped = []
        for finding in findings:
            understood = not finding.reasons or any(r.id in HEADING_KNOWN for r in finding.reasons)
            held = bool(held_by_heading(finding.field, understood=understood, names=names))
            called = _place(finding) if held else finding.field
            shaped.append(ShapeField(name=called, kind=finding.kind, role=finding.role, held=held))
        tables.append(
            ShapeTable(
                name=known.table if known is not None else "",
                format=known.format if known is not None else survey.export.table(name).format,
                fields=tuple(shaped),
            )
        )
    return Shape(
        tables=tuple(tables), code_systems=survey.code_systems, categories=tuple(_categories(survey))
    )


def neutral(plan: Plan, shape: Shape) -> Plan:
    """The plan as it is kept: without the names of tables, and of fields that may hold somebody's.

    Raises ValueError where the shape is another export's."""
    numbers = {name: at for at, name in enumerate(tables_of(plan))}
    _fits(plan, shape)
    at = _Counter()
    fields = []
    for field in plan.fields:
        number = numbers[field.table]
        shaped = shape.tables[number].fields[at.next(number)]
        fields.append(
            replace(field, table=table_place(number), field=shaped.name if shaped.held else field.field)
        )
    items = tuple((table_place(numbers[table]), row, why) for table, row, why in plan.leave_out_items)
    return replace(plan, fields=tuple(fields), leave_out_items=tuple(sorted(items)))


def named_for(plan: Plan, survey: Survey) -> Plan:
    """A kept plan with the names of this export, the one it was made for, again.

    Raises ValueError where it is another export's."""
    tables = [(name, findings) for name, findings in survey.findings.items() if findings]
    places = {place: at for at, place in enumerate(tables_of(plan))}
    if [len(findings) for _, findings in tables] != [len(plan.for_table(place)) for place in places]:
        raise ValueError("the plan is another export's")
    at = _Counter()
    fields = []
    for field in plan.fields:
        number = places[field.table]
        name, findings = tables[number]
        fields.append(replace(field, table=name, field=findings[at.next(number)].field))
    items = tuple((tables[places[place]][0], row, why) for place, row, why in plan.leave_out_items)
    return replace(plan, fields=tuple(fields), leave_out_items=tuple(sorted(items)))


def tables_of(plan: Plan) -> tuple[str, ...]:
    """The plan's tables in order."""
    return tuple(dict.fromkeys(field.table for field in plan.fields))


def table_place(number: int) -> str:
    """What a kept plan calls its table of this number, counted from 0."""
    return f"Table {number + 1}"


def by_table(plan: Plan, shape: Shape) -> Iterator[tuple[ShapeTable, Sequence[FieldPlan]]]:
    """Each table of the shape with its field plans, in order."""
    for table, name in zip(shape.tables, tables_of(plan), strict=True):
        yield table, plan.for_table(name)


def _place(finding: Finding) -> str:
    return f"(field {finding.position + 1})"


def _fits(plan: Plan, shape: Shape) -> None:
    there = [len(plan.for_table(name)) for name in tables_of(plan)]
    if there != [len(table.fields) for table in shape.tables]:
        raise ValueError("the shape is another export's")


class _Counter:
    """Counts the fields of each table, one after the other."""

    def __init__(self) -> None:
        self._next: dict[int, int] = {}

    def next(self, number: int) -> int:
        at = self._next.get(number, 0)
        self._next[number] = at + 1
        return at


def _categories(survey: Survey) -> Iterator[str]:
    occurs = np.uint64(0)
    for facts in survey.facts.values():
        if facts.rows:
            bits = facts.pattern_bits[facts.pattern_rows() > 0]
            occurs |= np.bitwise_or.reduce(bits) if len(bits) else np.uint64(0)
    for number, name in enumerate(survey.category_ids):
        if int(occurs) >> number & 1:
            yield name


def described(table: ShapeTable, number: int) -> str:
    """A table of a shape in words."""
    called = f"'{table.name}'" if table.name else f"table {number + 1}"
    return f"{called} ({len(table.fields):,} fields)"
