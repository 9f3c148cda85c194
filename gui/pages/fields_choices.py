"""What a person can do about fields: lists of choices, one key for the common ones, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gui import ask
from gui.decisions import FieldChoice
from gui.formatting import KIND_HELP, KIND_WORDS, action_words, counted, one_line
from gui.models.fields_model import KIND, FieldRow
from gui.session import Session

if TYPE_CHECKING:
    from core.protection.actions import Action, SettingChoice

SCRUB_HELP = (
    "Names, numbers, dates, addresses and places become marks such as [name], as far as we can tell. Some "
    "will be missed: somebody must read a sample before it is sent. For example:\n"
    "Spoke to Mrs Quixley's son Bill on 07700 900123, BP 120/80, review 6/52.\n"
    "Spoke to [name]'s son [name] on [phone], BP 120/80, review 6/52."
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


class FieldChoices:
    """Makes the menus of a page and does what they offer."""

    def __init__(self, page: QWidget, session: Session) -> None:
        self._page, self._session = page, session

    # -- one field -------------------------------------------------------------------------------
    def choose_action(
        self, table: str, name: str, action: str | None, settings: Mapping[str, str] | None = None
    ) -> None:
        """Decide what happens to a field; None goes back to the profile's choice."""
        kind = self._session.choices.fields.get((table, name), (None, None))[1]
        self._session.decide_field(table, name, action, kind if action else None, settings)

    def choose_kind(self, table: str, name: str, kind: str) -> None:
        """Say what a field is; what happens follows the profile for that kind."""
        self._session.decide_field(table, name, None, kind)

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
        if action not in {one.id for one in self._offered(row)}:
            return f"'{words.capitalize()}' is not offered for this field."
        if action == "keep" and row.kind in NEVER_BY_KEY:
            return "What can name a patient is not kept by one key: press Enter and choose it."
        if action == row.action and not row.to_decide:
            return f"That happens already: {action_words(action).lower()}."
        self.choose_action(row.table, row.name, action)
        return ""

    def keys_for(self, row: FieldRow | None) -> str:
        """The keys that do something to this field, for the line below the list."""
        if row is None or not row.action or self._session.publishes_counts:
            return ""
        offered = {one.id for one in self._offered(row)}
        said = [f"{ACCEPT} accept: {_accepted(row)}"] if row.to_decide else []
        for key, (action, words) in KEYS.items():
            never = action == "keep" and row.kind in NEVER_BY_KEY
            if action in offered and not never and action != row.action:
                said.append(f"{key} {words}")
        if row.decided:
            said.append(f"{PROFILE} the profile's choice")
        return "Keys:  " + "   ".join((*said, f"{WHAT} what it is", "Enter more"))

    def _offered(self, row: FieldRow) -> list[Action]:
        from core.model import Kind, Role
        from core.protection import actions_for

        may_scrub = self.may_scrub()
        return [a for a in actions_for(Kind(row.kind), Role(row.role)) if a.id != "scrub" or may_scrub]

    def may_scrub(self) -> bool:
        """Whether the profile lets notes leave with personal details removed, where a person decides so."""
        profile = self._session.profile
        return profile is not None and bool(profile.free_text.may_scrub)

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
        kinds = self._session.choices.fields
        decided = [
            FieldChoice(
                row.table,
                row.name,
                action,
                kinds.get((row.table, row.name), (None, None))[1] if action else None,
            )
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
        if self.may_scrub():
            offered.append(
                ("Keep it, with personal details removed as far as we can tell", "scrub", SCRUB_HELP)
            )
        offered.append(("Keep all of it as it is...", "keep", "Names written in notes would leave."))
        for words, action, tip in offered:
            choose = lambda a=action: self.decide_free_text(notes, a)  # noqa: E731
            _item(menu, words, happens == {(action, False)}, choose).setToolTip(tip or words)
        if any(row.decided for row in notes):
            menu.addSeparator()
            _item(menu, "Back to the profile's choice", False, lambda: self.decide_free_text(notes, None))
        return menu

    # -- the menu of one field -------------------------------------------------------------------
    def menu(self, row: FieldRow, column: int) -> QMenu:
        """What a field can be, or what can happen to it, as a menu."""
        menu = QMenu(self._page)
        menu.setAccessibleName(f"Choices for {one_line(row.name, 60)}")
        menu.setToolTipsVisible(True)
        if column == KIND:
            for kind, words in KIND_WORDS.items():
                if kind != "unknown":
                    choose = lambda k=kind: self.choose_kind(row.table, row.name, k)  # noqa: E731
                    _item(menu, words, kind == row.kind, choose).setToolTip(KIND_HELP[kind])
        elif not row.action:
            go = lambda: self._session.page_requested.emit("going_to")  # noqa: E731
            _item(menu, "Say who gets it first", False, go)
        else:
            for offered in self._offered(row):
                self._offer(menu, row, offered)
        if row.decided:
            menu.addSeparator()
            back = lambda: self.choose_action(row.table, row.name, None)  # noqa: E731
            _show_key(_item(menu, "Back to the profile's choice", False, back), PROFILE)
        return menu

    def _offer(self, menu: QMenu, row: FieldRow, offered: Action) -> None:
        """One action as an item, or as a menu of its own where it can be set to more than one thing."""
        here = offered.id == row.action and not row.to_decide
        tip = SCRUB_HELP if offered.id == "scrub" else f"{offered.did}\n{offered.term}"
        if not offered.choices:
            choose = lambda: self.choose_action(row.table, row.name, offered.id)  # noqa: E731
            made = _item(menu, offered.label, here, choose)
            made.setToolTip(tip)
            key = next((key for key, (action, _words) in KEYS.items() if action == offered.id), "")
            if key and not (offered.id == "keep" and row.kind in NEVER_BY_KEY):
                _show_key(made, key)
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
        typed = ask.text(
            self._page, one_line(row.name, 60), setting.label, now.get(setting.id, setting.default)
        )
        if typed is not None:
            self._set(row, action, {**now, setting.id: typed})


def _accepted(row: FieldRow) -> str:
    """What accepting a suggestion does, in two words."""
    return "leave it out" if row.action == "leave_out" else action_words(row.action).lower()


def _show_key(action: QAction, key: str) -> None:
    """Show beside an item which key does the same in the list; the key itself is the list's."""
    action.setShortcut(QKeySequence(key))
    action.setShortcutVisibleInContextMenu(True)


def _item(menu: QMenu, words: str, checked: bool, call: Callable[[], object]) -> QAction:
    action = QAction(words, menu)
    action.setCheckable(True)
    action.setChecked(checked)
    action.triggered.connect(lambda _checked=False: call())
    menu.addAction(action)
    return action
