"""Part of a form that few people need, folded away behind one button that says what is chosen in it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.formatting import tooltip

_OPENS, _CLOSES = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}", "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"
_BETWEEN = 8


class Fold(QPushButton):
    """The button; its `body` is shown while it is checked. Both go into the layout that is given."""

    def __init__(self, layout: QVBoxLayout) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)
        self.body = QWidget()
        self.inner = QVBoxLayout(self.body)
        self.inner.setContentsMargins(0, 0, 0, 0)
        self.inner.setSpacing(_BETWEEN)
        self.body.setVisible(False)
        self.toggled.connect(self.body.setVisible)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_BETWEEN)
        layout.addWidget(self)

    def say(self, said: str, pressed: str) -> None:
        """What is chosen, and what pressing the button is for."""
        self.setText(f"{_CLOSES if self.isChecked() else _OPENS} {said}")
        self.setAccessibleName(said)
        self.setToolTip(tooltip(f"{said}. {pressed}"))
