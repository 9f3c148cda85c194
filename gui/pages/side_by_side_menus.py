"""The menus of the side-by-side page: what can be left out, what can be changed, and the same patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from gui.formatting import one_line
from gui.holding import EVERY_TIME
from gui.models.codes_model import LEAVES, STAYS, category_rows
from gui.models.row_source import NOBODY, Cell, PageRow
from gui.models.sheets import called
from gui.pages.side_by_side_moving import Tables, table_words
from gui.pages.side_by_side_words import BY_HAND, SEND_AGAIN
from gui.widgets.field_menu import add_actions, add_back, add_kinds, item

if TYPE_CHECKING:
    from gui.pages.side_by_side_page import SideBySidePage


def leave_menu(page: SideBySidePage, row: int) -> QMenu:
    """What can be left out because of a row: it or its patient, this time or every time, and why."""
    session, table = page.session, page.cache.table
    menu = _menu(page, "Leave out")
    once = menu.addMenu("This row, this time")
    for reason, words in _reasons():
        once.addAction(words, lambda r=reason: session.leave_out_row(table, row, r))
    always = menu.addMenu("This entry, every time")
    patient = menu.addMenu("This patient, every time")
    for inner, whole in ((always, False), (patient, True)):
        inner.menuAction().setToolTip(EVERY_TIME)
        for reason, words in _reasons():
            inner.addAction(
                words, lambda r=reason, w=whole: session.hold_back(table, row, whole_patient=w, reason=r)
            )
    return menu


def change_menu(page: SideBySidePage, row: PageRow, position: int, about: Cell) -> QMenu | None:
    """What can be changed because of a cell: what happens to its field, what the field is, and what happens
    to rows of the same kind. None where there is no such choice."""
    session, table = page.session, page.cache.table
    column = next((c for c in page.cache.shape.raw if c.position == position), None)
    plan = session.field_plan(table, column.name) if column is not None else None
    menu = _menu(page, "Change")
    if plan is not None and not session.publishes_counts:
        _head(menu, f"What happens to {one_line(plan.field, 40)}, in every row")
        add_actions(menu, session, plan)
        if plan.decided:
            add_back(menu, session, plan.table, plan.field)
        menu.addSeparator()
        add_kinds(menu.addMenu("It is something else"), session, plan.table, plan.field, str(plan.kind))
    known = {one.id: one for one in category_rows(session)} if about.categories else {}
    for category, title in zip(about.categories, about.titles, strict=True):
        found = known.get(category)
        if found is None or not found.can_change or found.restricted:
            continue  # what a law restricts is decided on the page of codes
        inner = menu.addMenu(f"Every row about {_in_sentence(title)}".replace("&", "&&"))
        for words, choice, now in (
            ("Leave these rows out", "withhold", found.happens == STAYS),
            ("Send these rows", "keep", found.happens == LEAVES),
        ):
            item(inner, words, now, lambda c=category, w=choice: session.decide_category(c, w))
        if found.decided:
            inner.addSeparator()
            back = lambda c=category: session.decide_category(c, None)  # noqa: E731
            item(inner, "Back to the profile's choice", False, back)
    if row.withheld_by.startswith(BY_HAND):
        menu.addSeparator()
        menu.addAction(SEND_AGAIN, lambda: session.keep_row(table, row.number))
    if menu.isEmpty():
        menu.deleteLater()
        return None
    return menu


def patient_menu(page: SideBySidePage, row: PageRow, tables: Tables) -> QMenu:
    """The other rows of a patient: here, alone, and in the other tables; and the patient's own page."""
    menu = _menu(page, "This patient")
    mover = page.mover
    menu.addAction("Next row of this patient\tF7", mover.step_patient)
    menu.addAction("The one before\tShift+F7", lambda: mover.step_patient(True))
    menu.addAction("Show only this patient's rows", mover.only_patient)
    words = called(page.session.export)
    menu.addSeparator()
    _head(menu, "Rows of this patient")
    for name, rows in tables:
        number = int(rows[0])
        said = table_words(name, words.get(name, ""), len(rows)).replace("&", "&&")
        action = menu.addAction(said, lambda n=name, r=number: mover.to_table(tables, n, r))
        action.setCheckable(True)
        action.setChecked(name == page.cache.table)
    if page.session.preview is not None and not page.session.publishes_counts and row.patient != NOBODY:
        menu.addSeparator()
        menu.addAction("Look at this patient", lambda: look_at(page, row.patient))
    return menu


def look_at(page: SideBySidePage, patient: int) -> None:
    """Show one patient's record on the Patients page."""
    page.session.page_requested.emit("patients")
    page.session.patient_wanted.emit(patient)


def pop_up(page: SideBySidePage, menu: QMenu | None) -> None:
    """Open a menu where the person is: at the button in the strip, or at the current cell."""
    if menu is None:
        return
    focus = QApplication.focusWidget()
    if isinstance(focus, QPushButton):
        menu.popup(focus.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
        return
    for pane in (page.panes.raw, page.panes.out):
        if pane.hasFocus() and pane.currentIndex().isValid():
            corner = pane.visualRect(pane.currentIndex()).bottomLeft()
            menu.popup(pane.viewport().mapToGlobal(corner))
            return
    menu.popup(QCursor.pos())


def _menu(page: SideBySidePage, name: str) -> QMenu:
    menu = QMenu(page)
    menu.setAccessibleName(name)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    return menu


def _head(menu: QMenu, words: str) -> None:
    """A line that says what the lines below are about; a section's own words are not drawn in every theme."""
    menu.addAction(words.replace("&", "&&")).setEnabled(False)


def _reasons() -> list[tuple[str, str]]:
    """Why something is left out, id and words: 'It could cause serious harm'."""
    from core.protection import ITEM_REASONS

    return [(name, _short(words)) for name, words in ITEM_REASONS.items()]


def _short(words: str) -> str:
    reason = words.partition(": ")[2].rstrip(".")
    return reason[:1].upper() + reason[1:]


def _in_sentence(title: str) -> str:
    return title[0].lower() + title[1:] if len(title) > 1 and title[1].islower() else title
