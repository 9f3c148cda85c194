"""The handbook's pictures are the golden ones: pages look as they do there, or the pictures are made again.

Compared coarsely, by squares of eight pixels, so that another way of smoothing letters is no difference and a
moved, lost or recoloured part is. After a change that is meant: `make screenshots`.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from gui.pages import PAGES
from gui.screenshots import take_all

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "docs" / "screenshots"
SQUARE = 8
APART = 28  # of 255: a square that differs by more is another one
SHARE = 0.02  # of the squares: dates, times and smoothing move a few


def squares(picture: QImage) -> npt.NDArray[np.float64]:
    """The mean colour of each square: (rows, columns, 3)."""
    image = picture.convertToFormat(QImage.Format.Format_RGB888)
    high, wide = image.height() // SQUARE, image.width() // SQUARE
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    cut = lines[: high * SQUARE, : wide * SQUARE * 3].reshape(high, SQUARE, wide, SQUARE, 3)
    return np.asarray(cut.mean(axis=(1, 3)), dtype=np.float64)


def share_apart(one: QImage, other: QImage) -> float:
    """The share of squares that differ, 1 where the sizes do."""
    if one.size() != other.size():
        return 1.0
    far = np.abs(squares(one) - squares(other)).max(axis=2) > APART
    return float(far.mean())


def test_the_handbook_shows_the_pages_as_they_are(tmp_path: Path) -> None:
    """One test, so that the pictures are taken once."""
    assert take_all(tmp_path, few=True) == 0
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {path.name for path in GOLDEN.iterdir()}
    assert {f"{page.page_id.replace('_', '-')}-1366x768-light.png" for page in PAGES} <= made
    shown = set(re.findall(r"\(docs/screenshots/([^)]+)\)", (ROOT / "README.md").read_text("utf-8")))
    assert shown
    for page in (ROOT / "docs" / "handbook").glob("*.md"):
        shown |= set(re.findall(r"\(\.\./screenshots/([^)]+)\)", page.read_text("utf-8")))
    assert shown == made
    apart = {name: share_apart(QImage(str(tmp_path / name)), QImage(str(GOLDEN / name))) for name in made}
    others = {name: f"{share:.1%} is another" for name, share in apart.items() if share > SHARE}
    assert not others, "look at them, then run make screenshots"


def test_a_moved_panel_is_another_picture_and_a_smoothed_letter_is_not() -> None:
    name = sorted(GOLDEN.glob("side-by-side-*light*.png"))[0]
    true = QImage(str(name))
    moved = true.copy(0, -24, true.width(), true.height())
    smoothed = true.scaled(true.width() - 1, true.height()).scaled(true.width(), true.height())
    assert share_apart(true, true) == 0
    assert share_apart(true, moved) > SHARE
    assert share_apart(true, smoothed) <= SHARE
