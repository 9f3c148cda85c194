"""What the strip says of one line of a record, and what it offers. Pure; all text is plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gui.formatting import one_line
from gui.models.record_lines import SENSITIVE, Line
from gui.models.restricted import WORDS as RESTRICTED
from gui.showing import BLOCKS, HIDDEN
from gui.state import DetailContent

NEXT = "Seen, next  Enter"
LEAVE, KEEP = "Leave out  L", "Keep  K"
AGAIN = "Let it leave again  K"
PATIENT = "Patient \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
LONGEST = 220
MOST_FIELDS = 8

Act = Callable[[], object]


@dataclass(frozen=True)
class Acts:
    """What the page can do."""

    leave: Act
    keep: Act
    patient: Act
    next: Act


def detail_of(
    line: Line | None,
    why_not: str,
    acts: Acts,
    *,
    covered: bool,
    known: frozenset[str] = frozenset(),
    held: bool = False,
) -> DetailContent:
    """Title, lines and buttons for the line that the keyboard is on. `known`: fields that say who the patient
    is, which have a line of their own (see `squashed`). `held`: it is on the practice's list, and may
    come off it."""
    actions = [(PATIENT, acts.patient), (NEXT, acts.next)]
    if line is None or line.kind == "group":
        words = ("Down goes to the first entry.",)
        return DetailContent("Nothing to decide here", words, tuple(actions), NEXT)
    if line.kind == "more":
        return DetailContent(line.held, ("Space shows them here.",), tuple(actions), NEXT)
    said = HIDDEN if line.held == BLOCKS else one_line(line.held, LONGEST)
    title = f"{line.held_when}: {said}" if line.held_when else said
    lines = [_leaves(line), *_told(line, covered, known)]
    if why_not and line.out is not None:
        lines.append(why_not)
    if held:
        lines.insert(1, why_not)
        actions.insert(0, (AGAIN, acts.keep))
    if not why_not:
        first = (KEEP, acts.keep) if line.by_hand else (LEAVE, acts.leave)
        other = (LEAVE, acts.leave) if line.by_hand else (KEEP, acts.keep)
        actions = [other, first, *actions] if line.by_hand else [first, other, *actions]
        if line.by_hand:
            actions = [a for a in actions if a[0] != LEAVE]
    accent = "amber" if any(m.startswith(SENSITIVE) for m in line.marks) and line.out is not None else "blue"
    return DetailContent(title, tuple(line for line in lines if line), tuple(actions), NEXT, accent)


def _leaves(line: Line) -> str:
    if line.waiting and line.out is None:
        return f"{line.why} What would leave is being worked out."
    if line.waiting:
        return "It is kept. What would leave is being worked out."
    if line.out is None:
        return f"{line.left_out().rstrip('.')}."
    if line.hidden:
        return "What the practice holds is covered."
    if line.out == line.held and line.out_when == (line.item.when if line.item is not None else ""):
        return "Leaves as the practice holds it."
    return f"Leaves as: {' '.join(part for part in (line.out_when, one_line(line.out, LONGEST)) if part)}"


def _told(line: Line, covered: bool, known: frozenset[str]) -> list[str]:
    """Why it is marked, what goes with it, and which of its fields are not as they were."""
    said = []
    if line.marks:
        said.append(". ".join(line.marks) + ".")
    item = line.item
    if item is None:
        return [*said, *([line.why] if line.out is not None and line.told and line.told.why else [])]
    if line.held == RESTRICTED:
        return said  # what it goes with would tell what it is
    said += list(item.chain)
    changes = [(field, why) for field, why in item.changes if squashed(field) not in known]
    if changes and line.out is not None and not covered:
        said.append(_changes(changes))
    return said


def squashed(heading: str) -> str:
    """A heading without what its spellings differ in: 'NHS Number' and 'nhs_number' are one."""
    return "".join(letter for letter in heading.casefold() if letter.isalnum())


def _changes(changes: Sequence[tuple[str, str]]) -> str:
    """'Surname, Postcode: this field is not sent; Date: only the month is sent'."""
    why: dict[str, list[str]] = {}
    for field, reason in changes:
        why.setdefault(reason.rstrip("."), []).append(one_line(field, 40))
    some = list(why.items())[:MOST_FIELDS]
    parts = [f"{', '.join(fields)}: {reason[:1].lower()}{reason[1:]}" for reason, fields in some]
    return "; ".join(parts) + "."


def numbered(reasons: Mapping[str, str], number: int) -> str:
    """The id of the reason with this number, '' where there is none."""
    names = list(reasons)
    return names[number - 1] if 0 < number <= len(names) else ""
