"""What can happen to a field, and what it can be, as menus: for any place where a field is looked at.

Thin: it asks the session what is planned, and every item calls `session.decide_field`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui import ask
from gui.formatting import KIND_HELP, KIND_WORDS, one_line
from gui.session import Session

if TYPE_CHECKING:
    from core.protection.actions import Action, SettingChoice
    from core.protection.plan import FieldPlan


def add_actions(menu: QMenu, session: Session, plan: FieldPlan) -> None:
    """What can happen to the field, the present one ticked."""
    from core.protection import actions_for

    for offered in actions_for(plan.kind, plan.role):
        if offered.id == "scrub" and not _may_scrub(session):
            continue
        _offer(menu, session, plan, offered)
    if plan.decided:
        menu.addSeparator()
        item(menu, "Back to the profile's choice", False, lambda: _decide(session, plan, None))


def add_kinds(menu: QMenu, session: Session, plan: FieldPlan) -> None:
    """What the field can be; what happens to it follows the profile for that kind."""
    menu.setToolTipsVisible(True)
    for kind, words in KIND_WORDS.items():
        if kind != "unknown":
            decide = lambda k=kind: session.decide_field(plan.table, plan.field, None, k)  # noqa: E731
            item(menu, words, kind == str(plan.kind), decide).setToolTip(KIND_HELP[kind])


def item(menu: QMenu, words: str, checked: bool, call: Callable[[], object]) -> QAction:
    """One choice that can be ticked."""
    action = QAction(words, menu)
    action.setCheckable(True)
    action.setChecked(checked)
    action.triggered.connect(lambda _checked=False: call())
    menu.addAction(action)
    return action


def _decide(
    session: Session, plan: FieldPlan, action: str | None, settings: Mapping[str, str] | None = None
) -> None:
    kind = session.choices.fields.get((plan.table, plan.field), (None, None))[1]
    session.decide_field(plan.table, plan.field, action, kind if action else None, settings)


def _may_scrub(session: Session) -> bool:
    """Whether the profile lets notes leave with personal details removed, where a person decides so."""
    return session.profile is not None and bool(session.profile.free_text.may_scrub)


def _offer(menu: QMenu, session: Session, plan: FieldPlan, offered: Action) -> None:
    """One action as an item, or as a menu of its own where it can be set to more than one thing."""
    here = offered.id == plan.action and not (plan.needs_decision and not plan.decided)
    tip = f"{offered.did}\n{offered.term}"
    if not offered.choices:
        item(menu, offered.label, here, lambda: _decide(session, plan, offered.id)).setToolTip(tip)
        return
    inner = menu.addMenu(offered.label)
    inner.setToolTipsVisible(True)
    inner.menuAction().setCheckable(True)
    inner.menuAction().setChecked(here)
    inner.menuAction().setToolTip(tip)
    now = dict(plan.settings) if here else {}
    for place, setting in enumerate(offered.choices):
        if place:
            inner.addSeparator()
        if len(offered.choices) > 1 or not setting.values:
            inner.addSection(setting.label)
        held = now.get(setting.id, setting.default)
        for value, words in setting.values:
            pick = lambda s=setting.id, v=value: _decide(session, plan, offered.id, {**now, s: v})  # noqa: E731
            item(inner, words, here and value == held, pick)
        if not setting.values:
            said = f"{setting.label}: {held}" if here and held else f"{setting.label}..."
            typed = lambda s=setting: _type(menu, session, plan, offered.id, now, s)  # noqa: E731
            item(inner, said, here and bool(held), typed)


def _type(
    menu: QMenu,
    session: Session,
    plan: FieldPlan,
    action: str,
    now: Mapping[str, str],
    setting: SettingChoice,
) -> None:
    """A setting that is typed; the plan says what is wrong with it."""
    before = now.get(setting.id, setting.default)
    typed = ask.text(menu.window(), one_line(plan.field, 60), setting.label, before)
    if typed is not None:
        _decide(session, plan, action, {**now, setting.id: typed})
