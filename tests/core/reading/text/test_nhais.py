"""NHAIS lists: two lines a patient, and no line lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Export, ReadError
from core.reading import open_export
from core.survey import find_fields
from tests.core.reading.text.files import lines_of, names_of, problems_of, rows_of

ONE = "DOW~1~9999999,9999~LNA~20260112~0814~1500001~9990000018~EXAMPLE~ADA~~MRS~2~19610203~FLAT A~LONG ROAD"
TWO = "DOW~2~OLD TOWN~BRISTOL~AVON~BS99 3ZZ~Y~3~B~~"
OTHER = (
    ONE.replace("9990000018", "AB?/123456").replace("ADA", "BEN").replace("MRS~2", "MR~1"),
    "DOW~2~~BRISTOL~~B9   9ZZ~~3~~~",
)


def listed(folder: Path, *lines: str, name: str = "L99999_GPR4LNA1.ABA", ends: str = "\n") -> Export:
    path = folder / name
    path.write_bytes((ends.join(lines) + ends).encode())
    return open_export([path])


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_two_lines_are_one_row(ends: str, tmp_path: Path) -> None:
    export = listed(tmp_path, "503\\*", ONE, TWO, *OTHER, ends=ends)
    (table,) = export.tables
    assert table.format == "nhais-gpr4"
    rows = [dict(zip(names_of(table), row, strict=True)) for row in rows_of(table)]
    assert rows[0] == {
        "GPCode": "9999999,9999",
        "HACipher": "LNA",
        "RecordDate": "20260112",
        "RecordTime": "0814",
        "RecordNumber": "1500001",
        "NHSNumber": "9990000018",
        "Surname": "EXAMPLE",
        "Forenames": "ADA",
        "PreviousSurname": None,
        "Title": "MRS",
        "Sex": "2",
        "DateOfBirth": "19610203",
        "HouseName": "FLAT A",
        "NumberRoad": "LONG ROAD",
        "Locality": "OLD TOWN",
        "PostTown": "BRISTOL",
        "County": "AVON",
        "Postcode": "BS99 3ZZ",
        "DrugsDispensed": "Y",
        "RPPMileage": "3",
        "BlockedRoute": "B",
        "WalkingUnits": None,
        "ResInstCode": None,
    }
    assert (rows[1]["NHSNumber"], rows[1]["Postcode"]) == ("AB?/123456", "B9   9ZZ")
    assert lines_of(table) == [2, 4]
    assert export.hazards == ()
    assert all(field.header == "" for field in table.fields)
    seen = export.recognised[table.name]
    assert seen.confidence > 0.9
    assert "it is called as such lists are" in seen.evidence


def test_names_and_numbers_are_found(tmp_path: Path) -> None:
    export = listed(tmp_path, ONE, TWO, *OTHER)
    kinds = {f.field: f.kind.value for f in find_fields(export)[export.tables[0].name]}
    for name in ("NHSNumber", "Surname", "Forenames", "PreviousSurname", "HouseName", "NumberRoad"):
        assert kinds[name] == "direct_identifier"
    for name in ("Title", "Sex", "DateOfBirth", "Postcode", "PostTown", "Locality"):
        assert kinds[name] == "quasi_identifier"
    assert kinds["GPCode"] == kinds["HACipher"] == "staff"


def test_halves_are_rows_of_their_own_and_told(tmp_path: Path) -> None:
    export = listed(tmp_path, "503\\*", TWO, ONE, ONE.replace("ADA", "CAT"), TWO, ONE)
    (table,) = export.tables
    rows = [dict(zip(names_of(table), row, strict=True)) for row in rows_of(table)]
    assert [(r["Forenames"], r["PostTown"]) for r in rows] == [
        (None, "BRISTOL"),
        ("ADA", None),
        ("CAT", "BRISTOL"),
        ("ADA", None),
    ]
    assert lines_of(table) == [2, 3, 4, 6]
    assert [p.line for p in problems_of(table) if "two lines is missing" in p.what] == [2, 3, 6]
    assert [h.id for h in export.hazards] == ["half_records", "cut_short"]
    hazard = export.hazards[0]
    assert hazard.what.startswith("3 patients")


def test_other_lines_and_too_many_cells_are_kept_apart(tmp_path: Path) -> None:
    export = listed(tmp_path, ONE + "~SURPLUS", TWO, "XYZ~1~A NAME", "", *OTHER)
    (table,) = export.tables
    assert names_of(table)[-1] == "(extra cells)"
    assert [row[-1] for row in rows_of(table)] == ["SURPLUS", "XYZ~1~A NAME", None]
    said = {p.line: p.what for p in problems_of(table)}
    assert "more cells" in said[1]
    assert "neither half" in said[3]
    assert "blank" in said[4]
    kinds = {f.field: f.kind.value for f in find_fields(export)[table.name]}
    assert kinds["(extra cells)"] in ("free_text", "unknown", "direct_identifier")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.87, 0.99])
def test_a_list_cut_short_says_so(share: float, tmp_path: Path) -> None:
    path = tmp_path / "L99999_GPR4LNA1.ABA"
    data = "\n".join(["503\\*", *([ONE, TWO] * 10), ""]).encode()
    path.write_bytes(data[: int(len(data) * share)])
    export = open_export([path])
    told = [p.what for p in problems_of(export.tables[0])]
    assert "cut_short" in {h.id for h in export.hazards} or any("no line end" in what for what in told)
    path.write_bytes("\n".join(["503\\*", *([ONE, TWO] * 9), ONE, ""]).encode())
    assert "cut_short" in {h.id for h in open_export([path]).hazards}


def test_a_list_without_patients_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="without a patient"):
        listed(tmp_path, "503\\*", "DOW~1~")


_value = st.text(st.characters(exclude_characters="~\r\n\x1a", exclude_categories=("Cs",)), max_size=6)
_line = st.one_of(
    st.tuples(st.sampled_from(("DOW~1~", "DOW~2~")), st.lists(_value, max_size=17)).map(
        lambda pair: pair[0] + "~".join(pair[1])
    ),
    _value,
)


@given(st.lists(_line, max_size=12))
def test_no_cell_is_lost(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    marked = 20 * [ONE, TWO]
    export = listed(tmp_path_factory.mktemp("nhais"), *marked, *lines)
    (table,) = export.tables
    cells = sorted(part for row in rows_of(table) for cell in row if cell for part in cell.split("~") if part)
    written = [line for line in (*marked, *lines) if line.strip()]
    want = [line[6:] if line.startswith(("DOW~1~", "DOW~2~")) else line for line in written]
    assert cells == sorted(part for line in want for part in line.split("~") if part)
