"""Published workbooks with hidden contents, and a real list: what must be found in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.reading import open_export
from tests.core.reading.text.files import rows_of

EXPECTED = {
    "formula-cache.xlsx": set[str](),  # a formula without text of its own: what it shows is read as a row
    "header-footer.xlsx": {"headers_footers"},
    "multi-sheet.xlsx": set[str](),
    "xlsx-with-comments.xlsx": {"comments", "threaded_comments", "persons"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_published_cases_are_found(shared: Path, name: str) -> None:
    export = open_export([shared / "oracles" / "hidden_content" / name])
    assert {h.id for h in export.hazards} == EXPECTED[name]
    assert all(rows_of(table) for table in export.tables)


def test_every_published_case_is_expected(shared: Path) -> None:
    found = {p.name for p in (shared / "oracles" / "hidden_content").glob("*.xlsx")}
    assert found == set(EXPECTED)


def test_a_real_list_gives_only_its_authors(shared: Path) -> None:
    path = shared / "samples" / "nhsconnect__prm-migrator" / "Patient List.xlsx"
    export = open_export([path])
    assert [h.id for h in export.hazards] == ["author"]
    assert len(rows_of(export.tables[0])) == 49
