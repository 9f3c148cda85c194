"""A row that goes with one that a law restricts would tell of it: it is hidden with it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from core.protection.closure import Step
from gui.models.core_rows import CoreRows

RESTRICTED = 1


def rows(hidden: int) -> Any:
    """Three rows: the entry, the consultation that goes with it, and another consultation."""
    made: Any = CoreRows.__new__(CoreRows)
    bits = {"entries": [RESTRICTED], "consultations": [0, 0]}
    chain = (Step("consultations", 0, "consultation", ""), Step("entries", 0, "sensitive", ""))
    closure = SimpleNamespace(chain=lambda table, row: chain if (table, row) == ("consultations", 0) else ())
    made._hidden = hidden
    made._preview = SimpleNamespace(decisions=SimpleNamespace(closure=closure))
    made._survey = SimpleNamespace(
        facts={name: SimpleNamespace(categories_of=held.__getitem__) for name, held in bits.items()}
    )
    return made


def test_what_goes_with_a_restricted_entry_is_hidden_with_it() -> None:
    made = rows(RESTRICTED)
    assert made._hides("entries", 0)
    assert made._hides("consultations", 0), "the consultation would tell what the entry says"
    assert not made._hides("consultations", 1)


def test_a_gp_sees_all_of_it() -> None:
    made = rows(0)
    assert not made._hides("entries", 0)
    assert not made._hides("consultations", 0)
