"""What can happen to a field, and what it can be, as menus: for any place where a field is looked at.

Thin: it asks the session what is planned, and every item calls `session.decide_field`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from gui import ask
from gui.formatting import KIND_HELP, KIND_WORDS, one_line
from gui.session import Session

if TYPE_CHECKING:
    from core.protection.actions import Action, SettingChoice
    from core.protection.plan import FieldPlan

SCRUB_HELP = (
    "Names, numbers, dates, addresses and places become marks such as [name], as far as we can tell. Some "
    "will be missed: somebody must read a sample before it is sent. For example:\n"
    "Spoke to Mrs Quixley's son Bill on 07700 900123, BP 120/80, review 6/52.\n"
    "Spoke to [name]'s son [name] on [phone], BP 120/80, review 6/52."
)
NO_KEYS: Mapping[str, str] = MappingProxyType({})


def add_actions(menu: QMenu, session: Session, plan: FieldPlan, keys: Mapping[str, str] = NO_KEYS) -> None:
    """What can happen to the field, the present one ticked. `keys`: by action, the key that does the same
    where the menu was opened."""
    for offered in offered_actions(session, plan.kind, plan.role):
        _offer(menu, session, plan, offered, keys.get(offered.id, ""))


def add_kinds(menu: QMenu, session: Session, table: str, name: str, now: str) -> None:
    """What the field can be; what happens to it follows the profile for that kind."""
    menu.setToolTipsVisible(True)
    for kind, words in KIND_WORDS.items():
        if kind != "unknown":
            decide = lambda k=kind: session.decide_field(table, name, None, k)  # noqa: E731
            item(menu, words, kind == now, decide).setToolTip(KIND_HELP[kind])


def add_back(menu: QMenu, session: Session, table: str, name: str, key: str = "") -> None:
    """Back to what the profile says."""
    menu.addSeparator()
    back = item(menu, "Back to the profile's choice", False, lambda: decide(session, table, name, None))
    _show_key(back, key)


def item(menu: QMenu, words: str, checked: bool, call: Callable[[], object]) -> QAction:
    """One choice that can be ticked."""
    action = QAction(words, menu)
    action.setCheckable(True)
    action.setChecked(checked)
    action.triggered.connect(lambda _checked=False: call())
    menu.addAction(action)
    return action


def offered_actions(session: Session, kind: str, role: str) -> list[Action]:
    """What can happen to a field of this kind and role under the session's profile."""
    from core.model import Kind, Role
    from core.protection import actions_for

    scrub = may_scrub(session)
    return [one for one in actions_for(Kind(kind), Role(role)) if one.id != "scrub" or scrub]


def may_scrub(session: Session) -> bool:
    """Whether the profile lets notes leave with personal details removed, where a person decides so."""
    return session.profile is not None and bool(session.profile.free_text.may_scrub)


def decide(
    session: Session, table: str, name: str, action: str | None, settings: Mapping[str, str] | None = None
) -> None:
    """Decide what happens to a field; None goes back to the profile's choice. What a person said that it is
    stays."""
    kind = session.choices.fields.get((table, name), (None, None))[1]
    session.decide_field(table, name, action, kind if action else None, settings)


def _offer(menu: QMenu, session: Session, plan: FieldPlan, offered: Action, key: str) -> None:
    """One action as an item, or as a menu of its own where it can be set to more than one thing."""
    here = offered.id == plan.action and not (plan.needs_decision and not plan.decided)
    tip = SCRUB_HELP if offered.id == "scrub" else f"{offered.did}\n{offered.term}"

    def choose(settings: Mapping[str, str] | None = None) -> None:
        decide(session, plan.table, plan.field, offered.id, settings)

    if not offered.choices:
        made = item(menu, offered.label, here, choose)
        made.setToolTip(tip)
        _show_key(made, key)
        return
    inner = menu.addMenu(offered.label)
    inner.setToolTipsVisible(True)
    inner.menuAction().setCheckable(True)
    inner.menuAction().setChecked(here)
    inner.menuAction().setToolTip(tip)
    now = dict(plan.settings) if here else {}
    asker = menu.parentWidget()  # a menu may be gone before the question is answered

    def typed(setting: SettingChoice) -> None:
        """A setting that is typed; the plan says what is wrong with it."""
        before = now.get(setting.id, setting.default)
        text = ask.text(asker, one_line(plan.field, 60), setting.label, before)
        if text is not None:
            choose({**now, setting.id: text})

    for place, setting in enumerate(offered.choices):
        if place:
            inner.addSeparator()
        if len(offered.choices) > 1 or not setting.values:
            inner.addSection(setting.label)
        held = now.get(setting.id, setting.default)
        for value, words in setting.values:
            pick = lambda s=setting.id, v=value: choose({**now, s: v})  # noqa: E731
            item(inner, words, here and value == held, pick)
        if not setting.values:
            said = f"{setting.label}: {held}" if here and held else f"{setting.label}..."
            item(inner, said, here and bool(held), lambda s=setting: typed(s))


def _show_key(action: QAction, key: str) -> None:
    """Show beside an item which key does the same in the list; the key itself is the list's."""
    if key:
        action.setShortcut(QKeySequence(key))
        action.setShortcutVisibleInContextMenu(True)
