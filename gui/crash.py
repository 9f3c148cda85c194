"""What happens on a bug: one dialog a site, on the UI thread, with no cell's text in it.

An exception's message may quote a patient's row, so only its type and the places it passed through are
shown; the message itself is dropped. The hook may be called on any thread and many times in one paint.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from core import __version__


class CrashReporter(QObject):
    """Lives on the UI thread; `install()` makes it the hook for uncaught exceptions."""

    _arrived = Signal(str, str)  # site, report

    def __init__(self, show: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._showing = False
        self._arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self.caught
        threading.excepthook = self._caught_on_thread

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Note the exception; the dialog follows on the UI thread, once for each site."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text, site = report(kind, trace)
        with self._lock:
            if site in self._seen:
                return
            self._seen.add(site)
        self._arrived.emit(site, text)

    def _caught_on_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.caught(args.exc_type, args.exc_value, args.exc_traceback)

    def _tell(self, _site: str, text: str) -> None:
        if self._showing:  # a second dialog on top of the first helps nobody
            return
        self._showing = True
        try:
            self._show(text)
        finally:
            self._showing = False


def report(kind: type[BaseException], trace: TracebackType | None) -> tuple[str, str]:
    """(text, site): the exception's type and its path through the program, without any message or value."""
    frames = traceback.extract_tb(trace)
    lines = [f"{_short(f.filename)}:{f.lineno} in {f.name}" for f in frames]
    site = lines[-1] if lines else kind.__name__
    head = f"Threshold {__version__}, Python {sys.version.split()[0]}, {sys.platform}"
    return "\n".join([head, kind.__name__, *lines]), site


def _short(path: str) -> str:
    """A file's name with its two folders: a full path may hold a person's name."""
    return "/".join(path.replace("\\", "/").split("/")[-3:])
