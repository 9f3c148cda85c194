"""A file that is read wrongly, protected, changed or damaged: put right in the page, and remembered."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from gui.accessibility import silent_widgets
from gui.settings import Settings

PASSWORD = "recall 2026"


@pytest.fixture
def bars(tmp_path: Path, number_of: Callable[[int], str]) -> Path:
    """Registrations cut by bars, without field names, with twenty ragged lines."""
    path = tmp_path / "Mrs Smith.txt"
    lines = []
    for n in range(40):
        lines.append(f"{number_of(n)}|OKAFOR|Bela|{n % 28 + 1:02d}/03/1961|44054006")
        if n % 2:
            lines.append("seen|again")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def open_it(person: Any, path: Path) -> Any:
    person.drop(path)
    person.opened()
    person.until(lambda: not person.session.jobs.running())
    return person.window.pages["open"]


def choose(person: Any, page: Any, box: Any, words: str) -> None:
    """Choose in a box, and wait for the look."""
    assert box.isVisible()
    box.setCurrentIndex(box.findText(words))
    assert box.currentText() == words
    person.until(lambda: not page.sheet.correction._timer.isActive() and not person.session.jobs.running())


def test_what_was_noticed_is_a_list_with_what_to_do(person: Any, bars: Path) -> None:
    page = open_it(person, bars)
    notices = page.sheet.notices
    assert notices.isVisible()
    sorts = [notices.model.notice(row) for row in range(notices.model.rowCount())]
    assert [n.times for n in sorts] == [1, 1, 20], "the file's name, no field names, ragged rows"
    assert "22 things noticed" in notices.title.text()
    person.click(notices.more)
    assert notices.model.rowCount() == 22
    notices.view.setCurrentIndex(notices.model.index(9, 0))
    told = person.window.shown_detail()
    assert "Mrs Smith.txt, line " in told.title
    assert "fewer cells" in told.title
    assert "This is read wrongly" in told.lines[0]
    assert silent_widgets(person.window) == []


def test_a_correction_is_looked_at_used_undone_and_remembered(
    person: Any, bars: Path, tmp_path: Path, number_of: Callable[[int], str]
) -> None:
    page = open_it(person, bars)
    assert page.rows_model.columnCount() == 5
    person.click(page.sheet.wrong)
    panel = page.sheet.correction
    assert panel.isVisible()
    assert not panel.use.isEnabled(), "nothing was changed yet"
    assert silent_widgets(person.window) == []
    choose(person, page, panel.separator, "None: one cell a line")
    assert page.rows_model.columnCount() == 1
    assert page.sheet.looked_at.isVisible()
    assert len(person.session.export.tables[0].fields) == 5, "a look changes nothing"
    person.click(panel.use)
    person.opened()
    person.until(lambda: not person.session.jobs.running())
    assert len(person.session.export.tables[0].fields) == 1
    assert "one cell a line" in page.corrections.words.text()
    other = tmp_path / "Mr Jones.txt"
    other.write_text(bars.read_text(encoding="utf-8").replace("OKAFOR", "PRICE"), encoding="utf-8")
    open_it(person, other)
    assert "as you said last time" in page.corrections.words.text()
    kept = Settings.path().read_text(encoding="utf-8")
    for word in ("Smith", "Jones", "OKAFOR", "PRICE", number_of(0), str(tmp_path)):
        assert word not in kept
    person.click(page.corrections.undo)
    person.opened()
    person.until(lambda: not person.session.jobs.running())
    assert len(person.session.export.tables[0].fields) == 5
    assert not page.corrections.read_as.isVisible()


def test_a_message_is_read_as_plain_text_where_a_person_says_so(person: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    lines = ("DOW~1~9999999,9999~LNA~20260112~0814~1500001~9990000018~EXAMPLE~ADA~~MRS~2~19610203~A~B",
             "DOW~2~OLD TOWN~BRISTOL~AVON~BS99 3ZZ~Y~3~B~~")  # fmt: skip
    path.write_text("\n".join(lines * 3) + "\n", encoding="utf-8")
    page = open_it(person, path)
    person.click(page.sheet.wrong)
    panel = page.sheet.correction
    assert panel.reader.currentData() is None
    for box in (panel.separator, panel.header, panel.layout_box):
        assert not box.isVisible(), "a chooser that changes nothing is none"
    assert silent_widgets(person.window) == []
    choose(person, page, panel.reader, "Plain text: lines cut into cells")
    assert page.rows_model.rowCount() > 3
    person.click(panel.use)
    person.opened()
    person.until(lambda: not person.session.jobs.running())
    assert "as Plain text" in page.corrections.words.text()
    assert person.session.survey.rows > 3
    person.click(page.sheet.wrong)
    choose(person, page, panel.separator, "None: one cell a line")
    person.click(panel.cancel)
    person.click(page.corrections.undo)
    person.opened()
    person.until(lambda: not person.session.jobs.running())
    assert person.session.survey.rows == 3


def test_leaving_the_panel_leaves_everything_as_it_was(person: Any, bars: Path) -> None:
    page = open_it(person, bars)
    person.click(page.sheet.wrong)
    choose(person, page, page.sheet.correction.separator, "Semicolon ;")
    person.click(page.sheet.correction.cancel)
    assert page.rows_model.columnCount() == 5
    assert page.sheet.notices.isVisible()
    assert not person.session.read_as


def test_a_protected_workbook_asks_for_its_password_in_the_page(
    person: Any, tmp_path: Path, number_of: Callable[[int], str]
) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["NHS Number", "Surname", "Code"])
    for n in range(12):
        book.active.append([number_of(n), "OKAFOR", "44054006"])
    plain, protected = tmp_path / "plain.xlsx", tmp_path / "recall.xlsx"
    book.save(plain)
    with plain.open("rb") as source, protected.open("wb") as target:
        OOXMLFile(source).encrypt(PASSWORD, target)
    person.drop(protected)
    page = person.window.pages["open"]
    form = page.empty.password
    person.until(form.isVisible)
    assert not page.failure_card.isVisible()
    assert form.edit.echoMode() == QLineEdit.EchoMode.Password
    assert page.state().words == "Needs a password"
    assert silent_widgets(person.window) == []
    person.bot.keyClicks(form.edit, "wrong")
    person.bot.keyClick(form.edit, Qt.Key.Key_Return)
    person.until(lambda: form.isVisible() and "did not open it" in form.error.text())
    assert form.edit.text() == "", "what was typed is not kept"
    person.click(form.show_it)
    assert form.edit.echoMode() == QLineEdit.EchoMode.Normal
    person.bot.keyClicks(form.edit, PASSWORD)
    person.click(form.open)
    person.until(lambda: person.session.survey is not None)
    assert person.session.survey.rows == 12
    assert PASSWORD not in Settings.path().read_text(encoding="utf-8")
    assert form.edit.text() == ""


def test_a_protected_file_in_a_folder_is_read_with_its_password_too(
    person: Any, tmp_path: Path, number_of: Callable[[int], str]
) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile
    from openpyxl import Workbook

    folder = tmp_path / "practice"
    folder.mkdir()
    book = Workbook()
    book.active.title = "Recall"
    for cells in (["NHS Number", "Surname"], [number_of(1), "OKAFOR"], [number_of(2), "PRICE"]):
        book.active.append(cells)
    book.save(tmp_path / "plain.xlsx")
    with (tmp_path / "plain.xlsx").open("rb") as source, (folder / "recall.xlsx").open("wb") as target:
        OOXMLFile(source).encrypt(PASSWORD, target)
    (folder / "list.csv").write_text(f"NHS Number,Surname\n{number_of(1)},OKAFOR\n", encoding="utf-8")
    page = open_it(person, folder)
    assert [t.name for t in person.session.export.tables] == ["list"]
    notices = page.sheet.notices
    at = next(r for r in range(notices.model.rowCount()) if notices.model.notice(r).wants_password)
    notices.view.clicked.emit(notices.model.index(at, 0))
    person.click(person.window.detail_strip.buttons()["Type its password"])
    person.bot.keyClicks(page.password.edit, PASSWORD)
    person.click(page.password.open)
    person.until(lambda: person.session.survey is not None and len(person.session.export.tables) == 2)
    assert not page.password.isVisible()
    assert {t.name for t in person.session.export.tables} == {"list", "Recall"}


def test_a_file_that_changes_while_it_is_open_is_opened_again(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    rows = [(number_of(n), "OKAFOR", "01/03/1961") for n in range(20)]
    header = ("NHS Number", "Surname", "Date of Birth")
    path = write_table(tmp_path / "list.csv", header, rows)
    page = open_it(person, path)
    person.say_who("own-care-list", "Eye clinic", "recall", 20)
    person.use_this()
    write_table(path, header, rows[:15])
    os.utime(path, (1_800_000_000, 1_800_000_000))
    person.session.set_format("xlsx")
    person.window.go_to("side_by_side")
    person.session.leave_out_row("list", 3)
    person.until(lambda: person.session.failure is not None)
    assert person.window.page.page_id == "open"
    assert page.failure_card.isVisible()
    assert page.failure_card.try_again.text() == "Open it again"
    assert person.session.preview is None, "nothing goes on with the old rows"
    person.click(page.failure_card.try_again)
    person.opened()
    person.planned()
    assert person.session.survey.rows == 15
    assert person.session.recipient == "Eye clinic"


def test_a_file_that_is_locked_can_be_tried_again(person: Any, tmp_path: Path, monkeypatch: Any) -> None:
    import core.reading
    from core.model import ReadError

    real, locked = core.reading.open_export, [True]

    def opening(*args: Any, **more: Any) -> Any:
        if locked[0]:
            raise ReadError("list.csv is locked: Excel has it open.", where="list.csv", code="locked")
        return real(*args, **more)

    monkeypatch.setattr(core.reading, "open_export", opening)
    path = tmp_path / "list.csv"
    path.write_text("NHS Number,Surname\n9994120031,THORNE\n9996182210,OKAFOR\n", encoding="utf-8")
    person.drop(path)
    page = person.window.pages["open"]
    person.until(page.failure_card.isVisible)
    assert page.failure_card.title.text() == "Another program has the file open"
    locked[0] = False
    person.click(page.failure_card.try_again)
    person.opened()
    assert not page.failure_card.isVisible()


@pytest.mark.parametrize("size", [(1366, 768), (683, 384)])
def test_many_tables_are_found_by_name(
    person: Any, tmp_path: Path, number_of: Callable[[int], str], size: tuple[int, int]
) -> None:
    for n in range(40):
        text = f"NHS Number,Code\n{number_of(n)},44054006\n" + ("1\n" if n == 30 else "")
        (tmp_path / f"table{n:02d}.csv").write_text(text, encoding="utf-8")
    person.window.resize(*size)
    page = open_it(person, tmp_path)
    if size[0] < 900:
        assert page.tables.isVisible()
        assert page.tables.box.count() == 40
        return
    person.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    person.bot.keyClicks(page.find_table, "table30")
    assert page.list_model.rowCount() == 1
    page.list.setCurrentIndex(page.list_model.index(0, 0))
    person.until(lambda: person.session.current_table == "table30")
    assert page.sheet.sheet.name == "table30"
    assert page.sheet.notices.isVisible()
    assert page.rows_model.rowCount() == 2


def test_long_names_of_files_push_nothing_off_the_export_page(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    folder = tmp_path / "extract"
    folder.mkdir()
    header, rows = ("NHS Number", "Surname", "Sex"), [(number_of(n), "OKAFOR", "F") for n in range(9)]
    for name in ("first", "second"):
        write_table(folder / f"{name}_{'long_name_' * 9}.csv", header, rows)
    (folder / "cut.csv").write_text(f'NHS Number,Sex\n{number_of(0)},F\n{number_of(1)},"F', encoding="utf-8")
    open_it(person, folder)
    person.say_who("own-care-list", "Eye clinic", "recall", 9)
    person.use_this()
    person.window.go_to("export")
    page: Any = person.window.pages["export"]
    person.until(lambda: bool(page.confirm_boxes()))
    (box,) = page.confirm_boxes().values()
    assert "what stops the export" in box.text()
    assert "hidden" not in box.text()
    person.until(lambda: box.width() >= box.sizeHint().width())
    right = box.mapTo(page, box.rect().topRight()).x()
    assert right <= page.width(), "the tick box is cut off"
