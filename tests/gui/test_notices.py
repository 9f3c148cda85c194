"""What was noticed, as a list: worst first, in words, with what to do."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from core.model import Export, Hazard, Problem, Recognised, Severity
from core.protection.profile import hazard_ids, load_profile
from core.reading import open_export
from core.survey import survey_export
from gui.models.notices import CARE, LOOK, NOTED, STOPS, by_table, grouped, notices, of_hazard, stated
from gui.models.sheets import ALL, called, heading, sheets, sureness, taken_for
from gui.models.sheets_model import NoticesModel, SheetsModel
from resources import ROOT

HIDDEN = Hazard("Sheet2", "hidden sheet", Severity.BLOCKS, "PSNI, 2023", "hidden_sheet")
COMMENT = Hazard("Sheet1", "3 comments on cells", Severity.WARNS, "", "comments")
CUT = Hazard("list.csv", "the file says that it is cut short", Severity.BLOCKS, "", "truncated")
SHORT = [Problem("list.csv", line, "row has fewer cells than the table's 6 fields") for line in (9, 12, 30)]
BLANK = Problem("list.csv", 4, "blank line, skipped")


def test_what_stops_the_export_stands_first_then_hidden_data_then_the_rest() -> None:
    found = notices([COMMENT, CUT, HIDDEN], [BLANK, *SHORT])
    assert [n.rank for n in found] == [STOPS, STOPS, CARE, LOOK, LOOK, LOOK, NOTED]
    assert [n.hidden for n in found] == [True, False, True, False, False, False, False]
    assert found[0].word == "Hidden data, stops the export"
    assert found[1].word == "Stops the export"
    assert all(n.todo.endswith(".") for n in found)


def test_rows_of_one_sort_are_one_entry_with_their_lines() -> None:
    found = grouped(notices([HIDDEN], [BLANK, *SHORT]))
    assert [(n.times, n.place) for n in found] == [(1, "Sheet2"), (3, "lines 9, 12, 30"), (1, "line 4")]
    many = [Problem("list.csv", n, "row has fewer cells than the table's 6 fields") for n in range(1, 41)]
    assert grouped(notices([], many))[0].place == "lines 1, 2, 3, 4 and 36 more"


def test_how_many_are_shown_is_said() -> None:
    found = notices([HIDDEN], SHORT)
    assert stated(found, 4) == "1 place with hidden data and 3 other things noticed"
    assert stated(found, 2).endswith("Shown: 2 of 4")


def test_what_to_do_comes_by_the_hazards_id() -> None:
    assert "Unhide" in of_hazard(HIDDEN).todo
    assert not of_hazard(Hazard("a", "b", Severity.WARNS)).hidden, "nobody said that it is hidden data"


def test_every_hazard_of_the_readers_is_known() -> None:
    """An id that is not in resources/hazards.toml could be named by no profile."""
    root = Path(__file__).parents[2] / "core"
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Hazard":
                keyword = next((k.value for k in node.keywords if k.arg == "id"), None)
                given = node.args[4] if len(node.args) > 4 else keyword
                if isinstance(given, ast.Constant):
                    found.add(given.value)
    from core.reading.containers import CONTAINERS

    assert (found | set(CONTAINERS)) <= hazard_ids()


def test_each_table_has_its_own_and_the_rest_belongs_to_the_whole(tmp_path: Path) -> None:
    for name in ("events", "patients"):
        rows = "999412003{},44054006\n"
        text = "NHS Number,Code\n" + "".join(rows.format(n) for n in range(4))
        (tmp_path / f"{name}.csv").write_text(text + ("9\n" if name == "events" else ""), encoding="utf-8")
    export = open_export([tmp_path])
    export = Export(
        export.name, export.paths, export.tables, (CUT, HIDDEN), (Problem("events.csv", 6, "short"),)
    )
    found, rest = by_table(export.hazards, export.problems, export.tables)
    assert [len(found[t]) for t in ("events", "patients")] == [1, 0]
    assert [n.where for n in rest] == ["Sheet2", "list.csv"]
    made = sheets(export, None)
    assert [s.name for s in made] == [ALL, "events", "patients"]
    assert made[0].title == "The export as a whole"
    assert made[0].noticed_words == "2 urgent"
    assert made[1].rows_words == "being counted"
    assert heading(export) == "Comma-separated file"


def test_no_count_is_held_back_of_one_patient_nor_of_as_many_rows_by_chance(
    tmp_path: Path,
) -> None:
    one, two = "9994120031,1", "9990000018,2"
    counted = {}
    for name, rows in (("single", [one]), ("chance", [one, one]), ("list", [one, two])):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "p.csv").write_text("NHS Number,Code\n" + "\n".join([one, two][: len(rows)]) + "\n")
        (folder / "t.csv").write_text("NHS Number,Code\n" + "\n".join(rows) + "\n")
        survey = survey_export(open_export([folder]))
        counted[name] = [s.rows_words for s in sheets(survey.export, survey, told=False) if s.name == "t"]
    assert counted == {"single": ["1"], "chance": ["2"], "list": ["counted"]}


@pytest.mark.parametrize(
    "what",
    [
        "the last line has no line end, as where a file was cut short; see that its last row is whole",
        "91 records point to a patient who is not in the file",
        "a zero byte in the text; kept",
    ],
)
def test_what_may_be_missing_or_tied_to_nobody_is_to_be_looked_at(what: str) -> None:
    (found,) = notices([], [Problem("a.csv", None, what)])
    assert found.rank == LOOK
    assert "Nothing is to be done" not in found.todo


def test_every_other_hazard_has_something_to_do_of_its_own() -> None:
    known = tomllib.loads((ROOT / "hazards.toml").read_text(encoding="utf-8"))
    assert set(known["other"].split()) <= set(known["todo"])


def test_the_profile_says_what_stops(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("NHS Number,Code\n9994120031,1\n", encoding="utf-8")
    made = open_export([tmp_path / "a.csv"])
    export = Export(made.name, made.paths, made.tables, (HIDDEN,))
    assert sheets(export, None)[0].stops == 1
    assert sheets(export, None, profile=load_profile("open-publication"))[0].stops == 0
    assert sheets(export, None, profile=load_profile("own-care-list"))[0].stops == 1


@pytest.mark.parametrize(("confidence", "words"), [(0.99, "sure"), (0.7, "probably"), (0.4, "perhaps")])
def test_how_sure_it_is_said_in_words(confidence: float, words: str) -> None:
    assert sureness(confidence) == words
    seen = Recognised("emis-list-report", "EMIS list report", confidence)
    assert taken_for(seen, "emis-list-report") == f"Taken for: EMIS list report - {words}"


def test_a_plain_table_says_that_nothing_is_known() -> None:
    assert "nothing is known" in taken_for(Recognised("csv", "comma-separated text", 0.5), "csv", "|")
    assert "separated by bars" in taken_for(None, "csv", "|")


def test_the_models_pass_qts_own_tests(qapp: object, qtmodeltester: object, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("NHS Number,Code\n9994120031,1\n", encoding="utf-8")
    tables = SheetsModel()
    tables.set_sheets(sheets(open_export([tmp_path / "a.csv"]), None))
    listed = NoticesModel()
    listed.set_notices(notices([HIDDEN], SHORT))
    for model in (tables, listed):
        qtmodeltester.check(model)  # type: ignore[attr-defined]
    assert tables.row_of("a") == 0
    tables.set_find("zz")
    assert tables.rowCount() == 0


def test_a_table_goes_by_its_formats_name_where_it_has_one_to_itself() -> None:
    def seen(table: str) -> Recognised:
        return Recognised("emis-bulk", "EMIS bulk extract", 0.9, table=table)

    made = Export(
        "e",
        (),
        (),
        recognised={"a": seen("Admin_Patient"), "b": seen("Slot"), "c": seen("Slot"), "d": seen("")},
    )
    assert called(made) == {"a": "Admin_Patient"}
    assert called(None) == {}
