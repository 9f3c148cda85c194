"""The settings that a person gives an action: known ones, with known values. A plan holds nothing typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.model import UsageError
from core.protection.actions import ACTIONS

#: Actions that check every one of their settings themselves.
_OWN_CHECK = frozenset(("value_map", "digest", "scrub"))
_NUMBERS = re.compile(r"[0-9.,:+\- ]{0,80}", re.ASCII)


def check_settings(action: str, settings: Mapping[str, str], where: str) -> None:
    """Raises UsageError for a setting that the action does not have, or whose value is none of its own."""
    if action in _OWN_CHECK:
        return
    known = {choice.id: choice for choice in ACTIONS[action].choices}
    for name, value in settings.items():
        if name not in known:
            told = ", ".join(known) or "none"
            raise UsageError(f"'{action}' does not have all of these settings. It has: {told}.", where=where)
        values = [one for one, _ in known[name].values]
        if value not in values and not _NUMBERS.fullmatch(value):
            raise UsageError(
                f"The setting '{name}' of '{action}' has a value that it cannot have. See docs/actions.md.",
                where=where,
            )
