"""Keeping a field as it is, or only those cells that read as what the field is for."""

from __future__ import annotations

from core.model import Role
from core.protection.actions.action import HOLDS, SOMEBODY, UNREADABLE, Action, Outcome, Run, Setting
from core.protection.expected import EXPECTED, holds_known_name, may_hold_names, test_of
from core.survey.identifiers.inside import found_inside


def _keep(_: Setting) -> Run:
    return lambda text: (text, "")


def _keep_expected(setting: Setting) -> Run:
    expected, role = test_of(setting.role), setting.role
    telling = setting.telling if may_hold_names(role) else frozenset()

    def run(text: str) -> Outcome:
        if expected(text):
            named = telling and holds_known_name(text, role, telling)
            return (None, f"{HOLDS}:{SOMEBODY}") if named else (text, "")
        held = found_inside(text)
        return None, f"{HOLDS}:{held}" if held else UNREADABLE

    return run


ACTIONS = (
    Action("leave_out", "Leave out", "field removed", "This field is left out."),
    Action(
        "keep",
        "Keep as it is",
        "passed on unchanged",
        "Kept as it is.",
        _keep,
        examples=(("  007 ", "  007 "), ("44054006", "44054006")),
    ),
    Action(
        "keep_expected",
        "Keep, but blank what does not belong",
        "passed on unchanged where the cell reads as its field's kind of value; else suppressed",
        "Kept where it reads as it should.",
        _keep_expected,
        "Left blank: this does not read as what the field is for, so it could be about anything.",
        roles=frozenset(EXPECTED),
        examples=(
            ("5.2", "5.2"),
            ("120/80", "120/80"),
            ("see Mrs Quixley", None),
            ("07700 900123", None),
        ),
        example_setting=Setting(Role.VALUE),
    ),
)
