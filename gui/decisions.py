"""A person's decisions about one export, and taking them back. Pure: no Qt, no core until a plan is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gui.formatting import action_words, counted, kind_words
from gui.state import Choices


class History:
    """The choices now, those before and those taken back. A new decision forgets what was taken back."""

    def __init__(self) -> None:
        self.now = Choices()
        self._before: list[Choices] = []
        self._after: list[Choices] = []

    @property
    def made(self) -> int:
        """How many decisions stand."""
        return len(self._before)

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def decide(self, choices: Choices, what: str) -> None:
        """Make `choices` the ones that hold; `what` says in words what changed."""
        self._before.append(self.now)
        self._after.clear()
        self.now = replace(choices, what=what)

    def undo(self) -> str:
        """Go one decision back; the decision's words, '' where there is none."""
        if not self._before:
            return ""
        what = self.now.what
        self._after.append(self.now)
        self.now = self._before.pop()
        return what

    def redo(self) -> str:
        """Make the decision again that was taken back last; its words."""
        if not self._after:
            return ""
        self._before.append(self.now)
        self.now = self._after.pop()
        return self.now.what


def with_field(
    choices: Choices,
    table: str,
    field: str,
    action: str | None,
    kind: str | None,
    settings: Mapping[str, str] | None = None,
) -> tuple[Choices, str]:
    """A field's action with its settings, or what it is, decided; action and kind None goes back to what the
    profile says."""
    fields, how = dict(choices.fields), dict(choices.settings)
    how.pop((table, field), None)
    if action is None and kind is None:
        fields.pop((table, field), None)
        return replace(choices, fields=fields, settings=how), f"{field}: as the profile says"
    fields[(table, field)] = (action, kind)
    if settings:
        how[(table, field)] = dict(settings)
    words = action_words(action).lower() if action else f"is '{kind_words(kind or '').lower()}'"
    return replace(choices, fields=fields, settings=how), f"{field}: {words}"


def with_category(
    choices: Choices, category: str, choice: str | None, title: str = ""
) -> tuple[Choices, str]:
    """'withhold' or 'keep' the rows of a category; None goes back to the profile's choice."""
    categories = dict(choices.categories)
    if choice is None:
        categories.pop(category, None)
    else:
        categories[category] = choice
    words = {"withhold": "left out", "keep": "sent"}.get(choice or "", "as the profile says")
    return replace(choices, categories=categories), f"{title or category}: {words}"


def with_patient(choices: Choices, pseudonym: str) -> tuple[Choices, str]:
    """Everything of one patient left out."""
    people = tuple(dict.fromkeys((*choices.patients, pseudonym)))
    return replace(choices, patients=people), "one patient left out"


def with_row(choices: Choices, table: str, fingerprint: str, reason: str, row: int) -> tuple[Choices, str]:
    """One row left out, remembered by its keyed fingerprint."""
    items = (*(i for i in choices.items if i[:2] != (table, fingerprint)), (table, fingerprint, reason))
    return replace(choices, items=items), f"row {row + 1:,} left out"


def without_codes(choices: Choices) -> tuple[Choices, str]:
    """With another key no patient or row left out by hand is found again: forget them, and say so."""
    made = len(choices.patients) + len(choices.items)
    words = f"{counted(made, 'choice')} of patients and rows forgotten, for the key is another"
    return replace(choices, patients=(), items=()), words


def with_confirmed(choices: Choices, what: str, yes: bool) -> tuple[Choices, str]:
    """Seen and confirmed by a person, e.g. 'died:3' or 'hazards:1'; or taken back."""
    kind = what.partition(":")[0]
    rest = tuple(c for c in choices.confirmed if c.partition(":")[0] != kind)
    words = "seen and confirmed" if yes else "no longer confirmed"
    return replace(choices, confirmed=(*rest, what) if yes else rest), words


def core_decisions(choices: Choices) -> Any:
    """The choices as `core.protection.Decisions`."""
    from core.protection import Decisions

    fields: dict[str, dict[str, dict[str, Any]]] = {}
    for (table, field), (action, kind) in choices.fields.items():
        said = {"action": action, "kind": kind, "settings": choices.settings.get((table, field))}
        fields.setdefault(table, {})[field] = {name: value for name, value in said.items() if value}
    seen = dict(c.split(":", 1) for c in choices.confirmed)
    hazards = seen.pop("hazards", None)
    return Decisions.model_validate(
        {
            "fields": fields,
            "patients": {"leave_out": choices.patients},
            "items": [{"table": t, "row": r, "reason": why} for t, r, why in choices.items],
            "categories": {c: "send" if said == "keep" else said for c, said in choices.categories.items()},
            "confirmed": {name: int(number) for name, number in seen.items()},
            "hazards": {"confirmed": hazards is not None},
        }
    )
