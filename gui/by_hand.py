"""Decisions about single patients: what was decided by hand is taken back, and a look is written down.

Pure. People are named by their code under the plan, rows by their keyed fingerprint; never by what they say.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gui.state import Choices, Seen

if TYPE_CHECKING:
    from core.patients import Queue
    from core.preview import Preview

#: What is chosen first for an entry that carries this mark, where nothing speaks for another reason.
FIRST_REASON = "clinical_judgement"


def with_seen(choices: Choices, look: Seen) -> tuple[Choices, str]:
    """Somebody looked at one record; a later look at the same takes the place of an earlier one."""
    rest = tuple(seen for seen in choices.seen if seen.code != look.code)
    return replace(choices, seen=(*rest, look)), "one record seen"


def without_row(choices: Choices, table: str, fingerprint: str, row: int) -> tuple[Choices, str]:
    """A row that was left out by hand is kept again."""
    items = tuple(item for item in choices.items if item[:2] != (table, fingerprint))
    return replace(choices, items=items), f"row {row + 1:,} kept"


def without_patient(choices: Choices, code: str) -> tuple[Choices, str]:
    """A patient who was left out by hand leaves again."""
    people = tuple(person for person in choices.patients if person != code)
    return replace(choices, patients=people), "one patient kept"


def rules_of(choices: Choices) -> str:
    """What decides for everybody, as a digest: fields, kinds of codes, the sort of recipient and the days.
    Not what was decided about single patients: whoever did so had them in front of them."""
    going = choices.going_to
    whom = () if going is None else (going.profile_id, going.statements, going.window)
    settings = sorted((at, sorted(said.items())) for at, said in choices.settings.items())
    told = repr((sorted(choices.fields.items()), settings, sorted(choices.categories.items()), whom))
    return hashlib.sha256(told.encode()).hexdigest()


def standing(choices: Choices) -> tuple[Seen, ...]:
    """The looks that still say something: the rules of now held when somebody looked."""
    now = rules_of(choices)
    return tuple(seen for seen in choices.seen if seen.under == now)


def seen_of(choices: Choices, code: str) -> Seen | None:
    """Who looked last at what would leave of this patient, None where nobody did under the rules of now."""
    return next((seen for seen in reversed(standing(choices)) if seen.code == code), None)


def commonest_reason(choices: Choices, reasons: Sequence[str], speaks_for: str = "") -> str:
    """The reason to begin with: what the entry itself speaks for, else the one used most so far."""
    if speaks_for in reasons:
        return speaks_for
    used = Counter(reason for _table, _row, reason in choices.items if reason in reasons)
    return used.most_common(1)[0][0] if used else FIRST_REASON


def only_by_hand(before: Preview | None, now: Preview | None) -> bool:
    """Whether all that differs between two previews is which patients and rows a person left out."""
    if before is None or now is None or before.survey is not now.survey:
        return False

    def rules(preview: Preview) -> object:
        plan = preview.plan
        return replace(plan, leave_out_patients=(), leave_out_items=(), hold_backs="", drift=(), seen=())

    return rules(before) == rules(now)


def without_people(queue: Queue, codes: Sequence[str]) -> Queue:
    """The queue without these patients."""
    if queue.codes.isdisjoint(codes):
        return queue
    gone = frozenset(codes)
    entries = tuple(entry for entry in queue.entries if entry.code not in gone)
    return replace(queue, entries=entries, codes=queue.codes - gone)
