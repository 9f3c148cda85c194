"""FHIR written: every element of every map is one that R4 knows, and what a type cannot hold is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from fhir.resources.R4B.bundle import Bundle

from core.model import UsageError
from core.reading.messages.fhir_maps import TableMap, table_maps
from core.release.fhir_file import check_tables, fits, open_file
from core.release.fhir_readback import open_bundle, strays

GOOD = {
    "string": "Featherstone",
    "code": "a b",
    "uri": "http://snomed.info/sct",
    "boolean": "true",
    "integer": "7",
    "positiveInt": "3",
    "unsignedInt": "0",
    "decimal": "5.10",
    "date": "1961-05",
    "dateTime": "2020-11-17T01:00:00.5+01:00",
    "instant": "2020-11-17T01:00:00Z",
}


def written(folder: Path, table: str, rows: list[dict[str, str | None]]) -> tuple[Path, tuple[str, ...]]:
    fields = tuple(dict.fromkeys(name for row in rows for name in row))
    columns = [pa.array([row.get(name) for row in rows], pa.string()) for name in fields]
    path = folder / "records.json"
    bundle = open_file(path, (), sheet="", scratch=folder)
    bundle.begin(1, table, fields)
    bundle.write(pa.RecordBatch.from_arrays(columns, names=[str(n) for n in range(len(fields))]))
    bundle.close()
    return path, fields


def read_back(path: Path, table: str, fields: tuple[str, ...]) -> list[dict[str, str | None]]:
    (part,) = open_bundle(path, ((1, table, fields),))
    rows = [
        row for batch in part.batches for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)
    ]
    return [dict(zip(fields, row, strict=True)) for row in rows]


def names_of(table: TableMap) -> list[str]:
    """Each field once, and as the second of a list."""
    found = []
    for item in table.fields:
        found.append(item.named((0,) * item.lists))
        if item.lists:
            found.append(item.named((1,) * item.lists))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("table", table_maps(), ids=lambda t: t.table)
def test_every_element_of_every_map_is_known_to_r4(tmp_path: Path, table: TableMap) -> None:
    names = names_of(table)
    full = {name: GOOD.get(table.targets[name][1], "x y") for name in names}
    odd: dict[str, str | None] = dict.fromkeys(names, " ?\x0b ")
    alone: list[dict[str, str | None]] = [{n: (full[n] if n == m else None) for n in names} for m in names]
    empty: dict[str, str | None] = dict.fromkeys(names)
    rows = [full, odd, *alone, empty]
    path, fields = written(tmp_path, table.table, rows)
    Bundle.model_validate_json(path.read_bytes())
    assert read_back(path, table.table, fields) == rows
    assert strays(path, ((1, table.table, fields),)) == ()


def test_no_two_fields_of_a_table_share_an_element() -> None:
    for table in table_maps():
        paths = [path for path, _ in table.targets.values() if path]
        assert len(paths) == len(set(paths)), table.table


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("date", ["1961", "1961-05", "1961-05-31"], ["60-64", "1961-13", "1961-02-30", "31/05/1961", "0000"]),
        ("dateTime", ["2020-11-17T01:00:00Z"], ["2020-11-17T01:00", "2020-11-17T01:00:00", "2020-02-30"]),
        ("decimal", ["0", "-1.50", "120.000"], ["007", "1,5", "1.", "NaN", "1e5", "+1"]),
        ("code", ["final"], ["", " final", "a  b"]),
        ("boolean", ["true"], ["True", "1"]),
        ("instant", ["2020-11-17T01:00:00+14:00"], ["2020", "2020-11"]),
    ],
)
def test_what_a_type_holds(kind: str, good: list[str], bad: list[str]) -> None:
    assert [fits(kind, text) for text in good] == [True] * len(good)
    assert [fits(kind, text) for text in bad] == [False] * len(bad)


def test_a_pseudonym_is_no_nhs_number_and_links_to_its_patient(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    bundle = open_file(path, (), sheet="", scratch=tmp_path)
    code = "P-7KQ2-M9XD-0RHE-5V2T"
    for number, table in ((1, "patients"), (2, "events")):
        bundle.begin(number, table, ("NHS number",))
        bundle.write(pa.RecordBatch.from_arrays([pa.array([code])], names=["0"]))
    bundle.close()
    patient, event = json.loads(path.read_text("utf-8"))["entry"]
    assert patient["resource"]["identifier"] == [{"value": code, "system": "urn:threshold:pseudonym"}]
    assert event["resource"]["subject"]["reference"] == patient["fullUrl"]
    assert event["resource"]["subject"]["identifier"]["value"] == code
    assert event["resource"]["_status"]["extension"][0]["valueCode"] == "masked"


def test_an_age_band_stands_beside_the_birth_date(tmp_path: Path) -> None:
    path, fields = written(tmp_path, "patients", [{"Date of birth": "40-44", "Sex": "female"}])
    (entry,) = json.loads(path.read_text("utf-8"))["entry"]
    assert "birthDate" not in entry["resource"]
    assert entry["resource"]["_birthDate"]["extension"][0]["valueString"] == "40-44"
    assert read_back(path, "patients", fields) == [{"Date of birth": "40-44", "Sex": "female"}]


def test_no_rows_are_a_bundle_too(tmp_path: Path) -> None:
    path, fields = written(tmp_path, "events", [])
    assert Bundle.model_validate_json(path.read_bytes()).entry is None
    assert read_back(path, "events", fields) == []


@pytest.mark.parametrize(
    "harm",
    [
        ('"final"', '"Featherstone"'),
        ('"status":"final"', '"status":"final","language":"Featherstone"'),
        ('"code":"1"', '"code":"1","display":"Featherstone"'),
        ('{"resourceType":"Bundle"', '{"resourceType":"Bundle","id":"Featherstone"'),
        ('"valueString":"x"', '"valueString":"x","id":"Featherstone"'),
        ("\n]}", '\n],"signature":{"data":"Featherstone"}}'),
        ('"masked"', '"Featherstone"'),
    ],
)
def test_what_is_no_cell_is_found(tmp_path: Path, harm: tuple[str, str]) -> None:
    from core.model import VerificationError

    rows: list[dict[str, str | None]] = [{"Record status": "final", "Comment": "x"}]
    path, fields = written(tmp_path, "events", rows)
    text = path.read_text("utf-8")
    assert harm[0] in text
    path.write_text(text.replace(*harm), encoding="utf-8")
    try:
        found = read_back(path, "events", fields) != rows or strays(path, ((1, "events", fields),))
    except VerificationError:
        return
    assert found


def test_what_did_not_come_as_fhir_is_refused() -> None:
    with pytest.raises(UsageError, match="Choose csv"):
        check_tables([("patients", "fhir-r4"), ("list", "csv")])
    check_tables([("patients", "fhir-r4")])
