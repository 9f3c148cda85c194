"""Codes: which kinds of sensitive codes are in it, what happens to each, and what nobody could judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui import ask
from gui.formatting import count, counted, one_line, sentence, tooltip
from gui.models.codes_model import (
    COUNTED,
    HAPPENS,
    LEAVES,
    MAY_BE,
    NOT_YET,
    STAYS,
    UNCOUNTED,
    UNTOLD,
    CategoriesModel,
    CategoryRow,
    CodeRow,
    CodesModel,
    category_rows,
    code_rows,
    where_they_stand,
)
from gui.models.row_source import NOT_UNDERSTOOD
from gui.pages.page import Page, StepState
from gui.session import Session
from gui.showing import raw_hidden
from gui.state import DetailContent
from gui.widgets.codes_tree import CodesTree
from gui.widgets.empty import EmptyState
from gui.widgets.list_bar import NARROW, ListBar
from gui.widgets.text import breakable, label

if TYPE_CHECKING:
    from core.survey.results import Survey

VIEWS = (
    ("sensitive", "Sensitive"),
    ("not_understood", "Not understood"),
    ("not_judged", "Not judged"),
)
SAID = {
    "not_understood": "Damaged, or of no kind that Threshold knows. What one may have been is a suggestion: "
    "check it against the words beside it.",
    "not_judged": "Well formed, but nothing here says what they mean: no words beside them, and they are in "
    "no list. They may be sensitive. A list under Code lists may know them.",
}
NOTHING = {
    "sensitive": "No sensitive code was found.",
    "not_understood": "Every code was understood.",
    "not_judged": "Every code could be judged by its words, by a list or by its chapter.",
}
#: One letter each, while the list has the keyboard; the strip and the menu show them.
KEYS = {"L": "withhold", "K": "keep", "P": None}
MOST_FIELDS = 3  # of those where such codes stand; the others are counted
OPENS = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


class CodesPage(Page):
    """Three lists behind three buttons; the strip below explains the current line."""

    page_id = "codes"
    title = "Codes"
    question = "What does it tell about people?"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._view = "sensitive"
        self._stack = QStackedLayout(self)
        self.empty = EmptyState(
            "Sensitive codes will be listed here",
            "By kind, with how many rows and patients have them, and what happens to each.",
            "Open a file",
            lambda: session.page_requested.emit("open"),
        )
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._build())
        self.refresh_after(
            self.refresh,
            session.survey_ready, session.plan_changed, session.closed, session.export_opened,
            session.raw_hidden_changed,
        )  # fmt: skip
        self.refresh()

    def _build(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.bar = ListBar(self.session, "Which codes are shown", VIEWS)
        self.chips, self.undo = self.bar.chips, self.bar.undo
        self.chips.chosen.connect(self.show_view)
        self.lists = QPushButton("Code lists...")
        self.lists.clicked.connect(self.session.code_lists_wanted.emit)
        self.bar.add(self.lists, before_undo=True)
        layout.addWidget(self.bar)
        self.said = label("", "muted", wrap=True)
        layout.addWidget(self.said)
        self.categories = CategoriesModel()
        self.codes = CodesModel()
        self.category_tree = CodesTree("Sensitive codes by kind", "".join(KEYS))
        self.category_tree.key_pressed.connect(self.press)
        self.category_tree.setModel(self.categories)
        self.category_tree.choices_wanted.connect(self.open_choices)
        self.code_tree = CodesTree("Codes that could not be judged")
        self.code_tree.setRootIsDecorated(False)
        self.code_tree.setModel(self.codes)
        self.nothing = label("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lists = QStackedWidget()
        for widget in (self.category_tree, self.code_tree, self.nothing):
            self._lists.addWidget(widget)
        for tree in (self.category_tree, self.code_tree):
            tree.selectionModel().currentChanged.connect(lambda *_: self._explain())
        layout.addWidget(self._lists, 1)
        return inner

    # -- what a person can do --------------------------------------------------------------------
    def show_view(self, view: str) -> None:
        """'sensitive', 'not_understood' or 'not_judged'."""
        self._view = view
        self.chips.choose(view)
        self._fill()

    def decide(self, row: CategoryRow, choice: str | None) -> None:
        """'withhold', 'keep', or None for the profile's choice. What a law restricts is sent by a GP only."""
        if (
            choice == "keep"
            and row.restricted
            and not ask.confirm(
                self,
                "For a GP",
                "The law restricts who may be told of gender recognition and assisted conception. Whether "
                "these rows leave is for a GP to decide.",
                yes="I am a GP: send these rows",
            )
        ):
            return
        self.session.decide_category(row.id, choice)

    def current(self) -> CategoryRow | CodeRow | None:
        """What the keyboard is on."""
        if self._view == "sensitive":
            return self.categories.row_at(self.category_tree.currentIndex())
        return self.codes.row_at(self.code_tree.currentIndex())

    def open_choices(self, _column: int, where: QPoint) -> None:
        """Show the choices for the current kind where it stands; does not block."""
        row = self.current()
        if not isinstance(row, CategoryRow) or not row.can_change:
            return
        menu = self.choices_menu(row)
        menu.popup(where)

    def press(self, key: str) -> None:
        """A key of the list: leave the rows of the current kind out, keep them, or the profile's choice."""
        row = self.current()
        if isinstance(row, CategoryRow) and row.can_change and (KEYS[key] is not None or row.decided):
            self.decide(row, KEYS[key])

    def choices_menu(self, row: CategoryRow) -> QMenu:
        """What can happen to the rows of a kind, as a menu."""
        menu = QMenu(self)
        menu.setAccessibleName(f"Choices for {row.title}")
        for words, key, now in (
            ("Leave these rows out", "L", row.happens == STAYS),
            ("Send these rows", "K", row.happens in (LEAVES, UNTOLD)),
        ):
            action = QAction(words, menu)
            action.setShortcut(QKeySequence(key))
            action.setShortcutVisibleInContextMenu(True)
            action.setCheckable(True)
            action.setChecked(now)
            action.triggered.connect(lambda _c=False, said=KEYS[key]: self.decide(row, said))
            menu.addAction(action)
        if row.decided:
            menu.addSeparator()
            back = QAction("Back to the profile's choice", menu)
            back.triggered.connect(lambda _c=False: self.decide(row, None))
            menu.addAction(back)
        return menu

    def next_flag(self) -> None:
        """F8: the next kind that would leave; from the last one on to the rows themselves."""
        here = self.current()
        found = next((row for row in self._after(here) if row.happens == LEAVES), None)
        if found is None:
            self.session.page_requested.emit("side_by_side")
            return
        self.show_view("sensitive")
        self.category_tree.setCurrentIndex(self.categories.index_of(found.id))

    def _after(self, here: CategoryRow | CodeRow | None) -> list[CategoryRow]:
        rows = self.categories.rows()
        return rows[rows.index(here) + 1 :] if isinstance(here, CategoryRow) and here in rows else rows

    # -- showing ---------------------------------------------------------------------------------
    def state(self) -> StepState:
        survey = self.session.survey
        if survey is None:
            return StepState("waiting", "Reading") if self.session.busy else StepState("to_do", "To do")
        if survey.unknown_codes.codes:
            return StepState("attention", f"{count(survey.unknown_codes.codes)} not understood")
        if survey.not_judged.codes:
            return StepState("attention", f"{count(survey.not_judged.codes)} not judged")
        words = counted(len(survey.categories), "kind")
        return StepState("to_do" if self.session.plan is None else "done", words)

    def shown(self) -> None:
        self.refresh()
        self._explain()

    def refresh(self) -> None:
        """Read the session again."""
        survey = self.session.survey
        self._stack.setCurrentIndex(0 if survey is None else 1)
        self.empty.set_working(self.session.busy)
        self.bar.refresh()
        if survey is not None:
            self.chips.set_count("sensitive", len(survey.categories))
            self.chips.set_count("not_understood", survey.unknown_codes.codes)
            self.chips.set_count("not_judged", survey.not_judged.codes)
        self._fill()

    def _fill(self) -> None:
        survey = self.session.survey
        if survey is None:
            return
        if self._view == "sensitive":
            self._fill_categories()
        else:
            understood = self._view == "not_judged"
            listed = survey.not_judged_list if understood else survey.unknown_list
            if self.codes.set_rows(code_rows(listed, raw_hidden(self.session))):
                self.code_tree.setCurrentIndex(self.codes.index(0, 0))
            self.code_tree.setColumnHidden(MAY_BE, not any(one.suggestions for one in listed))
            self.code_tree.fit()
            self._lists.setCurrentWidget(self.code_tree if listed else self.nothing)
            self._say_where(survey, understood)
        self.said.setVisible(bool(self.said.text()))
        self.nothing.setText(NOTHING[self._view])
        self._explain()

    def _say_where(self, survey: Survey, judged: bool) -> None:
        """What these codes are, in which fields they stand, and what becomes of their rows."""
        listed = survey.not_judged_list if judged else survey.unknown_list
        total = survey.not_judged if judged else survey.unknown_codes
        fields = where_they_stand(survey, judged)
        said = [SAID[self._view]]
        if fields:
            more = (
                f"; and {counted(len(fields) - MOST_FIELDS, 'more field')}"
                if len(fields) > MOST_FIELDS
                else ""
            )
            said.append(f"Where they are: {'; '.join(fields[:MOST_FIELDS])}{more}.")
        if total.codes > len(listed):
            said.append(f"The commonest {count(len(listed))} of {count(total.codes)} are listed.")
        said.append(self._what_becomes(judged))
        self.said.setText(breakable(" ".join(part for part in said if part)) if listed else "")
        self.said.setToolTip(tooltip("\n".join(fields)) if len(fields) > MOST_FIELDS else "")

    def _what_becomes(self, judged: bool) -> str:
        """What the plan does with rows of such codes; '' before there is one, or for counts."""
        plan = self.session.plan
        if plan is None or self.session.publishes_counts:
            return ""
        sent = plan.send_unjudged_codes if judged else plan.send_unknown_codes
        return "Their rows would leave all the same." if sent else "Their rows are left out."

    def _fill_categories(self) -> None:
        rows = category_rows(self.session)
        here = self.current()
        if self.categories.set_rows(rows):
            self.category_tree.open_groups()
            again = self.categories.index_of(here.id) if isinstance(here, CategoryRow) else QModelIndex()
            first = self.categories.index(0, 0, self.categories.index(0, 0)) if rows else QModelIndex()
            self.category_tree.setCurrentIndex(again if again.isValid() else first)
        self.category_tree.fit()
        self._lists.setCurrentWidget(self.category_tree if rows else self.nothing)
        self.said.setText(self._not_whole())

    def _not_whole(self) -> str:
        """Which kinds need a reference set that is not loaded, in one line; '' where none do."""
        from core.survey.lists import missing_lists

        assert self.session.survey is not None
        gaps = missing_lists(self.session.survey.lookup)
        if not gaps:
            return ""
        if self.width() < NARROW:
            return "Some may be missed: lists are needed that are not loaded. See Code lists."
        names = (", " if len(gaps) > 2 else " and ").join(f"'{gap.title}'" for gap in gaps[:2])
        more = f" and {len(gaps) - 2:,} more" if len(gaps) > 2 else ""
        return (
            f"Some may be missed: {names}{more}. Codes whose words do not give them away are found there "
            "only once the national list of codes (reference set) is added under Code lists."
        )

    # -- the words for the current line ----------------------------------------------------------
    def _explain(self) -> None:
        if not self.isVisible():
            return
        row = self.current()
        if isinstance(row, CategoryRow):
            self.session.show_detail(self._of_category(row))
        elif row is not None:
            self.session.show_detail(self._of_code(row))
        else:
            self.session.show_detail(None)

    def _of_category(self, row: CategoryRow) -> DetailContent:
        people = "" if row.patients is None else f" of {counted(row.patients, 'patient')}"
        lines = [
            f"{row.description} {counted(row.rows, 'row')}{people}.",
            f"{row.why} {sentence([row.law])}".strip(),
        ]
        if row.fixed:
            lines.append("This profile never sends these rows.")
        actions = []
        if row.can_change:
            actions.append((f"What happens {OPENS}", self._open_from_strip))
            key, words = ("K", "Send them") if row.happens == STAYS else ("L", "Leave them out")
            actions.append((f"{words}  {key}", lambda: self.press(key)))
        elif row.happens == NOT_YET:
            actions.append(("Say who gets it", lambda: self.session.page_requested.emit("going_to")))
        if self.session.may_show(row.id):
            actions.append(("Show these rows", lambda: self.session.show_rows(f"category:{row.id}")))
        elif row.happens not in (COUNTED, UNCOUNTED):
            lines.append("A GP can see which rows these are: View, Show what the law restricts.")
        main = "See it side by side  F8"
        if any(r.happens == LEAVES for r in self._after(row)):
            main = "Next that would leave  F8"
        actions.append((main, self.next_flag))
        return DetailContent(
            f"{row.title}: {row.what_happens.lower()}",
            tuple(lines),
            tuple(actions),
            main,
            "amber" if row.happens == LEAVES and row.strength != "ordinary" else "blue",
            tall=True,
        )

    def _of_code(self, row: CodeRow) -> DetailContent:
        lines = [f"In {counted(row.rows, 'row')}. {row.why[:1].upper()}{row.why[1:]}."]
        if row.confirmed and not row.hidden:
            lines.append(f"The words beside it speak for {row.confirmed}. It is not taken for that code.")
        elif row.suggestions and not row.hidden:
            lines.append(f"It may have been {' or '.join(row.suggestions)}. It is not taken for that code.")
        actions = ()
        if self._view == "not_understood" and self.session.preview is not None:
            actions = (("Show rows with such codes", lambda: self.session.show_rows(NOT_UNDERSTOOD)),)
        return DetailContent(f"Code {one_line(row.texts()[0], 60)}", tuple(lines), actions)

    def _open_from_strip(self) -> None:
        self.open_choices(HAPPENS, self.category_tree.place_of(HAPPENS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.fit(self.width())
        narrow = self.width() < NARROW
        if self.category_tree.isColumnHidden(HAPPENS - 1) != narrow:  # what happens stays in sight
            self.category_tree.setColumnHidden(HAPPENS - 1, narrow)
            self.category_tree.setColumnHidden(HAPPENS - 2, narrow)
            self._fill()
