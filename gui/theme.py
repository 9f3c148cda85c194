"""Colours, font and style sheet: one file of tokens in, a palette and QSS out.

The windows use Qt's Fusion style. High contrast is a theme like the others where it is chosen under View.
Where the system asks for it, our style sheet is dropped and the system's own palette kept, because a style
sheet over the whole program breaks contrast themes; what the windows paint themselves takes its tokens.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from resources import ROOT

Choice = Literal["system", "light", "dark", "high_contrast", "high_contrast_light"]
CHOICES: tuple[Choice, ...] = ("system", "light", "dark", "high_contrast", "high_contrast_light")
#: The themes with dark marks on light, by their names.
ON_LIGHT = frozenset(("light", "high_contrast_light"))
HIGH_CONTRAST = frozenset(("high_contrast", "high_contrast_light"))
FOLDER = ROOT / "theme"
FONTS = ("Arial", "Liberation Sans")
BASE_PX = 14
MIDDLE = 127  # lightness, of 255
TABLE_PX = 13


class _Now(QObject):
    """The theme in use; `changed` tells everything that paints with its colours to paint again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = "light"
        self.choice: Choice = "system"
        self.colours: dict[str, QColor] = {}


now = _Now()


@cache
def tokens() -> Mapping[str, dict[str, str]]:
    """The themes' colours by name: tokens()['light']['ink'] is '#212b32'."""
    return tomllib.loads((FOLDER / "tokens.toml").read_text(encoding="utf-8"))


def colour(name: str) -> QColor:
    """A token's colour in the theme in use. Made once, so painters may call it for every cell."""
    found = now.colours.get(name)
    if found is None:
        found = now.colours[name] = QColor(tokens()[now.name][name])
    return found


def style_sheet(theme: str) -> str:
    """The style sheet with the theme's colours filled in."""
    text = (FOLDER / "threshold.qss").read_text(encoding="utf-8")
    dark = theme not in ON_LIGHT
    pictures = {
        "icons": (FOLDER.parent / "icons").as_posix(),
        "tick": "black" if dark else "white",
        "arrow": "pale" if dark else "ink",
    }
    return string.Template(text).substitute(tokens()[theme] | pictures)


def palette(theme: str) -> QPalette:
    """A palette for everything the style sheet does not reach: dialogs, tool tips, tick boxes."""
    named = {name: QColor(value) for name, value in tokens()[theme].items()}
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "wash",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "paper",
        QPalette.ColorRole.AlternateBase: "wash",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.Button: "paper",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.ToolTipBase: "paper",
        QPalette.ColorRole.ToolTipText: "ink",
        QPalette.ColorRole.Highlight: "blue",
        QPalette.ColorRole.HighlightedText: "on_blue",
        QPalette.ColorRole.Link: "blue",
        QPalette.ColorRole.LinkVisited: "dark_blue",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.BrightText: "red",
        QPalette.ColorRole.Accent: "blue",
        QPalette.ColorRole.Mid: "edge",
        QPalette.ColorRole.Dark: "edge",
        QPalette.ColorRole.Light: "paper",
        QPalette.ColorRole.Shadow: "ink",
    }
    for role, name in roles.items():
        made.setColor(role, named[name])
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, named["muted"])
    return made


def font() -> QFont:
    """Arial, or Liberation Sans which has its measures; the base size is 14 px."""
    families = set(QFontDatabase.families())
    chosen = next((name for name in FONTS if name in families), "")
    made = QFont(chosen) if chosen else QFont()
    made.setPixelSize(BASE_PX)
    return made


def wants_high_contrast(app: QApplication) -> bool:
    """Whether the system asks for high contrast."""
    hints = app.styleHints()
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def wants_less_motion(app: QApplication) -> bool:
    """Whether the system asks for fewer things that move."""
    hints = app.styleHints()
    return hints.accessibility().motionPreference() == Qt.MotionPreference.ReducedMotion


def light_system(app: QApplication) -> bool:
    """Whether the system's own colours are dark on light."""
    return app.style().standardPalette().color(QPalette.ColorRole.Window).lightness() > MIDDLE


def resolve(app: QApplication, choice: Choice) -> str:
    """The theme for a choice of the View menu. Where the system asks for high contrast, the one that goes
    with the system's own colours: those are kept for all that the windows do not paint themselves."""
    if wants_high_contrast(app):
        return "high_contrast_light" if light_system(app) else "high_contrast"
    if choice != "system":
        return choice
    return "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def apply(app: QApplication, choice: Choice = "system") -> None:
    """Dress the program. Safe to call again: everything that paints is told."""
    name = resolve(app, choice)
    now.name, now.choice = name, choice
    now.colours.clear()
    sheet = "" if wants_high_contrast(app) else style_sheet(name)
    if app.property("dressed") != sheet:  # dressing every widget again takes a while
        app.setStyle("Fusion")
        app.setFont(font())
        app.setPalette(palette(name) if sheet else app.style().standardPalette())
        app.setStyleSheet(sheet)
        app.setProperty("dressed", sheet)
    for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip):
        app.setEffectEnabled(effect, False)  # nothing slides or fades, whatever the system prefers
    now.changed.emit()


def follow_system(app: QApplication) -> None:
    """Keep following the system's scheme and contrast while the program runs."""
    again = lambda *_: apply(app, now.choice)  # noqa: E731 - one line, used twice
    app.styleHints().colorSchemeChanged.connect(again)
    app.styleHints().accessibility().contrastPreferenceChanged.connect(again)
    app.styleHints().accessibility().motionPreferenceChanged.connect(again)
