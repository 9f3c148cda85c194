"""Running the session to an end without a person: for the self-test and for the pictures of the pages."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer


def until(done: Callable[[], bool], *, seconds: float = 120.0) -> bool:
    """Let events run until `done()` holds; False where that took too long."""
    if done():
        return True
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(10)
    end = time.monotonic() + seconds

    def look() -> None:
        if done() or time.monotonic() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    timer.stop()
    return done()


def pause(seconds: float) -> None:
    """Let events run for that long."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def settle() -> None:
    """Let what is queued run, so that a picture shows the page as it will stay."""
    for _ in range(5):
        QCoreApplication.processEvents()
