"""Blanking cells while the field stays."""

from __future__ import annotations

from core.protection.actions.action import Action, Run, Setting


def _blank(_: Setting) -> Run:
    return lambda text: (None, "")


ACTIONS = (
    Action(
        "blank",
        "Blank every value",
        "suppressed; the column stays",
        "Every value of this field is left blank.",
        _blank,
        examples=(("anything", None),),
    ),
)
