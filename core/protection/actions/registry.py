"""All actions by id, in the order to offer them."""

from __future__ import annotations

from collections.abc import Mapping

from core.model import Kind, Role, UsageError
from core.protection.actions import (
    ages,
    blanking,
    code_groups,
    codes_of_people,
    confidential,
    dates,
    digests,
    ethnic_groups,
    keeping,
    moved,
    notes,
    numbers,
    places,
    terms,
    times,
    value_map,
)
from core.protection.actions.action import Action, Outcome, Run, Setting

_MODULES = (
    *(
        keeping,
        confidential,
        codes_of_people,
        dates,
        digests,
        moved,
        times,
        ages,
        places,
        ethnic_groups,
        numbers,
    ),
    *(code_groups, terms, notes, value_map, blanking),
)

#: A new action is one more entry of a module's ACTIONS, or one more module here.
ACTIONS: Mapping[str, Action] = {action.id: action for module in _MODULES for action in module.ACTIONS}


def run_of(action: str, setting: Setting) -> Run:
    """The function that does `action` to one text. Raises UsageError where there is no such action."""
    found = ACTIONS.get(action)
    if found is None or found.prepare is None:
        raise UsageError(
            f"There is no action '{action}' for a field that leaves. Choose one of docs/actions.md.",
            where="actions",
        )
    done = found.prepare(setting)

    def run(text: str) -> Outcome:
        return done(text) if text.strip() else (text, "")

    return run


def actions_for(kind: Kind, role: Role) -> tuple[Action, ...]:
    """The actions to offer for a field, in the order to show them."""
    return tuple(action for action in ACTIONS.values() if action.suits(kind, role))
