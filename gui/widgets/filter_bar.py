"""The ways to narrow the rows, each with how many it leaves. What does not fit goes into 'More'.

Several may be on at a time, see gui.models.filters; those that are on are always in sight where they fit.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from gui import theme
from gui.charts import marks as shapes
from gui.formatting import tooltip
from gui.models.filters import Filters, pressed
from gui.models.row_source import (
    ALL_ROWS,
    CATEGORY,
    LEFT_OUT,
    NOT_UNDERSTOOD,
    OBJECTED,
    UNCOUNTED,
    FilterChoice,
    Mark,
)

HEIGHT = 30
BETWEEN = 6
MORE = 84  # as wide as 'More' is


def mark_of(filter_id: str) -> Mark:
    """The shape that stands beside a filter's words."""
    if filter_id.startswith(CATEGORY):
        return Mark.SENSITIVE
    return {OBJECTED: Mark.OBJECTION, NOT_UNDERSTOOD: Mark.UNKNOWN}.get(filter_id, Mark.NONE)


class Chip(QAbstractButton):
    """One choice: a shape, a word, a count. Painted here, so that it keeps its look in every theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = ""
        self._mark = Mark.NONE
        self._hatched = False
        self._none = False  # there is no such row among those that the other filters leave
        self.menu_arrow = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self.update())

    def show_choice(self, choice: FilterChoice) -> None:
        self.setText(choice.label)
        self._count = _counted(choice)
        self._none = not choice.count
        rows = " rows" if choice.count != UNCOUNTED else ""
        self._mark = mark_of(choice.id)
        self._hatched = choice.id == LEFT_OUT
        self.setAccessibleName(f"{choice.label}, {_counted(choice) or 'not counted yet'}{rows}")
        self.setToolTip(tooltip(choice.explanation))
        self.updateGeometry()

    def show_words(self, words: str, count: str = "") -> None:
        self.setText(words)
        self._count, self._mark, self._hatched, self._none = count, Mark.NONE, False, False
        self.setAccessibleName(words)
        self.updateGeometry()

    def _fonts(self) -> tuple[QFont, QFont]:
        words = QFont(self.font())
        words.setPixelSize(theme.TABLE_PX)
        number = QFont(words)
        number.setBold(True)
        return words, number

    def sizeHint(self) -> QSize:
        words, number = self._fonts()
        wide = 20 + QFontMetrics(words).horizontalAdvance(self.text())
        if self._count:
            wide += 6 + QFontMetrics(number).horizontalAdvance(self._count)
        if self._mark is not Mark.NONE or self._hatched:
            wide += int(shapes.SIZE) + 6
        return QSize(wide + (14 if self.menu_arrow else 0), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ground = "blue" if on else "blue_wash" if self.underMouse() and self.isEnabled() else "paper"
        painter.setPen(QPen(theme.colour("blue" if on else "edge"), 1))
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(box, 4, 4)
        ink = theme.colour("on_blue" if on else "muted" if self._none or not self.isEnabled() else "ink")
        words, number = self._fonts()
        x, middle = 10.0, self.height() / 2
        if self._mark is not Mark.NONE:
            shapes.draw_mark(painter, self._mark, x, middle, ink if on else None)
            x += shapes.SIZE + 6
        elif self._hatched:
            swatch = QRectF(x, middle - 4.5, 9, 9)
            shapes.fill_hatched(painter, swatch)
            painter.setPen(QPen(ink, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(swatch)
            x += shapes.SIZE + 6
        painter.setPen(ink)
        for font, text in ((words, self.text()), (number, self._count)):
            if text:
                painter.setFont(font)
                metrics = QFontMetrics(font)
                base = middle + (metrics.ascent() - metrics.descent()) / 2
                painter.drawText(int(x), int(base), text)
                x += metrics.horizontalAdvance(text) + 6
        if self.menu_arrow:
            painter.setPen(QPen(ink, 1.5))
            painter.drawPolyline(_arrow(self.width() - 16, middle))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus_edge"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def enterEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().leaveEvent(event)
        self.update()


class FilterBar(QWidget):
    """`chosen` gives the filters that are on, a tuple of ids, after a person pressed one."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Which rows to show")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self._choices: tuple[FilterChoice, ...] = ()
        self._on: Filters = ()
        self._shown = 0
        self._chips: dict[str, Chip] = {}
        self._more = Chip(self)
        self._more.menu_arrow = True
        self._more.clicked.connect(self._open_menu)
        self._more.setVisible(False)

    @property
    def on(self) -> Filters:
        """The filters that are on; () for all rows."""
        return self._on

    def choices(self) -> tuple[FilterChoice, ...]:
        return self._choices

    def labels(self) -> dict[str, str]:
        """The words of each filter offered, by its id."""
        return {choice.id: choice.label for choice in self._choices}

    def chip(self, filter_id: str) -> Chip:
        return self._chips[filter_id]

    def set_choices(self, choices: tuple[FilterChoice, ...], on: Filters, shown: int) -> None:
        """Offer these; `shown` is how many rows those that are on leave. Chips that stay keep their place
        under the keyboard."""
        self._choices, self._shown = choices, shown
        ids = [choice.id for choice in choices]
        for gone in [known for known in self._chips if known not in ids]:
            chip = self._chips.pop(gone)
            chip.hide()
            chip.deleteLater()
        for choice in choices:
            if choice.id not in self._chips:
                chip = Chip(self)
                chip.clicked.connect(lambda _on=False, wanted=choice.id: self._pick(wanted))
                self._chips[choice.id] = chip
            self._chips[choice.id].show_choice(choice)
        self.set_on(on)

    def set_on(self, on: Filters) -> None:
        """Show these as on; 'All rows' where there is none."""
        self._on = on
        for known, chip in self._chips.items():
            chip.setChecked(known in on or (known == ALL_ROWS and not on))
        self._lay_out()

    def _pick(self, filter_id: str) -> None:
        before = self._on
        self.set_on(pressed(before, filter_id))  # also 'All rows' that was on: a click must not turn it off
        if self._on != before:
            self.chosen.emit(self._on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def hidden_choices(self) -> tuple[FilterChoice, ...]:
        """Those that are in 'More' at this width."""
        return tuple(choice for choice in self._choices if self._chips[choice.id].isHidden())

    def _in_sight(self, widths: dict[str, int]) -> set[str]:
        """Which chips fit: those that are on, then the others in their order."""
        if sum(widths.values()) + BETWEEN * (len(widths) - 1) <= self.width():
            return set(widths)
        room = self.width() - MORE - BETWEEN
        fit: set[str] = set()
        for filter_id in (*(one for one in widths if one in self._on), *widths):
            if filter_id in fit:
                continue
            if widths[filter_id] > room:
                if filter_id in self._on:
                    continue
                break
            fit.add(filter_id)
            room -= widths[filter_id] + BETWEEN
        return fit

    def _lay_out(self) -> None:
        widths = {choice.id: self._chips[choice.id].sizeHint().width() for choice in self._choices}
        fit = self._in_sight(widths)
        x, order = 0, []
        for choice in self._choices:
            chip = self._chips[choice.id]
            chip.setVisible(choice.id in fit)
            if choice.id in fit:
                chip.setGeometry(x, 0, widths[choice.id], HEIGHT)
                x += widths[choice.id] + BETWEEN
                order.append(chip)
        self._more.setVisible(len(fit) < len(widths))
        if len(fit) < len(widths):
            hidden = self.hidden_choices()
            picked = [choice for choice in hidden if choice.id in self._on]
            if len(picked) == 1:
                self._more.show_choice(picked[0])
            elif picked:
                self._more.show_words(f"{len(picked)} on:", f"{self._shown:,} rows")
            else:
                self._more.show_words("More" if order else "Which rows", f"{len(hidden)}")
            self._more.setAccessibleName(f"More ways to narrow the rows, {len(hidden)}")
            self._more.setChecked(bool(picked))
            wide = min(self._more.sizeHint().width(), max(self.width() - x, 60))
            self._more.setGeometry(x, 0, wide, HEIGHT)
            order.append(self._more)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _open_menu(self) -> None:
        self._more.setChecked(any(c.id in self._on for c in self.hidden_choices()))
        self.make_menu().popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def make_menu(self) -> QMenu:
        """The menu of what does not fit; it deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for choice in self.hidden_choices():
            action = QAction(f"{choice.label.replace('&', '&&')}   {_counted(choice)}".rstrip(), menu)
            action.setCheckable(True)
            action.setChecked(choice.id in self._on)
            action.triggered.connect(lambda _on=False, wanted=choice.id: self._pick(wanted))
            menu.addAction(action)
        return menu


def _counted(choice: FilterChoice) -> str:
    return "" if choice.count == UNCOUNTED else f"{choice.count:,}"


def _arrow(x: float, middle: float) -> list[QPointF]:
    return [QPointF(x, middle - 2), QPointF(x + 4, middle + 2), QPointF(x + 8, middle - 2)]
