"""Copied values: said in words, kept out of clipboard histories, taken back after a minute or on quitting.

Only what Threshold put there itself is taken back: what another program copied meanwhile is not touched. The
value is held by the clipboard alone, never here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

SECONDS = 60
TOKEN = "application/x-threshold-copied"
#: What clipboard histories of Windows and KDE look for; other systems have no such thing that Qt reaches.
_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
PRIVATE = {
    _WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"): b"\x01\x00\x00\x00",
    _WINDOWS.format("CanIncludeInClipboardHistory"): b"\x00\x00\x00\x00",
    _WINDOWS.format("CanUploadToCloudClipboard"): b"\x00\x00\x00\x00",
    _WINDOWS.format("Clipboard Viewer Ignore"): b"\x01\x00\x00\x00",
    "x-kde-passwordManagerHint": b"secret",
}
KEPT = f"It is kept out of the clipboard's history and taken back after {SECONDS} seconds."
RAW_SAID = f"You copied what the practice holds. Paste it only where a patient's details may be. {KEPT}"
OUT_SAID = f"You copied what would leave: it is still confidential. {KEPT}"
NOTHING_SAID = "Nothing was copied: the value is covered."


class Care(QObject):
    """Looks after what was copied. One for the program: there is one clipboard."""

    said = Signal(str)  # what to say above the page; '' when it is over

    def __init__(self) -> None:
        super().__init__()
        self._token = b""
        self._timer: QTimer | None = None
        self._own = False

    def copy(self, text: str | None, *, raw: bool = True) -> None:
        """Copy a value; None for one that is covered or not there."""
        if text is None:
            self._say_for_now(NOTHING_SAID)
            return
        data = QMimeData()
        data.setText(text)
        for name, value in PRIVATE.items():
            data.setData(name, QByteArray(value))
        self._token = secrets.token_bytes(16)
        data.setData(TOKEN, QByteArray(self._token))
        self._own = True
        _clipboard().setMimeData(data)
        self._own = False
        self._say_for_now(RAW_SAID if raw else OUT_SAID)

    def ours(self) -> bool:
        """Whether the clipboard still has what was copied here."""
        data = _clipboard().mimeData()
        return bool(self._token) and data is not None and data.data(TOKEN).data() == self._token

    def clear(self) -> None:
        """Take back what was copied here; anything else stays."""
        if self.ours():
            self._own = True
            _clipboard().clear()
            self._own = False
        self._token = b""
        if self._timer is not None:
            self._timer.stop()
        self.said.emit("")

    def watch(self, holds_values: Callable[[QWidget], bool]) -> Callable[[], None]:
        """Look after what Qt's own widgets copy, too: text of a widget that `holds_values`. Returns how to
        stop."""

        def changed() -> None:
            if self._own or not put_here() or self.ours():
                return
            here = QApplication.focusWidget()
            text = _clipboard().text()
            if here is not None and text and not isinstance(here, QLineEdit) and holds_values(here):
                self.copy(text)

        board = _clipboard()
        board.dataChanged.connect(changed)
        return lambda: board.dataChanged.disconnect(changed)

    def _say_for_now(self, words: str) -> None:
        if self._timer is None:
            self._timer = QTimer(self)
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self.clear)
        self._timer.start(SECONDS * 1000)
        self.said.emit(words)


care = Care()


def _clipboard() -> QClipboard:
    return QGuiApplication.clipboard()


def put_here() -> bool:
    """Whether what the clipboard has came from this program."""
    return _clipboard().ownsClipboard()
