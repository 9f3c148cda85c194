"""Keeping the windows out of pictures of the screen, screen sharing and the system's own recordings.

Windows can do it (SetWindowDisplayAffinity, since Windows 10 version 2004); no other system that Threshold
runs on offers it to a program like this one, and the menu says so.
"""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QWidget

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
    """The same for every window on the screen: file names in dialogs are nobody's business either."""
    if can_exclude():
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                exclude(window, excluded)
