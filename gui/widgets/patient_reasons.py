"""Why an entry is left out: the reasons in one line, each with its key. It takes no focus."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QWidget

from gui.widgets.text import label

WHY_OUT = "Left out:"
WHY = "Leave out:"
#: As short as a button; the whole of it is the tool tip.
SHORT = {
    "serious_harm": "Serious harm",
    "third_party": "Somebody else",
    "restricted_by_law": "The law",
    "patient_asked": "Patient asked",
    "clinical_judgement": "Judgement",
}


class ReasonBar(QScrollArea):
    """Buttons '1 It could cause serious harm'; the chosen one is down."""

    chosen = Signal(str)  # the reason's id
    always = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Reasons for leaving out")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        inner = QWidget()
        inner.setObjectName("scroll_body")
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self.caption = label(WHY, "small")
        self._row.addWidget(self.caption)
        self.buttons: dict[str, QPushButton] = {}
        self.every_time = self._button("Always  Shift+L")
        self.every_time.setToolTip("On the practice's list of what is held back: left out every time")
        self.every_time.setCheckable(False)
        self.every_time.clicked.connect(lambda _c=False: self.always.emit())
        self._row.addWidget(self.every_time)
        self._row.addStretch(1)
        self.setWidget(inner)
        self.setFixedHeight(inner.sizeHint().height())

    @staticmethod
    def _button(words: str) -> QPushButton:
        button = QPushButton(words)
        button.setCheckable(True)
        button.setProperty("chip", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays on the entry: it has the digits
        return button

    def set_reasons(self, reasons: Mapping[str, str]) -> None:
        """The reasons there are, by id."""
        if list(reasons) == list(self.buttons):
            return
        for button in self.buttons.values():
            button.deleteLater()
        self.buttons = {}
        for number, (name, words) in enumerate(reasons.items(), 1):
            button = self._button(f"{number}  {SHORT.get(name, words)}")
            button.setToolTip(words)
            button.setAccessibleName(f"{number}, {words}")
            button.clicked.connect(lambda _c=False, n=name: self.chosen.emit(n))
            self._row.insertWidget(number, button)
            self.buttons[name] = button
        self.setFixedHeight(self.widget().sizeHint().height())

    def show_for(self, reason: str, *, out: bool, can: bool) -> None:
        """The entry is left out for `reason`, or (`out` False) could be; `can`: it may be decided here."""
        self.caption.setText(WHY_OUT if out else WHY)
        for name, button in self.buttons.items():
            button.setChecked(out and name == reason)
            button.setEnabled(can)
        self.every_time.setEnabled(can)
