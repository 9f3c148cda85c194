"""'This is read wrongly...': says in the page how a file is to be read, with a look before it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
)

from gui.formatting import one_line
from gui.widgets.text import label, set_property

if TYPE_CHECKING:
    from core.reading import TableChoice
    from gui.reading import Correctable

SUGGESTED = "As suggested"
MOST_LINES = 30
LOOK_AFTER_MS = 200
SEPARATORS = (
    (",", "Comma ,"),
    ("\t", "Tab"),
    ("|", "Bar |"),
    (";", "Semicolon ;"),
    ("", "None: one cell a line"),
)
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows (Western Europe)"),
    ("utf-16-le", "UTF-16, as EMIS and Excel save it"),
    ("utf-16-be", "UTF-16, big-endian"),
)


class CorrectionPanel(QFrame):
    """Six choosers and three buttons. `changed` asks for a look, `used` uses it."""

    changed = Signal(object)  # TableChoice
    used = Signal(object)  # TableChoice
    suggested = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "well")
        self.setObjectName("correction_panel")
        self.setAccessibleName("How this file is to be read")
        self._kept: tuple[tuple[str, ...], object] | None = None  # fields and choice, while they are covered
        self._subject: Correctable | None = None
        self._captions: dict[QComboBox, QLabel] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_AFTER_MS)
        self._timer.timeout.connect(self._look)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(6)
        self.title = label("How should this file be read?", "strong", wrap=True)
        column.addWidget(self.title)
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        self.reader = self._box("What sort of file this is", ())
        self.separator = self._box("Separator between cells", SEPARATORS)
        self.encoding = self._box("Text encoding", ENCODINGS)
        lines = ((0, "There are no field names"), *((n, f"Line {n}") for n in range(1, MOST_LINES + 1)))
        self.header = self._box("Field names stand in", lines)
        self.layout_box = self._box("What table this is", (), search=True)
        self.patient = self._box("Field that says whose row it is", ())
        for at in range(3):
            grid.setColumnStretch(at, 1)
        column.addLayout(grid)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.said = label("", "small", wrap=True)
        self.use = QPushButton("Use this")
        self.use.setProperty("main", True)
        self.use.clicked.connect(lambda: self.used.emit(self.choice()))
        self.as_suggested = QPushButton("Read it as Threshold suggests again")
        self.as_suggested.clicked.connect(self.suggested)
        self.cancel = QPushButton("Leave it as it is")
        self.cancel.clicked.connect(self.closed)
        foot.addWidget(self.said, 1)
        for button in (self.cancel, self.as_suggested, self.use):
            foot.addWidget(button)
        column.addLayout(foot)
        self.setVisible(False)

    def _box(self, caption: str, choices: Sequence[tuple[object, str]], *, search: bool = False) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(caption)
        box.setMinimumWidth(120)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        if search:
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            completer, edit = box.completer(), box.lineEdit()
            assert completer is not None
            assert edit is not None
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            edit.setAccessibleName(caption)
            edit.editingFinished.connect(lambda: self._settle(box))
        name = label(caption, "small")
        name.setBuddy(box)
        _fill(box, choices, None)
        box.currentIndexChanged.connect(lambda _i: self._timer.start())
        self._captions[box] = name
        return box

    def _lay_out(self, offered: Sequence[QComboBox]) -> None:
        """The choosers that there are, three a line; the list of tables takes two places."""
        for box, name in self._captions.items():
            for widget in (box, name):
                self._grid.removeWidget(widget)
                widget.setVisible(box in offered)
        at = 0
        for box in offered:
            span = 2 if box is self.layout_box else 1
            if at % 3 + span > 3:
                at += 3 - at % 3
            line, place = divmod(at, 3)
            self._grid.addWidget(self._captions[box], 2 * line, place, 1, span)
            self._grid.addWidget(box, 2 * line + 1, place, 1, span)
            at += span

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves everything as it is."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    # -- what is asked ---------------------------------------------------------------------------
    def open_for(self, subject: Correctable) -> None:
        """Show the choosers as the file is read now."""
        self._subject = subject
        choice = subject.choice
        every = f" All of its {subject.tables:,} tables are read so." if subject.tables > 1 else ""
        self.title.setText(f"How should {one_line(subject.file, 70)} be read?{every}")
        _fill(self.reader, subject.readers, choice.reader)
        _choose(self.separator, choice.delimiter)
        _choose(self.encoding, choice.encoding)
        _choose(self.header, choice.header_row)
        _fill(self.layout_box, subject.layouts, choice.layout)
        names = tuple((name, one_line(name, 60)) for name in subject.fields)
        _fill(self.patient, names, choice.patient_field)
        sort = (self.reader,) if subject.readers else ()
        text = (self.separator, self.encoding) if subject.text else ()
        rows = (self.header, self.layout_box) if subject.rows else ()
        self._lay_out((*text, *rows, self.patient, *sort))
        self._timer.stop()
        self.say("", True)
        self.as_suggested.setVisible(any(v is not None for v in vars(choice).values()))
        self.use.setEnabled(False)
        self.setVisible(True)
        first = self.separator if subject.text else self.header if subject.rows else self.patient
        first.setFocus()

    def choice(self) -> TableChoice:
        """What the choosers say. Of another sort of file nothing else is said yet: its fields are others."""
        assert self._subject is not None
        now, reader = self._subject.choice, self.reader.currentData()
        if self._subject.readers and reader != now.reader:
            return replace(type(now)(), reader=reader)
        return replace(
            now,
            delimiter=self.separator.currentData(),
            encoding=self.encoding.currentData(),
            header_row=self.header.currentData(),
            layout=self.layout_box.currentData(),
            patient_field=self.patient.currentData(),
        )

    def set_fields(self, names: Sequence[str]) -> None:
        """The fields are called so under the choice that is looked at: one that is gone is chosen no more."""
        if self._kept is not None and names:
            self._kept = (tuple(names), self._kept[1] if self._kept[1] in names else None)
            return
        now = self.patient.currentData()
        self.patient.blockSignals(True)
        _fill(self.patient, tuple((n, one_line(n, 60)) for n in names), now)
        self.patient.blockSignals(False)

    def cover(self, covered: bool) -> None:
        """Name no field while values may not be read: read wrongly, a field is called as a cell is."""
        if covered and self._kept is None:
            names = tuple(str(self.patient.itemData(at)) for at in range(1, self.patient.count()))
            self._kept = (names, self.patient.currentData())
            self.set_fields(())
        elif not covered and self._kept is not None:
            (names, chosen), self._kept = self._kept, None
            self.set_fields(names)
            _choose(self.patient, chosen)

    def say(self, words: str, good: bool) -> None:
        """What the look showed; with `good` it may be used."""
        self.said.setText(words)
        set_property(self.said, "role", "small" if good else "error")
        self.use.setEnabled(good)

    def _settle(self, box: QComboBox) -> None:
        """A text that is none of the choices goes back to the one that was chosen."""
        at = box.findText(box.currentText(), Qt.MatchFlag.MatchFixedString)
        box.setCurrentIndex(at if at >= 0 else box.currentIndex())
        if at < 0:
            box.setEditText(box.itemText(box.currentIndex()))

    def _look(self) -> None:
        if self._subject is not None and self.isVisible():
            self.changed.emit(self.choice())


def _fill(box: QComboBox, choices: Sequence[tuple[object, str]], value: object) -> None:
    box.blockSignals(True)
    box.clear()
    box.addItem(SUGGESTED, None)
    for data, words in choices:
        box.addItem(words, data)
    box.blockSignals(False)
    _choose(box, value)


def _choose(box: QComboBox, value: object) -> None:
    at = 0 if value is None else next((i for i in range(1, box.count()) if box.itemData(i) == value), 0)
    box.blockSignals(True)
    box.setCurrentIndex(at)
    box.blockSignals(False)
