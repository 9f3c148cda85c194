"""JSON that no other reader knows: objects as rows, lists of objects as tables, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.model import Export, Kind, ReadError
from core.reading import open_export
from core.survey import find_fields
from tests.core.reading.text.files import names_of, rows_of

RECORD = {
    "patient": {
        "nhsNumber": "9990000018",
        "gpData": {"name": {"given": "Agnes", "family": "Okafor"}, "postalCode": "BS6 5QA", "weight": 70.50},
        "pdsData": {"address": ["23 Victoria Road", "Bristol"], "dead": False, "note": None},
    },
    "differences": [{"ruleId": "A1", "seen": [1, 2]}, {"ruleId": "B2"}],
}


def opened(folder: Path, content: object, name: str = "result.json") -> Export:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return open_export([path])


def rows(export: Export, table: str) -> list[dict[str, str | None]]:
    found = export.table(table)
    return [dict(zip(names_of(found), row, strict=True)) for row in rows_of(found)]


def test_objects_are_rows_and_lists_of_objects_tables(tmp_path: Path) -> None:
    export = opened(tmp_path, RECORD)
    assert [t.name for t in export.tables] == ["records", "differences"]
    assert rows(export, "records") == [
        {
            "patient NHS number": "9990000018",
            "patient gp data name given": "Agnes",
            "patient gp data name family": "Okafor",
            "patient gp data postal code": "BS6 5QA",
            "patient gp data weight": "70.5",
            "patient pds data address": "23 Victoria Road",
            "patient pds data address 2": "Bristol",
            "patient pds data dead": "false",
        }
    ]
    assert rows(export, "differences") == [
        {"NHS number": "9990000018", "rule id": "A1", "seen": "1", "seen 2": "2"},
        {"NHS number": "9990000018", "rule id": "B2", "seen": None, "seen 2": None},
    ]
    raw = export.table("differences").read(next(iter(export.table("differences").blocks())))
    assert list(raw.places or ()) == ["differences[0]", "differences[1]"]


def test_a_patients_name_is_no_doctors(tmp_path: Path) -> None:
    findings = {f.field: f for f in find_fields(opened(tmp_path, RECORD))["records"]}
    assert findings["patient gp data name family"].kind is Kind.DIRECT_IDENTIFIER
    assert findings["patient gp data name given"].kind is Kind.DIRECT_IDENTIFIER
    assert findings["patient NHS number"].kind is Kind.DIRECT_IDENTIFIER


def test_words_called_value_are_no_measurement(tmp_path: Path) -> None:
    patches = [{"op": "replace", "path": "/address/0/line/1", "value": f"{n} ROAD NAME"} for n in range(9)]
    export = opened(tmp_path, {"nhsNumber": "9990000018", "patches": patches})
    kinds = {f.field: f.kind for f in find_fields(export)["patches"]}
    assert kinds["value text"] not in {Kind.CLINICAL_VALUE, Kind.ADMINISTRATIVE, Kind.CODED_CLINICAL}


@pytest.mark.parametrize("depth", [1, 2])
def test_rows_are_the_patients_and_not_their_next_of_kins(depth: int, tmp_path: Path) -> None:
    """Or an objection would be the wrong person's, and the one who objects would leave."""
    own = {"nhsNumber": "9990000018"}
    record = {"nextOfKin": {"nhsNumber": "9990000026"}, "entries": [{"code": "827241000000103"}]}
    export = opened(tmp_path, record | (own if depth == 1 else {"patient": {"demographics": own}}))
    assert next(iter(rows(export, "records")[0].values())) == "9990000018"
    assert rows(export, "entries")[0]["NHS number"] == "9990000018"


@pytest.mark.parametrize(
    ("content", "count"),
    [(b'[{"a":1},{"a":2}]', 2), (b'{"a":1}\n{"a":2}\n{"b":3}\n', 3), (b'{"a":1,"a":2}', 1)],
)
def test_arrays_and_lines(tmp_path: Path, content: bytes, count: int) -> None:
    export = opened(tmp_path, content)
    assert len(rows(export, "records")) == count
    assert {c for row in rows_of(export.tables[0]) for c in row if c} >= {"1", "2"}


def test_more_keys_than_fields_are_kept(tmp_path: Path) -> None:
    export = opened(tmp_path, {f"k{n}x": str(n) for n in range(2_500)})
    cells = {c for t in export.tables for row in rows_of(t) for c in row}
    assert {str(n) for n in range(2_500)} <= cells


@pytest.mark.parametrize(
    ("content", "code"), [(b'{"a":', "damaged"), (b'{"a":' * 5000, "bomb"), (b'[{"a":1},]x', "damaged")]
)
def test_damage_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        opened(tmp_path, content)
    assert caught.value.code == code
