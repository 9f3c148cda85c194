"""What a person can do about fields: lists of choices, one key for the common ones, several at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtWidgets import QMenu, QWidget

from gui import ask
from gui.decisions import FieldChoice
from gui.formatting import action_words, counted, one_line
from gui.models.fields_model import KIND, FieldRow
from gui.session import Session
from gui.widgets.field_menu import (
    SCRUB_HELP,
    add_actions,
    add_back,
    add_kinds,
    decide,
    item,
    may_scrub,
    offered_actions,
)

#: One key each, while the list of fields has the keyboard: the action, and what the line of keys says of it.
KEYS: Mapping[str, tuple[str, str]] = {
    "L": ("leave_out", "leave out"),
    "C": ("pseudonym", "code"),
    "S": ("scrub", "remove personal details"),
    "K": ("keep", "keep as it is"),
}
ACCEPT, PROFILE, WHAT = "A", "P", "W"
#: Kinds that one key never sends as they are: the list has to be opened for that.
NEVER_BY_KEY = frozenset({"direct_identifier", "free_text", "unknown"})
#: And roles that find somebody together with one another, or in the practice's own system.
NEVER_ROLES = frozenset({"date_of_birth", "date_of_death", "postcode", "patient_key"})


class FieldChoices:
    """Makes the menus of a page and does what they offer."""

    def __init__(self, page: QWidget, session: Session) -> None:
        self._page, self._session = page, session

    # -- one field -------------------------------------------------------------------------------
    def choose_action(
        self, table: str, name: str, action: str | None, settings: Mapping[str, str] | None = None
    ) -> None:
        """Decide what happens to a field; None goes back to the profile's choice."""
        decide(self._session, table, name, action, settings)

    def press(self, row: FieldRow, key: str) -> str:
        """Do what a key stands for; '' or why it does not do it here."""
        if not row.action:
            return "Say who gets it first."
        if self._session.publishes_counts:
            return "Only counts leave, and no field."
        if key == ACCEPT:
            return "" if self.accept([row]) else "There is nothing to accept here."
        if key == PROFILE:
            if not row.decided:
                return "This is the profile's choice already."
            self.choose_action(row.table, row.name, None)
            return ""
        action, words = KEYS[key]
        if action not in self._offered(row):
            return f"'{words.capitalize()}' is not offered for this field."
        if _never(row, action):
            return "What can name a patient is not kept by one key: press Enter and choose it."
        if action == row.action and not row.to_decide:
            return f"That happens already: {action_words(action).lower()}."
        self.choose_action(row.table, row.name, action)
        return ""

    def keys_for(self, row: FieldRow | None) -> str:
        """The keys that do something to this field, for the line below the list."""
        if row is None or not row.action or self._session.publishes_counts:
            return ""
        offered = self._offered(row)
        said = [f"{ACCEPT} accept: {_accepted(row)}"] if row.to_decide else []
        for key, (action, words) in KEYS.items():
            if action in offered and not _never(row, action) and action != row.action:
                said.append(f"{key} {words}")
        if row.decided:
            said.append(f"{PROFILE} the profile's choice")
        return "Keys:  " + "   ".join((*said, f"{WHAT} what it is", "Enter more"))

    def _offered(self, row: FieldRow) -> set[str]:
        return {one.id for one in offered_actions(self._session, row.kind, row.role)}

    # -- several fields --------------------------------------------------------------------------
    def accept(self, rows: Iterable[FieldRow]) -> int:
        """Decide fields that wait as is suggested for them; how many did."""
        waiting = [row for row in rows if row.to_decide]
        decided = [
            FieldChoice(row.table, row.name, row.action, self._kind_said(row), row.settings)
            for row in waiting
        ]
        if len(waiting) == 1:
            words = f"{waiting[0].name}: {action_words(waiting[0].action).lower()}, as suggested"
        else:
            words = f"{counted(len(waiting), 'suggestion')} accepted"
        if decided:
            self._session.decide_fields(decided, words)
        return len(decided)

    def _kind_said(self, row: FieldRow) -> str | None:
        """What a person said the field is, None where nobody did."""
        return self._session.choices.fields.get((row.table, row.name), (None, None))[1]

    def decide_free_text(self, rows: Iterable[FieldRow], action: str | None) -> None:
        """What happens to every field of free text; None is the profile's choice. Notes that leave as they
        are were asked about first."""
        notes = [row for row in rows if row.kind == "free_text"]
        kept = counted(len(notes), "field")
        if action == "keep" and not ask.confirm(
            self._page,
            "Send all free text as it is?",
            f"{kept} of free text would leave with every name, number and address that somebody wrote into "
            "them. Before it is saved, somebody has to read a sample and say so.",
            yes="Send all free text",
        ):
            return
        decided = [
            FieldChoice(row.table, row.name, action, self._kind_said(row) if action else None)
            for row in notes
        ]
        words = action_words(action).lower() if action else "as the profile says"
        self._session.decide_fields(decided, f"all free text: {words}")

    def free_text_menu(self, rows: Iterable[FieldRow]) -> QMenu:
        """What can happen to all free text at once, as a menu."""
        notes = [row for row in rows if row.kind == "free_text"]
        menu = QMenu(self._page)
        menu.setAccessibleName(f"Choices for {counted(len(notes), 'field')} of free text")
        menu.setToolTipsVisible(True)
        menu.addSection(f"{counted(len(notes), 'field')} of free text")
        happens = {(row.action, row.to_decide) for row in notes}
        offered = [("Leave all of it out", "leave_out", "")]
        if may_scrub(self._session):
            offered.append(
                ("Keep it, with personal details removed as far as we can tell", "scrub", SCRUB_HELP)
            )
        offered.append(("Keep all of it as it is...", "keep", "Names written in notes would leave."))
        for words, action, tip in offered:
            choose = lambda a=action: self.decide_free_text(notes, a)  # noqa: E731
            item(menu, words, happens == {(action, False)}, choose).setToolTip(tip or words)
        if any(row.decided for row in notes):
            menu.addSeparator()
            item(menu, "Back to the profile's choice", False, lambda: self.decide_free_text(notes, None))
        return menu

    # -- the menu of one field -------------------------------------------------------------------
    def menu(self, row: FieldRow, column: int) -> QMenu:
        """What a field can be, or what can happen to it, as a menu."""
        menu = QMenu(self._page)
        menu.setAccessibleName(f"Choices for {one_line(row.name, 60)}")
        menu.setToolTipsVisible(True)
        plan = self._session.field_plan(row.table, row.name)
        if column == KIND:
            add_kinds(menu, self._session, row.table, row.name, row.kind)
        elif plan is None:
            go = lambda: self._session.page_requested.emit("going_to")  # noqa: E731
            item(menu, "Say who gets it first", False, go)
        else:
            shown = {action: key for key, (action, _words) in KEYS.items() if not _never(row, action)}
            add_actions(menu, self._session, plan, shown)
        if row.decided:
            add_back(menu, self._session, row.table, row.name, PROFILE)
        return menu


def _never(row: FieldRow, action: str) -> bool:
    """Whether one key must not do this to a field."""
    return action == "keep" and (row.kind in NEVER_BY_KEY or row.role in NEVER_ROLES)


def _accepted(row: FieldRow) -> str:
    """What accepting a suggestion does, in two words."""
    return "leave it out" if row.action == "leave_out" else action_words(row.action).lower()
