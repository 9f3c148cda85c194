"""Code lists: which lists of codes Threshold looks things up in, what is missing, and how to add one."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui import accessibility, ask
from gui.code_lists import BUILT_IN, LOADED, NEEDED, ORDINARY, OWN_LIST, CodeLists, ListRow
from gui.formatting import counted, one_line, tooltip
from gui.widgets.text import label

COLUMNS = ("List", "Finds", "Version", "Date", "Codes")
GROUPS = {
    NEEDED: "Needed and not loaded",
    LOADED: "Loaded by you",
    BUILT_IN: "Come with Threshold",
}
SAID = (
    "Threshold flags sensitive codes by these lists, by the words of terms and by chapters. A list that you "
    "add can only find more. Its codes are remembered on this computer, its words are not."
)
ADDED_BEFORE = "No list was added yet."
_ROW = Qt.ItemDataRole.UserRole + 1
_WIDEST = {1: 240, 2: 150, 3: 130, 4: 90}
_NARROWEST_TITLE = 220
ROW_HEIGHT = 26
_LOW = 560


class CodeListsDialog(QDialog):
    """Shows the shelf of `lists`; does not block, and nothing in it waits for a file."""

    def __init__(self, lists: CodeLists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code_lists")
        self.setWindowTitle("Code lists")
        self.setSizeGripEnabled(True)
        self._lists = lists
        self._build()
        lists.read.connect(self.refresh)
        lists.asks.connect(self._ask_category)
        lists.failed.connect(self._tell_failure)
        self.refresh()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        self._head = (label("Code lists", "title"), label(SAID, "muted", wrap=True))
        for words in self._head:
            column.addWidget(words)
        self.trouble = self._notice("bad")
        self.trouble_words = label("", wrap=True)
        self.trouble.layout().addWidget(self.trouble_words)
        column.addWidget(self.trouble)
        column.addWidget(self._build_question())
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Code lists")
        self.tree.setHeaderLabels(list(COLUMNS))
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.setRootIsDecorated(False)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setMinimumHeight(96)
        self.tree.header().setSectionsMovable(False)
        self.tree.viewport().installEventFilter(self)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.tree.headerItem().setTextAlignment(
            len(COLUMNS) - 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.tree.currentItemChanged.connect(lambda *_: self._explain())
        column.addWidget(self.tree, 1)
        self.about_title = label("", "strong", wrap=True)
        column.addWidget(self.about_title)
        self.about = label("", wrap=True)
        self.about.setMinimumHeight(52)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.about)
        self.status = label("", "muted", wrap=True)
        column.addWidget(self.status)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.add = QPushButton("Add a list...")
        self.add.setProperty("main", True)
        self.remove = QPushButton("Remove this list")
        self.stop = QPushButton("Stop reading")
        self.close_button = QPushButton("Close")
        self.add.clicked.connect(self.choose_file)
        self.remove.clicked.connect(self.remove_current)
        self.stop.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.accept)
        for button in (self.add, self.remove, self.stop):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        for button in (self.remove, self.stop, self.close_button):
            button.setAutoDefault(False)
        column.addLayout(row)

    def _build_question(self) -> QFrame:
        self.question = self._notice("warn")
        self.question.setObjectName("list_question")
        layout = self.question.layout()
        self.question_title = label("", "heading", wrap=True)
        self.question_words = label("", wrap=True)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.category = QComboBox()
        self.category.setAccessibleName("What the list is about")
        self.category.setMinimumWidth(220)
        self.use = QPushButton("Add it as this")
        self.use.setAutoDefault(False)
        self.not_now = QPushButton("Don't add it")
        self.not_now.setAutoDefault(False)
        self.use.clicked.connect(self._use)
        self.not_now.clicked.connect(self._do_not_add)
        line.addWidget(self.category, 1)
        line.addWidget(self.use)
        line.addWidget(self.not_now)
        line.addStretch(1)
        layout.addWidget(self.question_title)
        layout.addWidget(self.question_words)
        layout.addLayout(line)  # type: ignore[attr-defined]
        return self.question

    def _notice(self, surface: str) -> QFrame:
        made = QFrame()
        made.setProperty("surface", surface)
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        made.setVisible(False)
        return made

    # -- what a person can do --------------------------------------------------------------------
    def choose_file(self) -> None:
        """Ask for a file, and read it in a job."""
        path = ask.one_file(self, "Choose a list of codes, as it was downloaded")
        if path is None:
            return
        self.trouble.setVisible(False)
        self._lists.add(path)
        self.status.setText("Reading the list. A whole SNOMED CT release takes a minute or two.")
        self._enable()

    def remove_current(self) -> None:
        """Forget the current list, after a question."""
        row = self.current()
        if row is None or not row.id:
            return
        if ask.confirm(
            self,
            "Remove this list?",
            f"{one_line(row.title, 100)}. What only this list finds is no longer flagged.",
            yes="Remove it",
        ):
            self._lists.remove(row.id)

    def current(self) -> ListRow | None:
        """What the keyboard is on."""
        item = self.tree.currentItem()
        found = item.data(0, _ROW) if item is not None else None
        return found if isinstance(found, ListRow) else None

    def _use(self) -> None:
        chosen = self.category.currentData()
        self.question.setVisible(False)
        self._lists.decide(() if chosen == ORDINARY else (str(chosen),))
        self._enable()

    def _do_not_add(self) -> None:
        self.question.setVisible(False)
        self._lists.forget_waiting()
        self.status.setText("The list was not added.")
        self._enable()

    def _stop(self) -> None:
        self._lists.cancel()
        self.status.setText("Stopped. Nothing of the list was kept.")
        self._enable()

    # -- showing ---------------------------------------------------------------------------------
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            for words in self._head:  # on a desktop at 200% there is no room for what the frame says too
                words.setVisible(parent.height() >= _LOW)
            layout = self.layout()
            assert layout is not None
            layout.activate()  # else the room for what is hidden now makes the window higher than the screen
            self.resize(min(1240, parent.width() - 40), min(720, parent.height() - 40))
        self._lists.look()

    def refresh(self) -> None:
        """Read the shelf's rows again."""
        shelf, here = self._lists.shelf, self.current()
        self.tree.clear()
        chosen: QTreeWidgetItem | None = None
        for group, words in GROUPS.items():
            rows = [row for row in shelf.rows if row.group == group]
            if not rows and group == NEEDED:
                continue
            top = QTreeWidgetItem([f"{words} ({len(rows):,})"])
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            top.setSizeHint(0, QSize(0, ROW_HEIGHT))
            font = top.font(0)
            font.setBold(True)
            top.setFont(0, font)
            self.tree.addTopLevelItem(top)
            top.setFirstColumnSpanned(True)
            top.setExpanded(True)
            if not rows and shelf.rows:
                none = QTreeWidgetItem([ADDED_BEFORE])
                none.setFlags(Qt.ItemFlag.ItemIsEnabled)
                top.addChild(none)
                none.setFirstColumnSpanned(True)
            for row in rows:
                item = self._item(row)
                top.addChild(item)
                if chosen is None or (
                    here is not None and (row.group, row.title) == (here.group, here.title)
                ):
                    chosen = item
        if chosen is not None:
            self.tree.setCurrentItem(chosen)
        self._fit()
        self.trouble.setVisible(bool(shelf.trouble))
        self.trouble_words.setText(shelf.trouble)
        self.status.setText(self._lists.said)
        if self._lists.said:
            accessibility.announce(self, self._lists.said)
        self._explain()

    def _item(self, row: ListRow) -> QTreeWidgetItem:
        item = QTreeWidgetItem([one_line(row.title, 200), row.feeds, row.version, row.date, row.codes])
        item.setData(0, _ROW, row)
        item.setSizeHint(0, QSize(0, ROW_HEIGHT))
        item.setTextAlignment(4, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(COLUMNS)):
            item.setToolTip(column, tooltip(item.text(column)))
        when = f"{row.version} {row.date}".strip()
        said = f"{GROUPS[row.group]}: {row.title}. Finds {row.feeds}. {when}. Codes: {row.codes}"
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, said)
        return item

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width():
            # a scroll bar came or went
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Columns as wide as what they hold, within reason; the titles take the rest."""
        metrics, taken = self.tree.fontMetrics(), 0
        for column, widest in _WIDEST.items():
            texts = [COLUMNS[column], *(item.text(column) for item in self._items())]
            most = max(widest, self.tree.viewport().width() // 3) if column == 1 else widest
            wide = min(max(metrics.horizontalAdvance(text) for text in texts) + 24, most)
            self.tree.setColumnWidth(column, wide)
            taken += wide
        self.tree.setColumnWidth(0, max(_NARROWEST_TITLE, self.tree.viewport().width() - taken))

    def _items(self) -> Iterator[QTreeWidgetItem]:
        for place in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(place)
            yield from (top.child(number) for number in range(top.childCount()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _explain(self) -> None:
        row = self.current()
        self.about_title.setText("" if row is None else one_line(row.title, 300))
        self.about.setText("" if row is None else "\n".join(row.lines))
        self._enable()

    def _enable(self) -> None:
        row = self.current()
        reading = self._lists.working
        asking = not self.question.isHidden()
        self.add.setEnabled(not reading and not asking)
        self.remove.setEnabled(row is not None and bool(row.id) and not reading)
        self.stop.setVisible(reading)

    def _ask_category(self) -> None:
        waiting = self._lists.waiting
        if waiting is None:
            return
        self.question_title.setText("What is this list about?")
        self.question_words.setText(
            f"{one_line(waiting.title, 100)}: {waiting.kind_title}, {counted(waiting.count, 'code')}. "
            "Nothing in it says so."
        )
        self.category.clear()
        self.category.addItem("A sensitive list of our own", OWN_LIST)
        for category_id, title in self._lists.shelf.categories:
            self.category.addItem(title, category_id)
        self.category.addItem("Ordinary codes: they are only known", ORDINARY)
        self.status.setText("")
        self.question.setVisible(True)
        self.category.setFocus(Qt.FocusReason.OtherFocusReason)
        self._enable()

    def _tell_failure(self, message: str) -> None:
        self.status.setText("")
        self.trouble_words.setText(message)
        self.trouble.setVisible(True)
        accessibility.announce(self, message)
        self._enable()
