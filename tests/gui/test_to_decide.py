"""What still needs a person, in the summary bar and by a key."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gui.models.to_decide import to_decide
from gui.widgets.summary_bar import SummaryBar


def session(fields: int = 0, checks: int = 0, **more: Any) -> Any:
    planned = [SimpleNamespace(needs_decision=n < fields, decided=False) for n in range(9)]
    planned += [SimpleNamespace(needs_decision=True, decided=True)]
    facts: dict[str, Any] = {
        "export": object(),
        "going_to": object(),
        "plan": SimpleNamespace(fields=planned),
        "planning": False,
        "gates": [SimpleNamespace(passed=n >= checks) for n in range(9)],
    }
    return SimpleNamespace(**(facts | more))


@pytest.mark.parametrize(
    ("given", "words", "page"),
    [
        ({"export": None}, "Known when a file is open", "open"),
        ({"going_to": None}, "Who gets it", "going_to"),
        ({"fields": 2, "checks": 1}, "2 fields, 1 check", "fields"),
        ({"checks": 3}, "3 checks", "export"),
        ({}, "Nothing", "export"),
        ({"plan": None}, "Being counted", "fields"),
        ({"planning": True, "fields": 2}, "Being counted", "fields"),
    ],
)
def test_the_first_thing_that_is_open_comes_first(given: dict[str, Any], words: str, page: str) -> None:
    found = to_decide(session(**given))
    assert (found.words, found.page_id) == (words, page)
    assert found.open is ("field" in words or "check" in words or words == "Who gets it")


def test_the_bar_leads_there(light: Any, qtbot: Any) -> None:
    bar = SummaryBar()
    qtbot.addWidget(bar)
    bar.resize(1100, 60)
    bar.show()
    bar.set_value("to_decide", "2 fields, 1 check", short="3 things")
    assert bar.way.isVisible()
    assert "2 fields, 1 check" in bar.way.accessibleName()
    with qtbot.waitSignal(bar.decide_wanted):
        bar.way.click()
    bar.set_compact(True)
    assert bar.way.text() == "3 things"
    assert "2 fields, 1 check" in bar.way.accessibleName()
    bar.set_value("to_decide", "Nothing", False)
    assert not bar.way.isVisible()
    assert bar.value("to_decide") == "Nothing"
