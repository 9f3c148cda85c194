"""Form rows that cannot miss their label, their accessible name or their place for an error."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui.widgets.text import label, set_property


class TextRow(QWidget):
    """A caption, a hint, a line to type in, and an error that shows when the person moves on."""

    def __init__(self, caption: str, hint: str = "", *, example: str = "", short: bool = False) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        name = label(caption, "strong", wrap=True)
        layout.addWidget(name)
        self.hint = label(hint, "small", wrap=True)
        self.hint.setVisible(bool(hint))
        layout.addWidget(self.hint)
        self.edit = QLineEdit()
        self.edit.setAccessibleName(caption)
        self.edit.setAccessibleDescription(hint)
        self.edit.setPlaceholderText(example)
        if short:
            self.edit.setMaximumWidth(160)
        name.setBuddy(self.edit)
        layout.addWidget(self.edit)
        self.error = label("", "error", wrap=True)
        self.error.setVisible(False)
        layout.addWidget(self.error)
        self.edit.textEdited.connect(lambda _text: self.set_error(""))

    def text(self) -> str:
        return self.edit.text().strip()

    def set_error(self, text: str) -> None:
        """Say what is wrong beside the line; '' takes it away."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        set_property(self.edit, "invalid", bool(text))
