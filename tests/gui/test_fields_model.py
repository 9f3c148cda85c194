from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt

from gui.formatting import KIND_ORDER
from gui.models.fields_model import ACTION, COLUMNS, OUT, RAW, WHY, FieldRow, FieldsModel, shows
from tests.growth import calls

KINDS = [k for k in KIND_ORDER if k != "unknown"]


def row(name: str, kind: str = "administrative", **more: Any) -> FieldRow:
    facts: dict[str, Any] = {"role": "other", "evidence": ("the heading says so", "all 9 values fit")}
    return FieldRow("t", name, kind, **(facts | more))


@pytest.fixture
def model(light: Any) -> FieldsModel:
    made = FieldsModel()
    made.set_rows(
        [
            row("Code", "coded_clinical", action="keep", raw="44054006", out="44054006"),
            row("Notes", "free_text", action="leave_out", to_decide=True, raw="seen"),
            row("NHS Number", "direct_identifier", action="pseudonym", raw="9991234560", out="P-X"),
            row("Surname", "direct_identifier", action="leave_out", decided=True, raw="<b>SMITH</b>"),
        ]
    )
    return made


def test_qt_accepts_the_model(model: FieldsModel, qtmodeltester: Any) -> None:
    qtmodeltester.check(model, force_py=True)


def test_groups_go_from_what_names_a_patient_down(model: FieldsModel) -> None:
    words = [model.index(place, 0).data() for place in range(model.rowCount())]
    assert words == [
        "Names a patient: 2 fields, 1 would leave, as codes",
        "Free text: 1 field, none would leave, 1 to decide",
        "Clinical codes: 1 field, 1 would leave",
    ]


def test_cells_in_words(model: FieldsModel) -> None:
    notes = model.index_of("t", "Notes")
    assert notes.siblingAtColumn(ACTION).data() == "Left out until you decide"
    assert notes.siblingAtColumn(OUT).data() == "nothing"
    surname = model.index_of("t", "Surname")
    assert surname.siblingAtColumn(ACTION).data() == "Left out, decided here"
    assert surname.siblingAtColumn(RAW).data() == "<b>SMITH</b>"
    assert "<b>" not in surname.siblingAtColumn(RAW).data(Qt.ItemDataRole.ToolTipRole)
    assert surname.siblingAtColumn(WHY).data() == "All 9 fit"
    spoken = notes.siblingAtColumn(ACTION).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "What happens: Left out until you decide"


@pytest.mark.parametrize(
    ("evidence", "short"),
    [
        (
            ("the heading says 'NHS Number': NHS number", "4,936 of 4,948 values are NHS numbers"),
            "4,936 of 4,948 are NHS numbers",
        ),
        (("the heading says 'DOB: day': date of birth",), "The heading says so"),
        (("all 2 values are dates",), "Both are dates"),
        (("all 687 values looked at are dates", "the years run from 1928"), "All 687 are dates"),
        (("the heading says 'x': y", "every value is different"), "Every value is different"),
        ((), ""),
    ],
)
def test_evidence_in_short(evidence: tuple[str, ...], short: str) -> None:
    made = replace(row("Field", "direct_identifier"), evidence=evidence)
    assert made.evidence_in_short == short


def test_every_state_has_a_shape(model: FieldsModel) -> None:
    for name in ("NHS Number", "Notes", "Surname"):
        icon = model.index_of("t", name, column=ACTION).data(Qt.ItemDataRole.DecorationRole)
        assert not icon.isNull()


def test_a_change_of_contents_moves_nothing(model: FieldsModel, qtbot: Any) -> None:
    rows = [r if r.name != "Notes" else row("Notes", "free_text", action="keep") for r in model.rows()]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        assert model.set_rows(rows) is False
    assert model.index_of("t", "Notes", column=ACTION).data() == "Sent as it is"
    with qtbot.waitSignal(model.modelReset):
        assert model.set_rows(rows[:2]) is True


def test_a_field_that_is_not_there(model: FieldsModel) -> None:
    assert not model.index_of("t", "Nothing").isValid()
    assert model.row_at(QModelIndex()) is None
    assert model.row_at(model.index(0, 0)) is None


def test_ten_thousand_fields(light: Any) -> None:
    rows = [row(f"Field {n}", KINDS[n % len(KINDS)], action="keep", raw=str(n)) for n in range(10_000)]
    model = FieldsModel()
    few = calls(lambda: FieldsModel().set_rows(rows[:1_000]))
    assert calls(lambda: model.set_rows(rows)) < 15 * few
    assert sum(model.rowCount(model.index(g, 0)) for g in range(model.rowCount())) == 10_000
    last = model.index_of("t", "Field 9999")
    for column in range(len(COLUMNS)):
        assert model.data(last.siblingAtColumn(column)) is not None
    assert model.set_rows(rows) is False


@pytest.mark.parametrize(
    ("only", "text", "names"),
    [
        ("all", "", ["Code", "Notes", "Surname"]),
        ("to_decide", "", ["Notes"]),
        ("leaves", "", ["Code"]),
        ("left_out", "", ["Notes", "Surname"]),
        ("all", "SUR", ["Surname"]),
        ("all", "free text", ["Notes"]),
        ("leaves", "sur", []),
    ],
)
def test_filters(only: str, text: str, names: list[str]) -> None:
    rows = [
        row("Code", "coded_clinical", action="keep"),
        row("Notes", "free_text", action="leave_out", to_decide=True),
        row("Surname", "direct_identifier", action="leave_out"),
    ]
    assert [r.name for r in rows if shows(r, only, text)] == names
