"""The panes: windows of rows, filters, flags and finding text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.model import Cancelled, Export, Kind, Reason, Role, UsageError
from core.preview import Preview
from core.preview_rows import Flag, Hit
from core.protection import Context, Decisions
from core.protection.plan import FieldPlan
from core.reading import open_export
from core.reading.held import hold
from core.reading.source import open_source
from core.survey import survey_export
from core.survey.results import NO_DAY
from tests.core.protection.builders import Made, make_survey, report
from tests.core.protection.strategies import KEY, job


def preview(
    tables: dict[str, Made] | None = None, profile: str = "approved-research", **more: Any
) -> Preview:
    decisions = more.pop("decisions", None)
    made = job(make_survey(tables or report(), **more), profile, decisions=decisions)
    return Preview(made.survey, made.plan, KEY, made.rows, blocks_kept=2)


def test_a_window_shows_raw_and_outgoing_rows() -> None:
    window = preview(objections={1: ["type1_dissent"]}).window("events", 2, 4)
    assert window.raw_fields[:3] == ("NHS Number", "Surname", "Date of birth")
    assert window.out_fields[:3] == ("NHS Number", "Date of birth", "Sex")
    leaves, stays = window.rows
    assert (leaves.row, stays.row) == (2, 3)
    assert leaves.raw[:3] == ["999 000 0000", "Name0", "01/04/1940"]
    assert leaves.out is not None
    assert leaves.out[1:4] == ["1940", "M", "BS1"]
    assert set(leaves.changes) == {"NHS Number", "Date of birth", "Postcode", "Event date"}
    assert leaves.changes["Date of birth"].id == "action.year"
    assert not leaves.objects
    assert stays.out is None
    assert stays.withheld is not None
    assert stays.withheld.id == "objection.type1_dissent"
    assert stays.changes == {}
    assert stays.objects


@pytest.mark.parametrize(
    ("start", "stop", "rows"), [(-5, 2, [0, 1]), (16, 99, [16, 17]), (50, 60, []), (5, 3, [])]
)
def test_a_window_is_cut_to_what_there_is(start: int, stop: int, rows: list[int]) -> None:
    assert [row.row for row in preview().window("events", start, stop).rows] == rows


def test_a_window_across_blocks_is_the_same_as_row_by_row() -> None:
    shown = preview()
    whole = shown.window("events", 0, 18).rows
    assert whole == [shown.window("events", at, at + 1).rows[0] for at in range(18)]
    scattered = shown.rows_at("events", np.array([0, 5, 6, 17])).rows
    assert scattered == [whole[0], whole[5], whole[6], whole[17]]


@pytest.mark.parametrize("numbers", [[3, 2], [1, 1], [-1], [18]])
def test_row_numbers_must_be_there_and_ascend(numbers: list[int]) -> None:
    with pytest.raises(UsageError):
        preview().rows_at("events", numbers)


def test_an_unknown_table_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="'events'"):
        preview().window("event", 0, 1)


def test_few_blocks_are_kept() -> None:
    shown = preview()
    shown.window("events", 0, 18)
    assert len(shown._kept) == 2


def test_filters_come_from_facts_and_plan() -> None:
    shown = preview(
        report(categories={4: ["hiv"], 7: ["cancer"]}, unknown_code=[9], objection_row=[10]),
        objections={0: ["audit_dissent"], 5: ["type1_dissent"]},
    )
    rows = {
        name: shown.positions("events", name).tolist()
        for name in (
            "all",
            "left_out",
            "category:hiv",
            "category:cancer",
            "objection",
            "unknown_code",
            "reason:category.hiv",
            "changed",
        )
    }
    assert rows["all"] == list(range(18))
    assert rows["left_out"] == [4, 9, 15, 16, 17]
    assert rows["changed"] == [row for row in range(18) if row not in rows["left_out"]]
    assert rows["category:hiv"] == rows["reason:category.hiv"] == [4]
    assert rows["category:cancer"] == [7]
    assert rows["objection"] == [0, 1, 2, 10, 15, 16, 17]
    assert rows["unknown_code"] == [9]


@pytest.mark.parametrize("filter", ["", "category:measles", "nothing"])
def test_an_unknown_filter_is_refused(filter: str) -> None:
    with pytest.raises(UsageError, match="no filter"):
        preview().positions("events", filter)


def test_changed_rows_under_a_plan_that_keeps_every_cell_are_found_in_the_file() -> None:
    field = [("Surname", Kind.DIRECT_IDENTIFIER, Role.SURNAME)]
    rows = [["White"], ["=May"], ["Parkinson"], ["@you"], [None]]
    shown = preview({"t": Made(field, rows, range(5), block_rows=2)}, "own-care-list")
    assert shown.positions("t", "changed").tolist() == [1, 3]


def test_the_next_flag_is_found_both_ways() -> None:
    shown = preview(report(categories={4: ["hiv"], 7: ["cancer"]}, unknown_code=[9]))
    flagged = [row for row in range(18) if shown.flagged("events")[row]]
    assert flagged == [4, 7, 9]
    assert [shown.next_flag("events", row) for row in (-1, 4, 9)] == [4, 7, None]
    assert [shown.next_flag("events", row, -1) for row in (17, 9, 4)] == [9, 7, None]


def test_being_counted_is_no_flag() -> None:
    shown = preview(report(categories={4: ["hiv"]}), "open-publication")
    assert np.flatnonzero(shown.flagged("events")).tolist() == [4]
    row = shown.window("events", 0, 1).rows[0]
    assert row.out is None
    assert row.withheld == Reason("counted", "Counted into the published table.", "profile: counts only")


def test_cells_are_flagged_for_what_is_in_them() -> None:
    fields = [
        ("NHS", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
        ("Born", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH),
        ("Code", Kind.CODED_CLINICAL, Role.CODE),
        ("Value", Kind.CLINICAL_VALUE, Role.VALUE),
        ("Odd", Kind.UNKNOWN, Role.OTHER),
    ]
    rows = [
        ["1", "x", "code-hiv", "=1", ""],
        ["2", "x", "9Nu0.", "1", None],
        ["3", "x", "odd", "-1", ""],
        ["4", "x", "plain", "1", ""],
    ]
    made = Made(fields, rows, range(4), categories={0: ["hiv"]}, objection_row=[1], unknown_code=[2])
    window = preview({"t": made}).window("t", 0, 4)
    assert window.field_flags == {
        "NHS": Flag.DIRECT,
        "Born": Flag.QUASI,
        "Code": Flag.NONE,
        "Value": Flag.NONE,
        "Odd": Flag.UNKNOWN,
    }
    assert [row.flags.get("Code", Flag.NONE) for row in window.rows] == [
        Flag.SENSITIVE,
        Flag.OBJECTION,
        Flag.UNKNOWN,
        Flag.NONE,
    ]
    assert window.rows[0].flags["Value"] == Flag.HAZARD
    assert window.rows[0].sensitive == {"Code": ("hiv",)}
    assert window.rows[0].categories == ("hiv",)
    assert "Value" not in window.rows[2].flags


def test_every_cell_says_why() -> None:
    shown = preview(objections={1: ["type1_dissent"]})
    assert shown.cell_reason("events", 0, "Sex") is None
    reasons = {
        (row, name): shown.cell_reason("events", row, name)
        for row, name in [(0, "NHS Number"), (0, "Surname"), (0, "Notes"), (3, "Sex")]
    }
    assert {place: reason.id for place, reason in reasons.items() if reason} == {
        (0, "NHS Number"): "action.pseudonym",
        (0, "Surname"): "field.left_out",
        (0, "Notes"): "field.free_text",
        (3, "Sex"): "objection.type1_dissent",
    }
    with pytest.raises(UsageError):
        shown.cell_reason("events", 0, "Nothing")


def test_equal_cells_share_a_reason_only_where_it_hangs_on_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = {"Event date": {"action": "date_shift"}, "Sex": {"action": "blank"}}
    shown = preview(decisions=Decisions(fields={"events": said}))
    single = [shown.window("events", row, row + 1).rows[0].changes for row in range(18)]
    asked: list[tuple[str, str | None]] = []
    why = Context.why

    def spied(self: Context, plan: FieldPlan, cell: str | None, patient: int, day: int) -> Reason | None:
        asked.append((plan.field, cell))
        return why(self, plan, cell, patient, day)

    monkeypatch.setattr(Context, "why", spied)
    assert [row.changes for row in shown.window("events", 0, 18).rows] == single
    names = [name for name, _cell in asked]
    sexes = [cell for name, cell in asked if name == "Sex"]
    assert sorted(map(str, sexes)) == ["F", "M"], "the same whoever's it is"
    assert names.count("NHS Number") > 1
    of = {f.field: shown.context.hangs_on_row(f) for f in shown.context.tables["events"].leaving}
    assert {name for name, hangs in of.items() if hangs} == {"NHS Number", "Event date"}


def test_finding_text_on_either_side_and_both_ways() -> None:
    shown = preview(objections={2: ["type1_dissent"]})
    assert shown.find("events", "nAME3") == Hit(9, "raw", "Surname", 1)
    assert shown.find("events", "name3", start_row=10) == Hit(10, "raw", "Surname", 1)
    assert shown.find("events", "name3", start_row=17, direction=-1) == Hit(11, "raw", "Surname", 1)
    assert shown.find("events", "name3", side="out") is None
    assert shown.find("events", "1943", side="out") == Hit(9, "out", "Date of birth", 2)
    assert shown.find("events", "1942", side="out") is None  # withheld
    assert shown.find("events", "P-", side="out", start_row=5) == Hit(5, "out", "NHS Number", 0)
    assert shown.find("events", "name", among=np.array([7, 12]), start_row=8) == Hit(12, "raw", "Surname", 1)
    assert shown.find("events", "") is None
    assert shown.find("events", "nobody") is None
    with pytest.raises(UsageError):
        shown.find("events", "x", side="middle")


def test_finding_can_be_stopped() -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        preview().find("events", "nobody", step=stop)


def test_a_field_that_a_person_sends_shows_on_the_outgoing_side() -> None:
    decisions = Decisions.model_validate({"fields": {"events": {"Notes": {"action": "keep"}}}})
    window = preview(decisions=decisions).window("events", 0, 1)
    assert window.out_fields[-1] == "Notes"
    assert window.rows[0].out is not None
    assert window.rows[0].out[-1] == "rang daughter"


def test_a_row_says_where_in_the_file_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('NHS Number,Note\n9994120031,"two\nlines"\n\n9996182210,one\n', encoding="utf-8")
    window = shown_of(open_export([path])).window("list", 0, 2)
    assert [row.line for row in window.rows] == [2, 5]
    assert [row.place for row in window.rows] == ["", ""]
    assert window.paths == {}


def test_a_row_of_a_message_says_its_place_and_its_fields_their_paths(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_text("<a/>", encoding="utf-8")
    columns = (("NHS Number", "identifier[0].value"), ("Surname", "name[0].family"))
    rows = [["9994120031", "THORNE"], ["9996182210", "OKAFOR"]]
    places = ["entry[0].resource", "entry[3].resource"]
    table = hold(open_source(path), "patients", "fhir", columns, rows, lines=[7, 120], places=places)
    window = shown_of(Export("message", (path,), (table,))).window("patients", 1, 2)
    assert [(row.line, row.place) for row in window.rows] == [(120, "entry[3].resource")]
    assert window.paths["Surname"] == "name[0].family"


def shown_of(export: Export) -> Preview:
    made = job(survey_export(export), "own-care-list")
    return Preview(made.survey, made.plan, KEY, made.rows)


def test_equal_cells_of_a_patient_have_each_their_own_reason() -> None:
    fields = (
        ("NHS Number", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
        ("Date of birth", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH),
        ("Event date", Kind.QUASI_IDENTIFIER, Role.EVENT_DATE),
    )
    rows = [["9990000000", "12/04/1961", "01/02/2025"], ["9990000000", "12/04/1961", None]]
    ages = Decisions.model_validate({"fields": {"t": {"Date of birth": {"action": "age_at_event"}}}})
    made = Made(fields, rows, [0, 0], day=[20120, NO_DAY])
    shown = preview({"t": made}, decisions=ages, birth_day=[-3186])
    window = shown.window("t", 0, 2).rows
    assert window == [shown.window("t", at, at + 1).rows[0] for at in range(2)]
    assert len({row.changes["Date of birth"].id for row in window}) == 2
