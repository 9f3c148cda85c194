"""Columns of messages and paths, and identifiers and people inside columns taken for something ordinary."""

from __future__ import annotations

import pyarrow as pa
import pytest

from core.model import Field, Finding, Kind, Role
from core.survey.fields.classify import classify_table


def found(heading: str, values: list[str]) -> Finding:
    field = Field(0, heading, heading)
    return classify_table("events", (field,), [pa.array(values, pa.string())])[0]


ASTHMA = ["Asthma", "Diabetes mellitus", "Hypertension", "Cough", "Headache"]
PATHS = [rf"\\server\docs\SMITH John {n}.pdf" for n in range(40)]
JSON = [f'{{"given": "Jane", "n": {n}}}' for n in range(40)]
XML = [f"<note><text>seen {n}</text></note>" for n in range(40)]


@pytest.mark.parametrize("heading", ["To_DTS", "Term", "Code term", "Value", "Reference", "Notes", "Qwxz"])
@pytest.mark.parametrize("cells", [PATHS, JSON, XML], ids=["paths", "json", "xml"])
def test_a_column_of_paths_or_messages_is_never_ordinary(heading: str, cells: list[str]) -> None:
    finding = found(heading, cells)
    assert finding.kind in (Kind.DIRECT_IDENTIFIER, Kind.FREE_TEXT, Kind.UNKNOWN)
    assert not any("SMITH" in line or "Jane" in line for line in finding.evidence)


def test_some_paths_among_plain_words_make_a_column_one_of_paths() -> None:
    finding = found("Term", ASTHMA * 20 + PATHS)
    assert finding.kind is Kind.DIRECT_IDENTIFIER
    assert any("40 of 140 values hold a file's" in line for line in finding.evidence)


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        ("seen by Mrs Quixley", "a person's name"),
        ("ring 07700 900123", "a telephone number"),
        ("lives at 12 Acacia Avenue", "an address"),
    ],
)
def test_a_few_cells_with_an_identifier_take_an_ordinary_column_back(planted: str, what: str) -> None:
    finding = found("Term", ASTHMA * 20 + [planted] * 5)
    assert finding.kind is Kind.UNKNOWN
    assert any(f"5 of 105 values hold {what}" in line for line in finding.evidence)


def test_one_such_cell_among_many_is_told_and_the_column_stays() -> None:
    finding = found("Term", ASTHMA * 100 + ["seen by Mrs Quixley"])
    assert (finding.kind, finding.role) == (Kind.CODED_CLINICAL, Role.TERM)
    assert any("1 of 501 values holds a person's name" in line for line in finding.evidence)
