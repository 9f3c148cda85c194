"""The handbook in a window of its own: F1 opens it at the page in front. Local files only, no network.

The window stands beside the main one and never blocks it, also not while a dialog is open.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QPainter,
    QResizeEvent,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui import accessibility, handbook, theme
from gui.widgets.text import label

NARROW = 620  # below this the list of pages hides and the contents page does its work
MISSING = (
    "# The handbook is not here\n\nThis copy of Threshold came without it. Ask whoever installed Threshold."
)


class HandbookText(QTextBrowser):
    """Shows Markdown of the handbook. Pictures are made as wide as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("The page of the handbook")
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setTabChangesFocus(False)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures of the handbook and nothing else: no other file, no address."""
        url = name if isinstance(name, QUrl) else QUrl(name)
        picture = kind == QTextDocument.ResourceType.ImageResource.value
        path = handbook.FOLDER / url.path()
        if not (picture and url.isRelative() and not url.host() and handbook.inside(path)):
            return None
        return self._fitted(QImage(str(path)))

    def _fitted(self, picture: QImage) -> QImage:
        if picture.isNull():
            return picture
        ratio = self.devicePixelRatioF()
        room = max(120, self.viewport().width() - 2 * int(self.document().documentMargin()) - 16)
        wide = min(picture.width(), int(room * ratio))
        fitted = picture.convertToFormat(QImage.Format.Format_RGB32).scaledToWidth(
            wide, Qt.TransformationMode.SmoothTransformation
        )
        painter = QPainter(fitted)
        painter.setPen(theme.colour("edge"))
        painter.drawRect(fitted.rect().adjusted(0, 0, -1, -1))
        painter.end()
        fitted.setDevicePixelRatio(ratio)
        return fitted


class HelpWindow(QWidget):
    """A list of pages, a box to find one, and the page."""

    def __init__(self, beside: QWidget | None = None) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("help_window")
        self.setWindowTitle("Threshold handbook")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setMinimumSize(360, 240)
        self.resize(_size(beside))
        self.name = ""
        self._been: list[str] = []  # pages left, for Back
        self._drawn_at = 0
        self._build()
        for keys, call in (
            ("Alt+Left", self.go_back), ("Alt+Home", self.go_first), ("Ctrl+F", self.focus_find),
            ("Escape", self.close), ("Ctrl+W", self.close),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(call)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(120)
        self._timer.timeout.connect(self._draw_again)
        theme.now.changed.connect(self._timer.start)
        if beside is not None:
            beside.installEventFilter(self)

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 12, 12)
        outer.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(8)
        self.back = QPushButton("Back")
        self.back.setToolTip("Back (Alt+Left)")
        self.back.clicked.connect(self.go_back)
        self.first = QPushButton("Contents")
        self.first.setToolTip("Contents (Alt+Home)")
        self.first.clicked.connect(self.go_first)
        self.find = QLineEdit()
        self.find.setPlaceholderText("Find in the handbook (Ctrl+F)")
        self.find.setAccessibleName("Find in the handbook")
        self.find.setClearButtonEnabled(True)
        self.find.textChanged.connect(self._filter)
        self.find.returnPressed.connect(self.find_now)
        self.leave = QPushButton("Close")
        self.leave.setToolTip("Close (Escape)")
        self.leave.clicked.connect(self.close)
        for button in (self.back, self.first):
            top.addWidget(button)
        top.addWidget(self.find, 1)
        top.addWidget(self.leave)
        outer.addLayout(top)
        self.said = label("", "small", wrap=True)
        self.said.setVisible(False)
        outer.addWidget(self.said)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.list = QListWidget()
        self.list.setAccessibleName("Pages of the handbook")
        self.list.setFixedWidth(200)
        for page in handbook.pages():
            item = QListWidgetItem(page.title)
            item.setData(Qt.ItemDataRole.UserRole, page.name)
            item.setSizeHint(QSize(0, 28))
            self.list.addItem(item)
        self.list.currentItemChanged.connect(lambda item, _before: self._chosen(item))
        self.text = HandbookText()
        self.text.anchorClicked.connect(self._follow)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        outer.addLayout(row, 1)

    # -- what a person can do --------------------------------------------------------------------
    def show_page(self, name: str) -> None:
        """Open a page and bring the window to the front; the contents where there is no such page."""
        self._go(name)
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        if QGuiApplication.platformName() != "offscreen":  # which cannot, and says so each time
            self.raise_()
        self.activateWindow()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_back(self) -> None:
        """To the page before."""
        if self._been:
            name = self._been.pop()
            self._go(name, keep=False)

    def go_first(self) -> None:
        self._go(handbook.FIRST)

    def focus_find(self) -> None:
        self.find.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find.selectAll()

    def find_now(self) -> None:
        """The next place of the words on this page; else the first page that holds them."""
        wanted = self.find.text().strip()
        names = handbook.holding(wanted)
        if not wanted or not names:
            return
        if self.name in names and (self.text.find(wanted) or self._from_top(wanted)):
            return
        self._go(next((name for name in names if name != self.name), names[0]))
        self._from_top(wanted)

    # -- inside ----------------------------------------------------------------------------------
    def _from_top(self, wanted: str) -> bool:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        return self.text.find(wanted)

    def _filter(self, wanted: str) -> None:
        names = set(handbook.holding(wanted))
        for place in range(self.list.count()):
            item = self.list.item(place)
            item.setHidden(item.data(Qt.ItemDataRole.UserRole) not in names)
        self.said.setText("" if names else "No page holds these words. Try fewer, or other ones.")
        self.said.setVisible(not names)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(Qt.ItemDataRole.UserRole) != self.name:
            self._go(str(item.data(Qt.ItemDataRole.UserRole)))

    def _go(self, name: str, *, keep: bool = True) -> None:
        known = [page.name for page in handbook.pages()]
        name = name if name in known else handbook.FIRST
        if name == self.name:
            return
        if keep and self.name:
            self._been.append(self.name)
        self.name = name
        self._draw()
        self.back.setEnabled(bool(self._been))
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == name:
                self.list.setCurrentRow(place)
        self.setWindowTitle(f"{handbook.title(name)} - Threshold handbook" if known else "Threshold handbook")
        accessibility.announce(self, handbook.title(name))

    def _draw(self) -> None:
        self._drawn_at = self.text.viewport().width()
        self.text.document().setDefaultFont(theme.font())
        self.text.document().setDocumentMargin(14)
        self.text.setMarkdown(handbook.read(self.name) or MISSING)
        _air(self.text.document())
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _draw_again(self) -> None:
        """Pictures take the new width; the place on the page is kept."""
        if not self.name:
            return
        bar = self.text.verticalScrollBar()
        part = bar.value() / (bar.maximum() or 1)
        self._draw()
        bar.setValue(round(part * bar.maximum()))

    def _follow(self, url: QUrl) -> None:
        """Only to a page of the handbook; an address is never opened."""
        name = url.path()
        if url.isRelative() and name.endswith(".md"):
            self._go(name.removesuffix(".md"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.setVisible(self.width() >= NARROW)
        if self.text.viewport().width() != self._drawn_at:
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The handbook goes when the window it stands beside goes."""
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.close()
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        super().closeEvent(event)


def _air(document: QTextDocument) -> None:
    """Room between lines, thin lines between a table's rows, and lines under links: Markdown has none."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        form = block.blockFormat()
        level = form.headingLevel()
        table = cursor.currentTable()
        form.setTopMargin(0 if table is not None else 18 if level else 4)
        form.setBottomMargin(0 if table is not None else 4 if level or block.textList() is not None else 8)
        form.setLineHeight(118, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if "\N{OBJECT REPLACEMENT CHARACTER}" in block.text():
            form.setLineHeight(100, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.setBlockFormat(form)
        if table is not None:
            look = table.format()
            look.setBorder(1)
            look.setBorderCollapse(True)
            look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            look.setBorderBrush(theme.colour("line"))
            look.setCellPadding(5)
            look.setTopMargin(6)
            look.setBottomMargin(10)
            table.setFormat(look)
        _underline(block)
        block = block.next()


def _underline(block: QTextBlock) -> None:
    """A link is known by more than its colour."""
    places = block.begin()
    found = []
    while not places.atEnd():
        piece = places.fragment()
        if piece.charFormat().isAnchor():
            found.append((piece.position(), piece.length()))
        places += 1
    for start, length in found:
        cursor = QTextCursor(block)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setFontUnderline(True)
        cursor.mergeCharFormat(look)


def page_for(page: Any) -> str:
    """The handbook's page on a page of the window: what the page says, else that of the same name."""
    return str(page.help or page.page_id.replace("_", "-"))


def offer(dialog: QWidget, name: str, show: Any) -> None:
    """F1 inside a dialog opens the handbook at `name`: the menus do not answer while it is open."""
    QShortcut(QKeySequence("F1"), dialog).activated.connect(lambda: show(name))


def _size(beside: QWidget | None) -> QSize:
    screen = beside.screen().availableSize() if beside is not None else QSize(1024, 768)
    return QSize(min(920, screen.width() - 20), min(720, screen.height() - 60))
