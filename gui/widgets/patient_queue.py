"""The list at the left of the Patients page: whom to look at, or whom a search found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.formatting import one_line, tooltip
from gui.models.queue_model import LINE_ROLE, QueueLine, QueueModel
from gui.widgets.shapes import draw
from gui.widgets.text import label

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 50
LONGEST_LOOKER = 28  # letters: the button is no wider than the list
NOTE_PX = 12
SHAPES = {"seen": ("tick", "green"), "settled": ("tick", "muted"), "to_see": ("ring", "muted")}


class QueueDelegate(QStyledItemDelegate):
    """Two lines: why, and who; a shape for how it stands."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(int(LINE_ROLE))
        if not isinstance(line, QueueLine):
            return
        rect = QRect(option.rect)  # type: ignore[attr-defined]
        here = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        painter.save()
        painter.fillRect(rect, theme.colour("selected" if here else "paper"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        if here:
            painter.fillRect(rect.left(), rect.top(), 4, rect.height(), theme.colour("blue"))
        left = rect.left() + 12
        if line.state in SHAPES:
            shape, token = SHAPES[line.state]
            token = "selected_ink" if here and shape == "ring" else token
            draw(
                painter,
                shape,
                QRectF(left, rect.top() + 8, 15, 15),
                theme.colour(token),
                theme.colour("paper"),
            )
            left += 23
        self._words(
            painter,
            QRect(left, rect.top() + 5, rect.right() - left - 6, rect.height() - 9),
            line,
            here,
            option,
        )
        painter.restore()

    @staticmethod
    def _words(
        painter: QPainter, area: QRect, line: QueueLine, here: bool, option: QStyleOptionViewItem
    ) -> None:
        bold, small = QFont(option.font), QFont(option.font)  # type: ignore[attr-defined]
        bold.setPixelSize(theme.TABLE_PX)
        bold.setBold(line.state in {"to_see", "found"})
        small.setPixelSize(NOTE_PX)
        half = area.height() // 2
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(bold)
        painter.setPen(theme.colour("selected_ink" if here else "ink"))
        title = line.title + (f" and {len(line.more)} more" if line.more else "")
        cut = Qt.TextElideMode.ElideRight
        painter.drawText(
            QRect(area.left(), area.top(), area.width(), half),
            int(middle | Qt.AlignmentFlag.AlignLeft),
            QFontMetrics(bold).elidedText(title, cut, area.width()),
        )
        painter.setFont(small)
        painter.setPen(theme.colour("selected_ink" if here else "muted"))
        metrics = QFontMetrics(small)
        said = metrics.horizontalAdvance(line.said) + 8 if line.said else 0
        low = QRect(area.left(), area.top() + half, area.width(), half)
        painter.drawText(low, int(middle | Qt.AlignmentFlag.AlignRight), line.said)
        under = metrics.elidedText(line.under, cut, area.width() - said)
        painter.drawText(low, int(middle | Qt.AlignmentFlag.AlignLeft), under)


class QueueList(QListView):
    """Up and Down choose, Right or Enter goes to the record."""

    into_record = Signal()
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("patient_queue")
        self.setAccessibleName("Patients to look at")
        self.queue = QueueModel()
        self.setModel(self.queue)
        self.setItemDelegate(QueueDelegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        theme.now.changed.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            event.accept()
            self.into_record.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.escaped.emit()
        elif event.text().strip() or event.matches(
            QKeySequence.StandardKey.Copy
        ):  # a name is not copied here
            event.accept()
        else:
            super().keyPressEvent(event)


class QueuePane(QWidget):
    """A heading, the list, who is beyond it, and who is looking."""

    chosen = Signal(int)  # patient
    back_wanted = Signal()  # from what was found to the queue
    page_wanted = Signal(str)  # where a rule decides
    looker_wanted = Signal()  # somebody else is looking

    def __init__(self) -> None:
        super().__init__()
        self.heading = label("", "strong", wrap=True)
        self.list = QueueList()
        self.back = QPushButton("Back to the list  Esc")
        self.back.clicked.connect(lambda _c=False: self.back_wanted.emit())
        self.back.setVisible(False)
        self.none = label("", "muted", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.beyond = QPushButton("")
        self.beyond.setProperty("quiet", True)
        self.beyond.clicked.connect(lambda _c=False: self.beyond_menu().popup(self._above_beyond()))
        self._beyond: tuple[tuple[str, str], ...] = ()
        self.looker = QPushButton("")
        self.looker.setProperty("quiet", True)
        self.looker.clicked.connect(lambda _c=False: self.looker_wanted.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.heading)
        column.addWidget(self.list, 1)
        column.addWidget(self.none, 1)
        column.addWidget(self.back)
        column.addWidget(self.beyond)
        column.addWidget(self.looker)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self._quiet = False

    def show_lines(
        self, heading: str, lines: Sequence[QueueLine], here: int, *, none: str, found: bool
    ) -> None:
        """Show these, the list's place on patient `here`; `none` is said where there is nobody."""
        self.heading.setText(heading)
        self._quiet = True
        self.list.queue.set_lines(lines)
        self.choose(here)
        self._quiet = False
        self.list.setAccessibleName("Patients found" if found else "Patients to look at")
        self.list.setVisible(bool(lines))
        self.none.setText(none)
        self.none.setVisible(not lines)
        self.back.setVisible(found)

    def choose(self, patient: int) -> None:
        """Put the list's place on a patient, without opening anybody."""
        before, self._quiet = self._quiet, True
        place = self.list.queue.place_of(patient)
        if place >= 0:
            self.list.setCurrentIndex(self.list.queue.index(place))
        else:
            self.list.clearSelection()
            if not self.list.currentIndex().isValid():  # a screen reader has to be somewhere in a list
                first, quietly = self.list.queue.index(0), QItemSelectionModel.SelectionFlag.NoUpdate
                self.list.selectionModel().setCurrentIndex(first, quietly)
        self._quiet = before

    def show_beyond(self, beyond: Sequence[tuple[str, str]]) -> None:
        """(sentence, page) of those who are too many for the list: rules decide them."""
        self._beyond = tuple(beyond)
        self.beyond.setText("Others are decided by rules \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        self.beyond.setToolTip(tooltip("\n".join(words for words, _page in beyond)))
        self.beyond.setVisible(bool(beyond))

    def beyond_menu(self) -> QMenu:
        """Who is beyond the list, and the page where a rule decides for all of them."""
        menu = QMenu(self)
        menu.setAccessibleName("Decided by rules")
        for words, page in self._beyond:
            where = page.replace("_", " ").capitalize()
            call = lambda p=page: self.page_wanted.emit(p)  # noqa: E731
            menu.addAction(f"{words} Go to {where}".replace("&", "&&"), call)
        return menu

    def _above_beyond(self) -> QPoint:
        return self.beyond.mapToGlobal(QPoint(0, -len(self._beyond) * 30))

    def set_looker(self, words: str) -> None:
        shown = one_line(words, LONGEST_LOOKER)
        self.looker.setText(f"{shown}. Change" if words else "")
        self.looker.setAccessibleName(f"Looking: {words}. Change")
        self.looker.setToolTip(tooltip(f"Looking: {words}"))
        self.looker.setVisible(bool(words))

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        line = current.data(int(LINE_ROLE))
        if not self._quiet and isinstance(line, QueueLine):
            self.chosen.emit(line.patient)
