"""What a scan says of what each table was taken for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.cli_shapes import scan_shape
from core.cli_text import tell_scan
from core.model import Hazard, Severity
from core.reading import open_export
from core.survey import survey_export
from tests.core.reading.supplier_files import emis_file


def test_a_scan_says_what_each_table_was_taken_for_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    emis_file(tmp_path, "Admin_Patient", {"PatientGuid": "{A}"})
    (tmp_path / "mine.csv").write_text("NHS Number,Surname\n9990000018,Archer\n", encoding="utf-8")
    survey = survey_export(open_export([tmp_path]))
    emis, mine = (table["recognised"] for table in scan_shape(survey)["tables"])
    assert (emis["title"], emis["table"]) == ("EMIS bulk extract: Admin_Patient", "Admin_Patient")
    assert 0.9 <= emis["confidence"] < 1
    assert emis["evidence"][0] == "its name is that of an EMIS bulk file"
    assert mine["table"] is None
    assert mine["confidence"] <= 0.5
    tell_scan(survey)
    assert "EMIS bulk extract: Admin_Patient (" in capsys.readouterr().out


def test_a_scan_says_what_stops_first_and_each_sort_of_oddity_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "".join(f"9990000018,Archer{',x' if n % 2 else ''}\n" for n in range(12))
    (tmp_path / "mine.csv").write_text("NHS Number,Surname\n" + lines, encoding="utf-8")
    survey = survey_export(open_export([tmp_path]))
    care = Hazard("a.xlsx", "3 comments", Severity.WARNS, "The file itself must not be sent.", "comments")
    stops = Hazard("b.csv", "the file looks cut short", Severity.BLOCKS, "", "cut_short")
    tell_scan(replace(survey, hazards=(care, stops)))
    told = capsys.readouterr().out
    assert told.index("Stops the export: b.csv: the file looks cut short") < told.index("Take care: a.xlsx")
    assert "      The file itself must not be sent." in told
    assert "Hidden data" not in told, "not every hazard is"
    assert [line[:43] for line in told.splitlines() if line.startswith("Noticed")] == [
        "Noticed: mine.csv, lines 3, 5, 7, 9 and 2 m"
    ]
