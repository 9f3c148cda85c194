"""Fields: what is in it, what happens to each field, and a way to change that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedLayout, QVBoxLayout, QWidget

from gui import ask
from gui.formatting import KIND_HELP, KIND_WORDS, count, counted, kind_words, one_line, sentence
from gui.models.fields_model import ACTION, FIELD, KIND, FieldRow, FieldsModel, field_rows, shows
from gui.pages.page import Page, StepState
from gui.plain_words import rule_words
from gui.session import Session
from gui.state import DetailContent
from gui.widgets.empty import EmptyState
from gui.widgets.fields_tree import FieldsTree
from gui.widgets.list_bar import ListBar

if TYPE_CHECKING:
    from core.protection.actions import Action, SettingChoice

FILTERS = (
    ("all", "All fields"),
    ("to_decide", "To decide"),
    ("leaves", "Would leave"),
    ("left_out", "Left out"),
    ("new", "New"),
)
SCRUB_HELP = (
    "Names, numbers, dates, addresses and places become marks such as [name], as far as we can tell. Some "
    "will be missed: somebody must read a sample before it is sent. For example:\n"
    "Spoke to Mrs Quixley's son Bill on 07700 900123, BP 120/80, review 6/52.\n"
    "Spoke to [name]'s son [name] on [phone], BP 120/80, review 6/52."
)
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
        self.model = FieldsModel()
        self.tree = FieldsTree()
        self.tree.setModel(self.model)
        self.tree.selectionModel().currentChanged.connect(lambda now, _before: self._explain(now))
        self.tree.choices_wanted.connect(self.open_choices)
        layout.addWidget(self.tree, 1)
        return inner

    # -- what a person can do --------------------------------------------------------------------
    def choose_action(
        self, table: str, name: str, action: str | None, settings: Mapping[str, str] | None = None
    ) -> None:
        """Decide what happens to a field; None goes back to the profile's choice."""
        kind = self.session.choices.fields.get((table, name), (None, None))[1]
        self.session.decide_field(table, name, action, kind if action else None, settings)

    def choose_kind(self, table: str, name: str, kind: str) -> None:
        """Say what a field is; what happens follows the profile for that kind."""
        self.session.decide_field(table, name, None, kind)

    def show_only(self, only: str) -> None:
        self._only = only
        self.chips.choose(only)
        self._fill()

    def next_flag(self) -> None:
        """Go to the next field to decide, round the end."""
        waiting = [(r.table, r.name) for r in self.model.rows() if r.to_decide]
        if not waiting and self._only != "all":
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

    # -- lists of choices ------------------------------------------------------------------------
    def open_choices(self, column: int, where: QPoint) -> None:
        """Show the choices for the current field where it stands; does not block."""
        row = self.current()
        if row is None:
            return
        menu = self.choices_menu(row, column)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def choices_menu(self, row: FieldRow, column: int) -> QMenu:
        """What a field can be, or what can happen to it, as a menu."""
        menu = QMenu(self)
        menu.setAccessibleName(f"Choices for {one_line(row.name, 60)}")
        menu.setToolTipsVisible(True)
        if column == KIND:
            for kind, words in KIND_WORDS.items():
                if kind != "unknown":
                    action = _item(
                        menu, words, kind == row.kind, lambda k=kind: self.choose_kind(row.table, row.name, k)
                    )
                    action.setToolTip(KIND_HELP[kind])
        elif not row.action:
            _item(menu, "Say who gets it first", False, lambda: self.session.page_requested.emit("going_to"))
        else:
            from core.model import Kind, Role
            from core.protection import actions_for

            for offered in actions_for(Kind(row.kind), Role(row.role)):
                if offered.id == "scrub" and not self._may_scrub():
                    continue
                self._offer(menu, row, offered)
        if row.decided:
            menu.addSeparator()
            _item(
                menu,
                "Back to the profile's choice",
                False,
                lambda: self.choose_action(row.table, row.name, None),
            )
        return menu

    def _offer(self, menu: QMenu, row: FieldRow, offered: Action) -> None:
        """One action as an item, or as a menu of its own where it can be set to more than one thing."""
        here = offered.id == row.action and not row.to_decide
        tip = SCRUB_HELP if offered.id == "scrub" else f"{offered.did}\n{offered.term}"
        if not offered.choices:
            choose = lambda: self.choose_action(row.table, row.name, offered.id)  # noqa: E731
            _item(menu, offered.label, here, choose).setToolTip(tip)
            return
        inner = menu.addMenu(offered.label)
        inner.setToolTipsVisible(True)
        inner.menuAction().setCheckable(True)
        inner.menuAction().setChecked(here)
        inner.menuAction().setToolTip(tip)
        now = dict(row.settings) if here else {}
        for place, setting in enumerate(offered.choices):
            if place:
                inner.addSeparator()
            if len(offered.choices) > 1 or not setting.values:
                inner.addSection(setting.label)
            held = now.get(setting.id, setting.default)
            for value, words in setting.values:
                pick = lambda s=setting.id, v=value: self._set(row, offered.id, {**now, s: v})  # noqa: E731
                _item(inner, words, here and value == held, pick)
            if not setting.values:
                said = f"{setting.label}: {held}" if here and held else f"{setting.label}..."
                _item(inner, said, here and bool(held), lambda s=setting: self._type(row, offered.id, now, s))

    def _set(self, row: FieldRow, action: str, settings: Mapping[str, str]) -> None:
        self.choose_action(row.table, row.name, action, settings)

    def _type(self, row: FieldRow, action: str, now: Mapping[str, str], setting: SettingChoice) -> None:
        """A setting that is typed; the plan says what is wrong with it."""
        typed = ask.text(self, one_line(row.name, 60), setting.label, now.get(setting.id, setting.default))
        if typed is not None:
            self._set(row, action, {**now, setting.id: typed})

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

    def shown(self) -> None:
        self.refresh()
        self._explain(self.tree.currentIndex())
        if self._stack.currentIndex() == 1:
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read the session again."""
        self.rows = field_rows(self.session)
        self._stack.setCurrentIndex(1 if self.rows else 0)
        self.empty.set_working(self.session.busy)
        self.bar.refresh()
        self._fill()

    def _fill(self) -> None:
        text = self.find.text().strip()
        for only, _words in FILTERS:
            self.chips.set_count(only, sum(shows(r, only, "") for r in self.rows))
        here = self.current()
        several = len({r.table for r in self.rows}) > 1
        self.tree.several_tables = several
        if self.model.set_rows(r for r in self.rows if shows(r, self._only, text)):
            self.tree.open_groups()
            if here is not None:
                self.go_to_field(here.table, here.name)
            if not self.tree.currentIndex().isValid() and self.model.rowCount():
                self.tree.setCurrentIndex(self.model.index(0, FIELD, self.model.index(0, 0)))
        self.tree.fit()
        self._explain(self.tree.currentIndex())

    def _explain(self, index: QModelIndex) -> None:
        """Tell the strip about the current field, if this page is in front."""
        row = self.model.row_at(index)
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
                    (main, self.next_flag),
                ),
                main,
                "amber" if row.to_decide else "blue",
                tall=True,
            )
        )

    def _may_scrub(self) -> bool:
        """Whether the profile lets notes leave with personal details removed, where a person decides so."""
        return self.session.profile is not None and bool(self.session.profile.free_text.may_scrub)

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

    def _open_from_strip(self, column: int) -> None:
        self.open_choices(column, self.tree.place_of(column))


def _item(menu: QMenu, words: str, checked: bool, call: Callable[[], object]) -> QAction:
    action = QAction(words, menu)
    action.setCheckable(True)
    action.setChecked(checked)
    action.triggered.connect(lambda _checked=False: call())
    menu.addAction(action)
    return action
