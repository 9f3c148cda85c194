"""The gate of the key's backup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.model import Kind, Role
from core.protection.gates_keys import KEY_BACKUP, key_gate
from core.protection.keys import KeyState
from core.protection.plan import FieldPlan, Plan, Purpose

FIELD = FieldPlan("t", "NHS Number", 0, Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER, "pseudonym")
PLAN = Plan("approved-research", "1", Purpose.BEYOND_CARE, "r", "p", (FIELD,))


def test_it_is_asked_only_where_something_hangs_on_the_key() -> None:
    state = KeyState("file", "K-1", None)
    assert key_gate(PLAN, None) is None
    kept = replace(PLAN, fields=(replace(FIELD, action="keep"),))
    assert key_gate(kept, state) is None
    for action in ("pseudonym", "surrogate", "date_shift"):
        asked = key_gate(replace(PLAN, fields=(replace(FIELD, action=action),)), state)
        assert asked is not None
        assert (asked.name, asked.passed) == (KEY_BACKUP, False)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (KeyState("file", "K-1", None), "key backup FILE'"),
        (KeyState("file", "K-1", None, version=1), "earlier version"),
        (KeyState("key store", "K-1", None), "--key-store"),
    ],
)
def test_without_a_proven_backup_it_says_what_to_do(state: KeyState, says: str) -> None:
    gate = key_gate(PLAN, state)
    assert gate is not None
    assert not gate.passed
    assert says in gate.detail
    passed = key_gate(PLAN, replace(state, proven=date(2026, 8, 1)))
    assert passed is not None
    assert passed.passed
    assert "1 August 2026" in passed.detail
