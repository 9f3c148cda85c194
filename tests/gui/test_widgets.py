from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from gui import theme
from gui.pages.page import StepState
from gui.state import DetailContent, Failure, FirstRows
from gui.widgets import shapes
from gui.widgets.badge import TierBadge
from gui.widgets.banners import BusyBar, FailureCard
from gui.widgets.cards import CardContent, CardList
from gui.widgets.check_list import Check, CheckList
from gui.widgets.chips import Chips
from gui.widgets.detail_strip import DetailStrip
from gui.widgets.drop_area import DropArea
from gui.widgets.form import TextRow
from gui.widgets.paragraphs import Paragraphs
from gui.widgets.rail import Rail
from gui.widgets.summary_bar import SummaryBar
from gui.widgets.tables import PlainTable
from gui.widgets.text import ElidedLabel, label

pytestmark = pytest.mark.usefixtures("light")
NASTY = "<b>SMITH</b><img src=x>"


def texts(widget: QWidget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel)]


def test_labels_show_html_as_text() -> None:
    assert label(NASTY).textFormat() == Qt.TextFormat.PlainText
    assert ElidedLabel(NASTY).textFormat() == Qt.TextFormat.PlainText


def test_an_elided_label_keeps_the_whole_text(qtbot: Any) -> None:
    made = ElidedLabel(NASTY * 10)
    qtbot.addWidget(made)
    made.resize(60, 20)
    made.show()
    assert made.whole() == NASTY * 10
    assert made.accessibleName() == NASTY * 10
    assert "<img" not in made.toolTip()
    assert "&lt;img" in made.toolTip()


@pytest.mark.parametrize(
    "shape", ["tick", "cross", "circle", "ring", "triangle", "square", "alert", "diamond", "question"]
)
def test_every_shape_is_drawn_and_differs(shape: str) -> None:
    def picture(name: str) -> QImage:
        image = QImage(32, 32, QImage.Format.Format_RGB32)
        image.fill(theme.colour("paper"))
        painter = QPainter(image)
        shapes.draw(painter, name, QRectF(1, 1, 30, 30), theme.colour("ink"), theme.colour("paper"))
        painter.end()
        return image

    blank = QImage(32, 32, QImage.Format.Format_RGB32)
    blank.fill(theme.colour("paper"))
    assert picture(shape) != blank
    assert picture(shape) != picture("circle" if shape != "circle" else "ring")


def test_the_badge_says_tier_and_that_risk_is_not_measured() -> None:
    badge = TierBadge("amber", "Risk not measured")
    assert badge.accessibleName() == "Risk not measured: Coded - still confidential patient data"
    badge.set_tier("")
    assert badge.isHidden()
    badge.set_tier("green")
    assert badge.text() == "Counts only"
    badge.set_wanted(False)
    assert badge.isHidden()


def test_the_rail_says_states_in_words(qtbot: Any) -> None:
    rail = Rail([("open", "Open"), ("fields", "Fields")])
    qtbot.addWidget(rail)
    rail.set_state("fields", StepState("attention", "2 to decide"))
    assert rail.buttons["fields"].accessibleName() == "Step 2, Fields, 2 to decide"
    rail.show()
    with qtbot.waitSignal(rail.chosen) as heard:
        qtbot.mouseClick(rail.buttons["fields"], Qt.MouseButton.LeftButton)
    assert heard.args == ["fields"]
    rail.set_narrow(True)
    assert rail.width() < 120


def test_the_summary_says_what_is_not_known() -> None:
    bar = SummaryBar()
    bar.set_value("going_to", "")
    assert bar.value("going_to") == "Not chosen yet"
    bar.set_value("going_to", NASTY)
    assert bar.value("going_to") == NASTY


def test_the_strip_offers_actions_and_keeps_its_buttons(qtbot: Any) -> None:
    strip = DetailStrip()
    qtbot.addWidget(strip)
    strip.show()
    done: list[str] = []
    actions = (("Leave out", lambda: done.append("out")), ("Next", lambda: done.append("next")))
    content = DetailContent("Row 4", ("Why",), actions, "Next")
    strip.set_content(content)
    assert list(strip.buttons()) == ["Leave out", "Next"]
    kept = strip.buttons()["Next"]
    assert kept.property("main") is True
    strip.set_content(DetailContent("Row 5", ("Why",), content.actions, "Next"))
    assert strip.buttons()["Next"] is kept
    qtbot.mouseClick(kept, Qt.MouseButton.LeftButton)
    assert done == ["next"]
    strip.set_compact(True)
    assert list(strip.buttons()) == ["Next"]
    strip.set_content(None)
    assert strip.isHidden()


def test_paragraphs_keep_their_height() -> None:
    made = Paragraphs(3)
    before = made.sizeHint().height()
    made.set_texts("Title", ("one " * 200, "two"))
    assert made.sizeHint().height() == before
    assert made.texts() == ("Title", "one " * 200, "two")
    made.resize(200, before)
    assert not made.grab().isNull()


def test_cards_are_chosen_one_at_a_time_by_mouse_and_keyboard(qtbot: Any) -> None:
    cards = CardList("Sorts")
    qtbot.addWidget(cards)
    cards.set_cards([CardContent(i, i.upper(), "why", NASTY, ("more",), "amber") for i in ("a", "b")])
    cards.resize(500, 400)
    cards.show()
    qtbot.mouseClick(cards.cards["a"], Qt.MouseButton.LeftButton)
    assert cards.chosen == "a"
    cards.cards["b"].setFocus()
    qtbot.keyClick(cards.cards["b"], Qt.Key.Key_Space)
    assert cards.chosen == "b"
    assert cards.cards["b"].accessibleName().endswith("chosen")
    assert "not chosen" in cards.cards["a"].accessibleName()
    assert NASTY in texts(cards)
    cards.clear_choice()
    assert cards.chosen == ""


def test_what_stops_comes_first() -> None:
    checks = CheckList("Checks")
    checks.set_checks([Check("One", "passed"), Check("Two", "look"), Check("Three", "stops", "Do this.")])
    assert [c.name for c in checks.checks] == ["Three", "Two", "One"]
    assert {"Stops the export", "Worth a look", "Passed", "Do this."} <= set(texts(checks))


def test_only_local_files_are_dropped(qtbot: Any) -> None:
    area = DropArea()
    qtbot.addWidget(area)
    heard: list[list[Path]] = []
    area.dropped.connect(heard.append)
    data = QMimeData()
    data.setUrls([QUrl("https://example.invalid/x.csv"), QUrl.fromLocalFile("/tmp/a.csv")])
    held = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for kind in (QDragEnterEvent, QDropEvent):
        QApplication.sendEvent(area, kind(QPointF(5, 5), Qt.DropAction.CopyAction, *held))
    assert heard == [[Path("/tmp/a.csv")]]


def test_progress_is_shown_in_words_and_can_be_cancelled(qtbot: Any) -> None:
    bar = BusyBar()
    qtbot.addWidget(bar)
    bar.set_busy(True)
    bar.set_progress(3_000_000_000, 6_000_000_000, "Reading, 50 per cent")
    assert bar.words.whole() == "Reading, 50 per cent"
    assert bar.bar.value() == 500
    with qtbot.waitSignal(bar.cancelled):
        bar.stop.click()


def test_a_failure_says_what_happened_was_kept_and_to_do() -> None:
    card = FailureCard()
    failure = Failure("Not opened", "It is empty.", "Nothing was kept.", "Choose another.", where="a.csv")
    card.show_failure(failure)
    assert {"Not opened", "It is empty. (a.csv)", "Nothing was kept.", "Choose another."} <= set(texts(card))
    card.show_failure(None)
    assert card.isHidden()


def test_a_form_row_shows_its_error_beside_the_line() -> None:
    row = TextRow("Who gets it?", "A hint")
    assert row.edit.accessibleName() == "Who gets it?"
    row.set_error("Say who gets it.")
    assert not row.error.isHidden()
    assert row.edit.property("invalid") is True
    row.set_error("")
    assert row.error.isHidden()


def test_chips_show_counts() -> None:
    chips = Chips("Which", (("all", "All"), ("some", "Some")))
    chips.set_count("some", 1234)
    assert chips.buttons["some"].text() == "Some 1,234"
    assert chips.buttons["all"].isChecked()


def test_first_rows_show_exact_text(qtbot: Any, qtmodeltester: Any) -> None:
    from gui.models.first_rows_model import FirstRowsModel

    model = FirstRowsModel()
    model.set_rows(FirstRows(("Surname", "Note"), [[NASTY, None], ["  007 ", "a\nb"]]))
    qtmodeltester.check(model, force_py=True)
    assert model.index(0, 0).data() == NASTY
    assert model.index(0, 1).data() == ""
    assert model.index(1, 0).data() == "  007 "
    view = PlainTable("First rows")
    qtbot.addWidget(view)
    view.setModel(model)
    view.fit_columns()
    assert view.currentIndex().isValid()


def test_a_long_table_name_widens_no_form_and_tables_with_codes_are_told_of_once(qtbot: Any) -> None:
    from core.survey.results import ObjectionEvidence
    from gui.widgets.objection_evidence import EvidenceCard

    long = "bulk_95047_CareRecord_Observation_20231017043213_" + "_".join("F95EE3AF" for _ in range(8))
    told = "Objections that are recorded as codes would be found here."
    card = EvidenceCard()
    qtbot.addWidget(card)
    evidence = [
        ObjectionEvidence("codes", long, told),
        ObjectionEvidence("codes", "bulk_2", told),
        ObjectionEvidence("codes", "and 3 more", "Tables with codes."),
        ObjectionEvidence("flag", "bulk_2, Dissent", "This field says who objects."),
    ]
    card.show_evidence(evidence, [], {"bulk_2": "Problem"})
    assert card.minimumSizeHint().width() < 320
    assert card.lines()[2:] == [
        f"Objections that are recorded as codes would be found in: {long}, Problem and 3 more.",
        "Problem, Dissent: This field says who objects.",
    ]
