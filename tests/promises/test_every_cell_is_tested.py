"""Promise 2 for cells: beyond care no cell leaves only because its field does. A stranger's name or number in
a code, a term, a value or the name of a field stays here, the rest of its row goes; each has its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.engine import apply_table
from core.model import Kind, Role
from core.preview import Preview
from core.protection import ACTIONS, decide_rows, load_profile, load_profiles, make_context, make_plan
from core.protection.actions import Setting, run_of
from core.protection.plan import Purpose
from core.protection.pseudonyms import PSEUDONYM, Pseudonyms
from core.reading import open_export
from core.survey import survey_export
from tests.core.protection.strategies import KEY

ROW_LEVEL = [p for p in load_profiles().values() if p.purpose is Purpose.BEYOND_CARE]
STRANGERS = [
    *("Seen by Dr Quixley", "Jane Quixley", "QUIXLEY, Jane (Mrs)", "d/w son John", "Patel"),
    *("ring 07700 900123", "someone@example.org", "12 Acacia Avenue", "see 999 000 0107", "NHS 9990000107"),
    *(r"\\server\docs\QUIXLEY Jane.pdf", '{"name": "Quixley"}', "<name>Quixley</name>", "QX12 Mrs Quixley"),
]


@pytest.mark.parametrize("profile", ROW_LEVEL, ids=lambda profile: profile.id)
def test_no_rule_passes_a_cell_on_untested(profile) -> None:  # type: ignore[no-untyped-def]
    for kind in Kind:
        for role in Role:
            rule = profile.rule_for(kind, role)
            assert rule is None or rule.action in set(ACTIONS) - {"keep"}, (kind, role)


@pytest.mark.parametrize("number", range(len(STRANGERS)))
def test_a_stranger_in_any_kept_field_of_any_role_stays_here(number: int) -> None:
    ways = {
        (rule.action, role, tuple(rule.settings.items()))
        for profile in ROW_LEVEL
        for kind in Kind
        for role in Role
        if (rule := profile.rule_for(kind, role)) is not None and rule.action != "leave_out"
    }
    for action, role, settings in ways:
        told = {"on": "2025-11-30"} if any(choice.id == "on" for choice in ACTIONS[action].choices) else {}
        run = run_of(action, Setting(role, {**told, **dict(settings)}, Pseudonyms(bytes(32))))
        made, note = run(STRANGERS[number])
        assert made is None or PSEUDONYM.fullmatch(made), (action, role)
        assert note or made


HEAD = "NHS Number,Date of birth,Sex,Event date,Code,Mrs Quixley Code term,Value,Units"
ROWS = [
    "999 000 0107,04/03/1961,F,2025-11-03,44054006,Type 2 diabetes mellitus,5.2,mmol/L",
    "999 000 0115,05/03/1962,M,2025-11-04,195967001,Seen by Dr Quixley,7.1,mmol/L",
    "999 000 0123,06/03/1963,F,2025-11-05,44054006,Type 2 diabetes mellitus,rang Mrs Quixley,mmol/L",
    "999 000 0131,07/03/1964,M,2025-11-06,49049000,Parkinson's disease,6.0,Quixley",
]


def test_what_names_a_stranger_stays_and_the_rest_of_its_row_goes(tmp_path: Path) -> None:
    source = tmp_path / "events.csv"
    filler = [
        f"999 000 {n:04d},04/03/1961,F,2025-11-03,44054006,Type 2 diabetes mellitus,5.2,mmol/L"
        for n in range(2000, 2400)
    ]
    source.write_text("\n".join([HEAD, *ROWS, *filler]) + "\n", encoding="utf-8")
    survey = survey_export(open_export([source]))
    plan = make_plan(
        survey, load_profile("approved-research"), recipient="R", project="J", assume_registered=True
    )
    rows = decide_rows(survey, plan, KEY)
    (table,) = survey.export.tables
    made = [block.data for block in apply_table(table, make_context(survey, plan, KEY, rows), workers=1)]
    assert sum(block.num_rows for block in made) > len(filler) // 2
    cells = [cell for block in made for column in block.columns for cell in column.to_pylist() if cell]
    assert not any("Quixley" in cell for cell in cells)
    assert "Parkinson's disease" in cells
    preview = Preview(survey, plan, KEY, rows)
    assert not any("Quixley" in name for name in preview.out_fields(table.name))
    shown = preview.window(table.name, 0, len(ROWS)).rows
    assert "Field 6" in preview.out_fields(table.name)
    for row, field in ((1, "Mrs Quixley Code term"), (2, "Value"), (3, "Units")):
        assert shown[row].out is not None
        assert "Left blank" in shown[row].changes[field].text


CODED = [
    ("915B.", "Patient NHS number"),
    ("9153.", "Patient address"),
    ("184097001", "Patient address"),
    ("EMISNQDO12", "Patient door entry code"),
]


@pytest.mark.parametrize(("code", "term"), CODED)
@pytest.mark.parametrize("profile", ROW_LEVEL, ids=lambda profile: profile.id)
def test_a_row_whose_value_is_an_identifier_stays(profile, code: str, term: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    source = tmp_path / "events.csv"
    lines = ["NHS Number,Event date,Code,Code term,Value"]
    lines += [f"999 000 {n:04d},2025-11-03,44054006,Type 2 diabetes mellitus,5.2" for n in range(2000, 2040)]
    lines += [f"999 000 0107,2025-11-03,{code},{term},4321"]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    survey = survey_export(open_export([source]))
    plan = make_plan(survey, profile, recipient="R", project="J", assume_registered=True)
    rows = decide_rows(survey, plan, KEY)
    (table,) = survey.export.tables
    last = Preview(survey, plan, KEY, rows).window(table.name, 40, 41).rows[0]
    assert last.out is None
    assert last.withheld is not None
    assert last.withheld.id == "category.identifying_codes"


BARE = ["Quixley", "J.QUIXLEY", "the Winterbourne family", "kowalczewska's", "QUIXLEY"]


@pytest.mark.parametrize("profile", ROW_LEVEL, ids=lambda profile: profile.id)
def test_a_bare_name_that_only_the_export_knows_stays(profile, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Of a patient, of staff or of next of kin: in no list of names, with nothing beside it."""
    source = tmp_path / "events.csv"
    lines = ["NHS Number,Surname,Next of kin,Clinician,Event date,Code,Code term,Value,Units"]
    people = "Kowalczewska,Mrs Ada Winterbourne,Dr Jo Quixley"
    clinical = "2025-11-03,44054006,Type 2 diabetes mellitus,5.2,mmol/L"
    lines += [f"999 000 {n:04d},{people},{clinical}" for n in range(2000, 2400)]
    lines += [
        f"999 000 {at:04d},{people},2025-11-03,44054006,{bare},{bare},{bare}"
        for at, bare in enumerate(BARE, 2400)
    ]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    survey = survey_export(open_export([source]))
    plan = make_plan(survey, profile, recipient="R", project="J", assume_registered=True)
    rows = decide_rows(survey, plan, KEY)
    (table,) = survey.export.tables
    made = [block.data for block in apply_table(table, make_context(survey, plan, KEY, rows), workers=1)]
    written = [row for block in made for row in block.to_pylist()]
    shown = Preview(survey, plan, KEY, rows).window(table.name, 400, 400 + len(BARE)).rows
    assert len(written) == 400 + len(BARE)
    assert written[0]["Code term"] == "Type 2 diabetes mellitus"
    for row, there in zip(shown, written[400:], strict=True):
        for field in ("Code term", "Value", "Units"):
            assert there[field] is None
            assert row.changes[field].text.startswith("Left blank")
        assert row.out is not None
        assert "name of somebody in this export" in row.changes["Code term"].text
