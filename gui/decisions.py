"""A person's decisions about one export, and taking them back. Pure: no Qt, no core until a plan is made."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gui.formatting import action_words, counted, format_words, kind_words
from gui.state import Choices, GoingTo


@dataclass(frozen=True)
class FieldChoice:
    """What happens to one field, what it is, or both, where several are decided at once. Action and kind None
    goes back to the profile's choice."""

    table: str
    field: str
    action: str | None
    kind: str | None = None
    settings: tuple[tuple[str, str], ...] = ()


class History:
    """The choices now, those before and those taken back. A new decision forgets what was taken back."""

    def __init__(self) -> None:
        self.now = Choices()
        self._before: list[Choices] = []
        self._after: list[Choices] = []
        self._kept: Choices | None = self.now  # as they stand in a file; None where no step leads there

    @property
    def made(self) -> int:
        """How many decisions stand."""
        return len(self._before)

    @property
    def unsaved(self) -> int:
        """How many decisions lie between what stands in a file and now. To say who gets it, the first time,
        is where everything begins, and is none."""
        line, here = self._line(), len(self._before)
        kept = next((place for place, one in enumerate(line) if one is self._kept), None)
        if kept is None:
            return max(1, _decided(line[: here + 1]))
        return _decided(line[min(kept, here) : max(kept, here) + 1])

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    @property
    def next_words(self) -> str:
        """What `redo` would do, '' where there is nothing."""
        return self._after[-1].what if self._after else ""

    def begin(self, **told: Any) -> None:
        """Change what holds now without a step that could be taken back: before anything was decided."""
        kept = self._kept is self.now
        self.now = replace(self.now, **told)
        if kept:
            self._kept = self.now

    def decide(self, choices: Choices, what: str, held: Any = None) -> None:
        """Make `choices` the ones that hold; `what` says in words what changed, `held` what it did to the
        practice's list of what is held back (a gui.held_list.Change)."""
        if self._after and any(one is self._kept for one in self._after):
            self._kept = None
        self._before.append(self.now)
        self._after.clear()
        self.now = replace(choices, what=what, held=held)

    def recode(self, going: GoingTo, codes: Mapping[str, str]) -> None:
        """Name patients and rows by their codes for `going` in every step that goes there."""

        def told(one: Choices) -> Choices:
            if one.going_to is not going:
                return one
            made = with_other_codes(one, codes)
            if one is self._kept:
                self._kept = made
            return made

        for steps in (self._before, self._after):
            steps[:] = [told(one) for one in steps]
        self.now = told(self.now)

    def mark_kept(self) -> None:
        """The choices that hold now stand in a file."""
        self._kept = self.now

    @property
    def has_codes(self) -> bool:
        """Whether any step, taken back ones included, names patients or rows by codes of the key."""
        return any(one.patients or one.items or one.seen or one.held is not None for one in self._line())

    def forget_codes(self) -> str:
        """With another key no patient or row left out by hand is found again, now or in any step to go back
        to: forget them, and every change of the practice's list; what was done in words."""
        by_hand = without_codes(self.now)[1] if self.now.patients or self.now.items else ""
        words = self.forget_held(by_hand) or without_codes(self.now)[1]
        kept = self._kept
        for steps in (self._before, self._after):
            steps[:] = [without_codes(one)[0] for one in steps]
        self.now = without_codes(self.now)[0]
        self._kept = self.now if kept is not None and not self._before and not self._after else None
        return words

    def forget_held(self, words: str = "") -> str:
        """The practice's list cannot be changed back under another key: the steps that changed it are gone.
        `words`, and where there were any that they stay."""
        changes = [one.held for one in self._line() if one.held is not None]
        for change in changes:
            self.drop(change)
        stays = "what was held back stays on the practice's list, and Undo no longer takes it off"
        return "; ".join(part for part in (words, stays if changes else "") if part)

    def drop(self, change: Any) -> None:
        """Forget the step that made this change of the practice's list: nothing else differs by it."""
        line, here = self._line(), len(self._before)
        at = next((place for place, one in enumerate(line) if one.held is change), 0)
        if not at:
            return
        gone = line.pop(at)
        if self._kept is gone:
            self._kept = line[at - 1]
        here -= at <= here
        self._before, self.now, self._after = line[:here], line[here], line[:here:-1]

    def _line(self) -> list[Choices]:
        """Every step there is, from the first to the one taken back first."""
        return [*self._before, self.now, *reversed(self._after)]

    @property
    def next_held(self) -> Any:
        """What `redo` would do to the practice's list, None where nothing."""
        return self._after[-1].held if self._after else None

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


def _decided(line: Sequence[Choices]) -> int:
    """How many steps there are from the first of these choices to the last that a file would lose: what is
    held back stands on the practice's list."""
    return sum(
        after.held is None and not (before.going_to is None and after.going_to is not None)
        for before, after in itertools.pairwise(line)
    )


def with_going_to(choices: Choices, going: GoingTo) -> tuple[Choices, str]:
    """Who gets it and why."""
    before = choices.going_to
    same = before is not None and before.recipient == going.recipient
    words = f"other answers for {going.recipient}" if same else f"goes to {going.recipient}"
    return replace(choices, going_to=going), words


def with_other_codes(choices: Choices, codes: Mapping[str, str]) -> Choices:
    """Patients and rows left out by hand under the codes they have for another recipient."""
    people = tuple(codes.get(code, code) for code in choices.patients)
    items = tuple((table, codes.get(row, row), why) for table, row, why in choices.items)
    return replace(choices, patients=people, items=items)


def with_format(choices: Choices, name: str) -> tuple[Choices, str]:
    """The sort of file that is written."""
    return replace(choices, format=name), f"saved as {format_words(name).lower()}"


def with_fields(choices: Choices, decided: Iterable[FieldChoice]) -> Choices:
    """Several fields decided at once."""
    fields, how = dict(choices.fields), dict(choices.settings)
    for one in decided:
        place = (one.table, one.field)
        how.pop(place, None)
        if one.action is None and one.kind is None:
            fields.pop(place, None)
            continue
        fields[place] = (one.action, one.kind)
        if one.settings:
            how[place] = dict(one.settings)
    return replace(choices, fields=fields, settings=how)


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
    made = with_fields(choices, [FieldChoice(table, field, action, kind, tuple((settings or {}).items()))])
    if action is None and kind is None:
        return made, f"{field}: as the profile says"
    words = action_words(action).lower() if action else f"is '{kind_words(kind or '').lower()}'"
    return made, f"{field}: {words}"


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
    return replace(choices, patients=(), items=(), seen=()), words


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
