"""Fields: what is in it, what happens to each field, and a way to change that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from gui import accessibility
from gui.formatting import count, counted, kind_words, one_line, sentence
from gui.models.fields_model import ACTION, FIELD, KIND, FieldRow, FieldsModel, field_rows, shows
from gui.models.review import why_none_leaves
from gui.pages.fields_choices import WHAT, FieldChoices
from gui.pages.page import Page, StepState
from gui.plain_words import rule_words
from gui.session import Session
from gui.state import DetailContent
from gui.widgets.empty import EmptyState
from gui.widgets.fields_foot import ACCEPT_KEYS, FREE_TEXT_KEYS, FieldsFoot, accept_words, free_text_words
from gui.widgets.fields_tree import FieldsTree
from gui.widgets.list_bar import ListBar
from gui.widgets.looked_over import LookedOver
from gui.widgets.text import label

FILTERS = (
    ("all", "All fields"),
    ("to_decide", "To decide"),
    ("leaves", "Would leave"),
    ("left_out", "Left out"),
    ("new", "New"),
)
NOTHING = {
    "all": "There is no field.",
    "to_decide": "Every field is decided. What each one does stands under 'All fields'.",
    "leaves": "No field would leave. Who gets it, and what may leave, is said on the page Going to.",
    "left_out": "No field is left out.",
    "new": "Nothing is new here. Start from last month's plan or release (in the File menu), and fields that "
    "were not in it, or were something else, are listed here.",
}
SEARCHED = "No field here has these words. Empty the search box, or look under 'All fields'."
FOOT_FROM = 300  # in a lower page what the foot offers is under 'More'
OPENS = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


class FieldsPage(Page):
    """A tree of fields in groups; the strip below explains the current one."""

    page_id = "fields"
    title = "Fields"
    question = "What is in it?"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.rows: list[FieldRow] = []
        self._only = "all"
        self._scrolled = 0
        self._state = StepState()
        self._stack = QStackedLayout(self)
        self.empty = EmptyState(
            "The fields of your file will be listed here",
            "For each field: what it is, why Threshold thinks so, and what happens to it.",
            "Open a file",
            lambda: session.page_requested.emit("open"),
        )
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._build())
        self.refresh_after(
            self.refresh,
            session.findings_ready, session.survey_ready, session.plan_changed, session.examples_ready,
            session.closed, session.export_opened,
        )  # fmt: skip
        self.refresh()

    def _build(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.bar = ListBar(self.session, "Which fields are shown", FILTERS)
        self.chips, self.undo, self.redo = self.bar.chips, self.bar.undo, self.bar.redo
        self.chips.chosen.connect(self.show_only)
        self.find = QLineEdit()
        self.find.setPlaceholderText("Find a field")
        self.find.setAccessibleName("Find a field")
        self.find.setClearButtonEnabled(True)
        self.find.setMinimumWidth(90)
        self.find.setMaximumWidth(240)
        self.find.textChanged.connect(lambda _t: self._fill())
        self.bar.add(self.find)
        layout.addWidget(self.bar)
        self.none_leaves, self.why_none = label("", "strong", wrap=True), label("", "small", wrap=True)
        for line in (self.none_leaves, self.why_none):
            layout.addWidget(line)
        self.model = FieldsModel()
        self.tree = FieldsTree()
        self.tree.setModel(self.model)
        self.tree.selectionModel().currentChanged.connect(lambda now, _before: self._explain(now))
        self.tree.choices_wanted.connect(self.open_choices)
        self.tree.key_pressed.connect(self.press)
        self.nothing = label("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lists = QStackedWidget()
        self._lists.addWidget(self.tree)
        self._lists.addWidget(self.nothing)
        layout.addWidget(self._lists, 1)
        self.foot = FieldsFoot()
        self.foot.free_text.clicked.connect(self.open_free_text)
        self.foot.accept.clicked.connect(self.accept_looked_at)
        layout.addWidget(self.foot)
        for keys, call in ((ACCEPT_KEYS, self.accept_looked_at), (FREE_TEXT_KEYS, self.open_free_text)):
            QShortcut(QKeySequence(keys), self).activated.connect(call)
        self.choices = FieldChoices(self, self.session)
        self.looked_over = LookedOver(self.tree, self.model, self.session)
        self.looked_over.noted.connect(lambda: self._explain(self.tree.currentIndex()))
        return inner

    # -- what a person can do --------------------------------------------------------------------
    def choose_action(
        self, table: str, name: str, action: str | None, settings: Mapping[str, str] | None = None
    ) -> None:
        """Decide what happens to a field; None goes back to the profile's choice."""
        self.choices.choose_action(table, name, action, settings)

    def show_only(self, only: str) -> None:
        self._only = only
        self.chips.choose(only)
        self._fill()

    def next_flag(self) -> None:
        """Go to the next field to decide, round the end."""
        waiting = [(r.table, r.name) for r in self.model.rows() if r.to_decide]
        if not waiting and any(r.to_decide for r in self.rows):
            self.find.clear()
            self.show_only("all")
            waiting = [(r.table, r.name) for r in self.model.rows() if r.to_decide]
        if not waiting:
            self.session.page_requested.emit("side_by_side")
            return
        order = [(r.table, r.name) for r in self.model.rows()]
        here = self.current()
        start = order.index((here.table, here.name)) + 1 if here is not None else 0
        after = [key for key in order[start:] if key in set(waiting)]
        self.go_to_field(*(after[0] if after else waiting[0]))
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_to_field(self, table: str, name: str) -> None:
        index = self.model.index_of(table, name)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index, FieldsTree.ScrollHint.PositionAtCenter)

    def focus_find(self) -> None:
        self.find.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find.selectAll()

    def current(self) -> FieldRow | None:
        """The field the keyboard is on."""
        return self.model.row_at(self.tree.currentIndex())

    # -- lists of choices, and keys --------------------------------------------------------------
    def open_choices(self, column: int, where: QPoint) -> None:
        """Show the choices for the current field where it stands; does not block."""
        row = self.current()
        if row is not None:
            _open(self.choices.menu(row, column), where)

    def choices_menu(self, row: FieldRow, column: int) -> QMenu:
        """What a field can be, or what can happen to it, as a menu."""
        return self.choices.menu(row, column)

    def open_free_text(self) -> None:
        """Show what can happen to all free text at once; does not block."""
        if self.foot.free_text.isEnabled():
            button = self.foot.free_text
            shown = button.isVisible()
            place = button.mapToGlobal(button.rect().topLeft()) if shown else self.tree.place_of(ACTION)
            _open(self.choices.free_text_menu(self.rows), place)

    def accept_looked_at(self) -> None:
        """Accept what is suggested for every field that waits and that a person had in front of them."""
        self.choices.accept(self.looked_at())

    def looked_at(self) -> list[FieldRow]:
        """The fields that wait for a decision and were looked at as they stand."""
        return [row for row in self.rows if row.to_decide and self.looked_over.has(row)]

    def press(self, key: str) -> None:
        """A key of the list: do what it stands for to the current field, or say why not."""
        row = self.current()
        if row is None:
            return
        if key == WHAT:
            self._open_from_strip(KIND)
            return
        wrong = self.choices.press(row, key)
        if wrong:
            self.foot.say(wrong)
            accessibility.announce(self, wrong)

    def _say_foot(self) -> None:
        """What the line under the list says and offers."""
        notes = sum(row.kind == "free_text" for row in self.rows)
        can = self.session.plan is not None and not self.session.publishes_counts
        self.foot.show_state(
            self.choices.keys_for(self.current()), len(self.looked_at()), notes if can else 0
        )

    # -- showing ---------------------------------------------------------------------------------
    def state(self) -> StepState:
        if not self.session.findings:
            return StepState(
                "waiting" if self.session.busy else "to_do", "Reading" if self.session.busy else "To do"
            )
        waiting = sum(r.to_decide for r in self.rows)
        if waiting:
            return StepState("attention", f"{count(waiting)} to decide")
        if self.session.plan is None:
            return StepState("to_do", counted(len(self.rows), "field"))
        return StepState("done", "All decided")

    def hideEvent(self, event: QHideEvent) -> None:
        """The strip of another page may be lower: the list grows, scrolls, and must be put back."""
        self._scrolled = self.tree.verticalScrollBar().value()
        super().hideEvent(event)

    def shown(self) -> None:
        self.refresh()
        QTimer.singleShot(0, self, self._scroll_back)
        self._explain(self.tree.currentIndex())
        if self._stack.currentIndex() == 1:
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _scroll_back(self) -> None:
        self.tree.verticalScrollBar().setValue(self._scrolled)
        if (here := self.tree.currentIndex()).isValid():  # who came by a key is on another field
            self.tree.scrollTo(here)

    def refresh(self) -> None:
        """Read the session again."""
        self.rows = field_rows(self.session)
        self._stack.setCurrentIndex(1 if self.rows else 0)
        self.empty.set_working(self.session.busy)
        self.bar.refresh()
        said = why_none_leaves(self.session)
        for line, words in zip((self.none_leaves, self.why_none), said, strict=True):
            line.setText(words)
            line.setVisible(bool(words))
        self._fill()
        if (state := self.state()) != self._state:  # the rail may have asked before the list was read again
            self._state = state
            self.state_changed.emit()

    def _fill(self) -> None:
        text = self.find.text().strip()
        for only, _words in FILTERS:
            self.chips.set_count(only, sum(shows(r, only, "") for r in self.rows))
        here, before = self.current(), [(r.table, r.name) for r in self.model.rows()]
        bar = self.tree.verticalScrollBar()
        scrolled = bar.value()
        several = len({r.table for r in self.rows}) > 1
        self.tree.several_tables = several
        if self.model.set_rows(r for r in self.rows if shows(r, self._only, text)):
            self.tree.open_groups()
            bar.setValue(scrolled)
            self._stay(here, before)
            if not self.tree.currentIndex().isValid() and self.model.rowCount():
                self.tree.setCurrentIndex(self.model.index(0, FIELD, self.model.index(0, 0)))
        self.tree.fit()
        shown = self.model.rowCount() > 0
        self._lists.setCurrentWidget(self.tree if shown else self.nothing)
        if not shown:
            self.nothing.setText(SEARCHED if text else NOTHING[self._only])
        self._explain(self.tree.currentIndex())

    def _stay(self, here: FieldRow | None, before: list[tuple[str, str]]) -> None:
        """Stay on the field, or where it went from the list on the next one that is still there."""
        if here is None:
            return
        place = before.index((here.table, here.name))
        for key in (*before[place:], *reversed(before[:place])):
            index = self.model.index_of(*key)
            if index.isValid():
                self.tree.setCurrentIndex(index)
                self.tree.scrollTo(index)
                return

    def _explain(self, index: QModelIndex) -> None:
        """Tell the strip about the current field, if this page is in front."""
        row = self.model.row_at(index)
        self._say_foot()
        if not self.isVisible():
            return
        if row is None:
            self.session.show_detail(None)
            return
        happens = row.what_happens + (f": {row.reason}" if row.reason else "")
        filled = f"{counted(row.filled, 'cell')} filled" if row.filled else "no cell is filled"
        if row.distinct is not None and row.filled and not any("different" in e for e in row.evidence):
            filled += f", {counted(row.distinct, 'different value')}"
        waiting = sum(r.to_decide for r in self.rows)
        main = f"Next to decide ({count(waiting)})  F8" if waiting else "See it side by side  F8"
        self.session.show_detail(
            DetailContent(
                f"{one_line(row.name, 60)}: {kind_words(row.kind).lower()}",
                (
                    " ".join(sentence([said]) for said in (*row.evidence, filled)),
                    happens + self._rule(row) + self._example(row),
                ),
                (
                    (
                        f"What it is {OPENS}",
                        lambda: self._open_from_strip(KIND),
                    ),
                    (
                        f"What happens {OPENS}",
                        lambda: self._open_from_strip(ACTION),
                    ),
                    *self._for_many(),
                    (main, self.next_flag),
                ),
                main,
                "amber" if row.to_decide else "blue",
                tall=True,
            )
        )

    def _for_many(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """What the foot offers, where there is no room for a foot."""
        if self.foot.isVisible():
            return ()
        found: list[tuple[str, Callable[[], object]]] = []
        if looked := len(self.looked_at()):
            found.append((accept_words(looked), self.accept_looked_at))
        if self.foot.free_text.isEnabled():
            notes = sum(row.kind == "free_text" for row in self.rows)
            found.append((free_text_words(notes), self.open_free_text))
        return tuple(found)

    @staticmethod
    def _example(row: FieldRow) -> str:
        """A note as it stands and as it would leave."""
        if row.action != "scrub" or not row.raw or not row.out:
            return ""
        return f" For example '{one_line(row.raw, 90)}' leaves as '{one_line(row.out, 90)}'."

    def _rule(self, row: FieldRow) -> str:
        """Where the rule comes from."""
        words = rule_words(row.source)
        return f" ({words})" if words else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.fit(self.width())
        self.foot.setVisible(self.height() >= FOOT_FROM)

    def _open_from_strip(self, column: int) -> None:
        self.open_choices(column, self.tree.place_of(column))


def _open(menu: QMenu, where: QPoint) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(where)
