# ruff: noqa: E501  (the paths are as long as they are)
"""Every CSV, TXT and XLSX file among the real samples opens with the right names, fields and rows, or is refused.

The expected figures were checked against each file's text, and rows and cells against the csv module.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core.model import ReadError
from core.reading import has_extra_cells, open_export, total_rows

REFUSED = ("refused", 0, 0)
PLAIN = {"csv", "tsv", "text"}


def expected_tables() -> dict[str, tuple[str, int, int]]:
    """First field, fields, rows of each sample. '(column 1)' says that the file has no line of field names.

    Notes are lines of text, one field wide; the two malformed.csv have no delimiter in common, and are three
    lines of text."""
    with (Path(__file__).parent / "expected_tables.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["file"]: (row["first_field"], int(row["fields"]), int(row["rows"]))
            for row in csv.DictReader(file)
        }


EXPECTED = expected_tables()
#: Files with rows of more cells than they have names (unquoted commas in addresses and paths).
WITH_EXTRA_CELLS = {
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_15/emptycdd/pds_api_data.csv",
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/metadata_invalid_unexpected_comma.csv",
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_hpv_with_instruction_row.csv",
}
TABLES = (".csv", ".txt", ".xlsx")


def samples(shared: Path) -> dict[str, Path]:
    root = shared / "samples"
    return {p.relative_to(root).as_posix(): p for p in sorted(root.rglob("*")) if p.is_file()}


def test_every_table_among_the_samples_is_expected(shared: Path) -> None:
    assert {n for n, p in samples(shared).items() if p.suffix.lower() in TABLES} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_opens_right_or_is_refused(shared: Path, name: str) -> None:
    path = shared / "samples" / name
    first, width, rows = EXPECTED[name]
    if first == "refused":
        with pytest.raises(ReadError) as caught:
            open_export([path])
        assert path.name in caught.value.message
        return
    (table,) = open_export([path]).tables
    raws = [table.read(block) for block in table.blocks()]
    assert (table.fields[0].name, len(table.fields), total_rows(table)) == (first, width, rows)
    assert sum(raw.data.num_rows for raw in raws) == rows
    assert any(has_extra_cells(raw) for raw in raws) == (name in WITH_EXTRA_CELLS)


def test_every_other_sample_opens_as_what_it_is_or_is_refused_clearly(shared: Path) -> None:
    """Messages, letters and bundles are for readers of their own; none may pass for a table."""
    others = [p for p in samples(shared).values() if p.suffix.lower() not in TABLES]
    assert len(others) > 100
    refusals: dict[str, ReadError] = {}
    for path in others:
        try:
            export = open_export([path])
        except ReadError as refusal:
            refusals[path.name] = refusal
            continue
        assert {seen.format for seen in export.recognised.values()}.isdisjoint(PLAIN)
    assert all(name in refusal.message for name, refusal in refusals.items())
    assert {refusal.exit_status for refusal in refusals.values()} <= {3}


def test_nhais_lists_have_a_row_for_every_patient(shared: Path) -> None:
    lists = {n: p for n, p in samples(shared).items() if "GPR4" in p.name}
    assert len(lists) > 5
    for path in lists.values():
        (table,) = open_export([path]).tables
        assert table.format == "nhais-gpr4"
        assert total_rows(table) == sum(line.startswith(b"DOW~1~") for line in path.read_bytes().splitlines())
        raws = [table.read(block) for block in table.blocks()]
        assert not any("missing" in problem.what for raw in raws for problem in raw.problems)
        assert all(cell for raw in raws for cell in raw.data.column(5).to_pylist())


def test_a_sample_that_is_not_utf8_keeps_its_letters(shared: Path) -> None:
    path = next(p for n, p in samples(shared).items() if n.endswith("/invalid_iso_8859_1_encoding.csv"))
    (table,) = open_export([path]).tables
    cells = {c for b in table.blocks() for column in table.read(b).data.columns for c in column.to_pylist()}
    assert any("Jalape\u00f1o" in cell for cell in cells if cell)


def test_formats_are_recognised(shared: Path) -> None:
    found = [
        (path.name, open_export([path]).tables[0].format)
        for name, path in samples(shared).items()
        if EXPECTED.get(name, REFUSED) != REFUSED
    ]
    assert sum(f == "emis-bulk" for _, f in found) == 11
    assert sum(f == "cprd" for _, f in found) == 10
    assert dict(found)["systm_one.csv"] == "systmone-breakdown"
    assert dict(found)["preprocessed_metadata.csv"] == "lloyd-george"
