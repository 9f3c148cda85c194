"""docs/actions.md: every action stands in it, with its settings, its examples and its source."""

from __future__ import annotations

import re

import pytest

from core.protection.actions import ACTIONS, Action
from resources import ROOT

_TEXT = (ROOT.parent / "docs" / "actions.md").read_text(encoding="utf-8")
_PARTS = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", _TEXT, re.DOTALL | re.MULTILINE))


def test_the_page_has_every_action_in_the_order_of_the_windows_and_no_other() -> None:
    assert list(_PARTS) == list(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
def test_each_is_told_as_it_is(action: Action) -> None:
    part = _PARTS[action.id]
    words = " ".join(part.split())
    assert words.startswith(f"**{action.label}** ({action.term}). ")
    assert re.search(r"^Source: \S.*\.$", words[words.rindex("Source: ") :])
    assert f"Mind: {action.warning}" in words if action.warning else "Mind:" not in words
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|$", part, re.MULTILINE)
    assert [name for name, *_ in rows] == [choice.id for choice in action.choices]
    for (_, label, values, default), choice in zip(rows, action.choices, strict=True):
        assert label.strip() == choice.label
        assert all(f"`{value}`" in values for value, _ in choice.values if value)
        assert default.strip() == (f"`{choice.default}`" if choice.default else "-")
    told = re.findall(r"^- `(.*?)` -> (?:`(.*)`|blank)$", part, re.MULTILINE)
    assert told == [(text, result or "") for text, result in action.examples]
