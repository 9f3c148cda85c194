"""PySide6 6.12 on Python 3.11 uses up references to None and True; a day's work must not end the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PAINTS = """
import gui
from PySide6.QtGui import QColor, QImage, QPainter
image = QImage(4, 4, QImage.Format.Format_ARGB32)
painter = QPainter(image)
colour = QColor("red")
for _ in range(300_000):
    painter.fillRect(0, 0, 2, 2, colour)
painter.end()
"""
SIGNALS = """
import gui
from PySide6.QtCore import QObject, Signal
class Bell(QObject):
    rings = Signal()
bell = Bell()
for _ in range(300_000):
    bell.rings.emit()
"""


@pytest.mark.parametrize("work", [PAINTS, SIGNALS], ids=["painting", "signals"])
def test_three_hundred_thousand_calls(work: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", work],
        cwd=Path(__file__).resolve().parents[3],
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:500]
