"""Keeping the windows out of pictures of the screen, screen sharing and the system's own recordings.

Windows can do it (SetWindowDisplayAffinity, since Windows 10 version 2004); no other system that Threshold
runs on offers it to a program like this one, and the menu says so.
"""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QWidget

#: Set on a window that is kept out, so that it is asked for once.
DONE = "kept_out_of_pictures"
EXCLUDED, SHOWN = 0x11, 0x0  # WDA_EXCLUDEFROMCAPTURE, WDA_NONE


def can_exclude() -> bool:
    """Whether this computer can keep a window out of pictures of the screen."""
    return sys.platform == "win32" and QApplication.platformName() == "windows"


def exclude(window: QWidget, excluded: bool) -> bool:
    """Keep one window out of pictures of the screen, or let it be seen again; whether that was possible."""
    if not can_exclude():
        return False
    import ctypes

    call = ctypes.windll.user32.SetWindowDisplayAffinity  # type: ignore[attr-defined,unused-ignore]
    return bool(call(int(window.winId()), EXCLUDED if excluded else SHOWN))


def exclude_all(excluded: bool) -> None:
    """The same for every window on the screen, tool tips too: each is a window of its own."""
    if not can_exclude():
        return
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and bool(window.property(DONE)) != excluded and exclude(window, excluded):
            window.setProperty(DONE, excluded)
