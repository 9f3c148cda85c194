"""One patient's record as lines that can be gone through with the keyboard. Pure: no widget, no core.

What needs a look stands first, once; then who the patient is; then the families. What must not be read now is
taken out here, so that no painter, tool tip or screen reader can tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from gui.formatting import counted, day, one_line
from gui.models.restricted import WORDS as RESTRICTED
from gui.showing import BLOCKS, HIDDEN, tells

if TYPE_CHECKING:
    from core.patients import Item, PatientRecord, Told

LONGEST = 600
AT_FIRST = 40  # of the older, ordinary entries of a family
KEPT = ""  # pending: a row that is being kept again
LOOK, WHO, WHO_WORDS = "look", "who", "Who the patient is"
SENSITIVE, ANOTHER = "Sensitive: ", "About another person"
#: How marks begin that somebody has to judge, the most pressing first; any other mark comes after these.
PRESSING = ("Restricted", "Safeguarding", f"{SENSITIVE}Safeguarding", ANOTHER, SENSITIVE)
#: Which marks a reason of the queue is about: they come before all others.
OF_REASON = {
    "safeguarding": (
        "Safeguarding", f"{SENSITIVE}Safeguarding", f"{SENSITIVE}Domestic", f"{SENSITIVE}Sexual",
        f"{SENSITIVE}Female", f"{SENSITIVE}Adoption",
    ),
    "restricted": ("Restricted",),
    "third_party": (ANOTHER,),
    "few_of_a_kind": ("A rare code",),
}  # fmt: skip
Key = tuple[str, ...]
RowKey = tuple[str, int]


@dataclass(frozen=True)
class Line:
    """A line on both sides. `out` None: nothing of it leaves, for `why`."""

    kind: Literal["group", "told", "item", "more"]
    key: Key
    held: str
    out: str | None = None
    held_when: str = ""
    out_when: str = ""
    why: str = ""
    marks: tuple[str, ...] = ()
    note: str = ""  # what was decided about it here
    by_hand: bool = False
    waiting: bool = False  # decided, and not worked out yet
    hidden: bool = False
    item: Item | None = None
    told: Told | None = None

    @property
    def changed(self) -> bool:
        return self.out is not None and not self.hidden and self.out != self.held

    def left_out(self) -> str:
        """That it does not leave, and why: 'Left out: it names the patient.'"""
        if not self.why:
            return "Left out"
        if self.why.startswith(("Left out", "Held back")):
            return self.why
        return f"Left out: {self.why[:1].lower()}{self.why[1:]}"

    def sentence(self) -> str:
        """The whole line for a screen reader."""
        if self.kind in {"group", "more"}:
            return self.held
        when = f"{self.held_when}. " if self.held_when else ""
        leaves = f"Would leave: {self.out or 'empty'}" if self.out is not None else self.left_out()
        parts = [f"{when}The practice holds: {self.held or 'nothing'}", leaves, *self.marks, self.note]
        return ". ".join(part.rstrip(".") for part in parts if part)


@dataclass(frozen=True)
class View:
    """Who looks and what they have done here so far."""

    gp: bool = False  # what the law restricts may be shown
    raw_hidden: bool = False
    all_hidden: bool = False
    whole: frozenset[str] = frozenset()  # families that are shown whole
    first: tuple[RowKey, ...] = ()  # the entries that need a look, in their order
    alone: bool = False  # what leaves of who the patient is makes them stand alone
    pending: Mapping[RowKey, str] = field(default_factory=dict)  # decided: the reason's words, or KEPT
    kept: frozenset[RowKey] = frozenset()  # looked at, and they stay
    no_patient: str = ""  # why the whole patient is left out, decided and not worked out yet


def needs_look(record: PatientRecord, reasons: Sequence[str] = ()) -> tuple[RowKey, ...]:
    """The entries that leave, or were left out by hand, and need a judgement: first what the `reasons` of
    the queue are about, then the most pressing."""
    starts = (*(start for reason in reasons for start in OF_REASON.get(reason, ())), *PRESSING)
    found = []
    for section in record.sections:
        for item in section.items:
            if (item.leaves or item.by_hand) and (item.restricted or item.marks):
                found.append((_pressing(item, starts), -item.day, len(found), (item.table, item.row)))
    return tuple(key for *_, key in sorted(found))


def _pressing(item: Item, starts: Sequence[str]) -> int:
    if item.restricted:
        return 0
    places = [n for n, start in enumerate(starts) if any(mark.startswith(start) for mark in item.marks)]
    return min(places, default=len(starts))


def lines_of(record: PatientRecord, view: View) -> list[Line]:
    """The record's lines, for whoever looks."""
    items = {(item.table, item.row): item for section in record.sections for item in section.items}
    first = [items[key] for key in view.first if key in items]
    lines: list[Line] = []
    told = [_told_line(place, told, view) for place, told in enumerate(record.told)]
    telling = [line for line in told if view.alone and _tells_apart(line)]
    many = len(first) + len(telling)
    if many:
        lines.append(_group(LOOK, f"Look at {'this' if many == 1 else 'these'} first: {many:,}"))
        lines += [_item_line(item, view) for item in first]
        lines += telling
    if len(told) > len(telling):
        lines.append(_group(WHO, WHO_WORDS))
        lines += [line for line in told if line not in telling]
    shown = set(view.first)
    for section in record.sections:
        rest = [item for item in section.items if (item.table, item.row) not in shown]
        if not rest:
            continue  # all of it stands above
        if section.title != WHO_WORDS or not told:
            lines.append(_group(section.family, _family_words(section.title, section.items, rest)))
        some = rest if section.family in view.whole else rest[:AT_FIRST]
        lines += [_item_line(item, view) for item in some]
        if len(some) < len(rest):
            older = counted(len(rest) - len(some), "older entry", "older entries")
            lines.append(Line("more", ("more", section.family), f"Show {older}"))
    return lines


def _tells_apart(line: Line) -> bool:
    """Whether this fact helps to tell the patient from others in what would leave."""
    return line.told is not None and line.told.kind == "quasi_identifier" and bool(line.told.out)


def _group(family: str, words: str) -> Line:
    return Line("group", ("group", family), words)


def _family_words(title: str, items: Iterable[Item], rest: Iterable[Item]) -> str:
    every = list(items)
    leaving = sum(item.leaves for item in every)
    above = len(every) - sum(1 for _ in rest)
    words = f"{title}: {counted(len(every), 'entry', 'entries')}, "
    words += (
        "all would leave"
        if leaving == len(every)
        else f"{leaving:,} would leave"
        if leaving
        else "none leaves"
    )
    return f"{words}; {above:,} of them above" if above else words


def _told_line(place: int, told: Told, view: View) -> Line:
    held, out, hidden = _covered(told.raw, told.out, view)
    label = one_line(told.label, 60)
    why = told.why or "This field is not sent."
    if view.no_patient:
        out, why = None, view.no_patient
    return Line("told", ("told", str(place)), held, out, held_when=label, why=why, hidden=hidden, told=told)


def _item_line(item: Item, view: View) -> Line:
    key = ("item", item.table, str(item.row))
    when = item_when(item)
    if item.restricted and not view.gp:
        return Line(
            "item", key, RESTRICTED, None, why="Only a GP may see what this is", hidden=True, item=item
        )
    cells = (raw for _field, raw, _out in item.fields)
    held, out, hidden = _covered(item.held, item.out, view, cells if view.raw_hidden else ())
    why, note, by_hand, waiting = item.why, "", item.by_hand, False
    pending = view.pending.get((item.table, item.row))
    if view.no_patient:
        out, why, waiting = None, view.no_patient, True
    elif pending == KEPT:
        out, by_hand, waiting = BLOCKS if view.raw_hidden else "", False, True
        note = "Kept: being worked out"
    elif pending is not None:
        out, why, by_hand, waiting = None, pending, True, True
    if out is not None and not note and (item.table, item.row) in view.kept:
        note = "Looked at: stays"
    out_when = item.out_when or ""
    if view.all_hidden or (view.raw_hidden and out_when == item.when):
        out_when = ""
    return Line(
        "item", key, held, out,
        held_when="" if view.raw_hidden else when,
        out_when=out_when if out is not None else "",
        why=why, marks=item.marks, note=note, by_hand=by_hand, waiting=waiting, hidden=hidden, item=item,
    )  # fmt: skip


def item_when(item: Item) -> str:
    """The entry's date: as the practice holds it, else its day in words."""
    if item.when:
        return one_line(item.when, 40)
    if abs(item.day) > 200_000:
        return ""
    return day(date(1970, 1, 1) + timedelta(days=item.day))


def _covered(
    raw: str, out: str | None, view: View, cells: Iterable[str] = ()
) -> tuple[str, str | None, bool]:
    """Both sides as they may be read now, and whether anything was covered. `cells`: more of what the
    practice holds, that the other side may say."""
    if not view.raw_hidden:
        return one_line(raw, LONGEST), None if out is None else one_line(out, LONGEST), False
    if out is not None:
        covered = view.all_hidden or tells(out, " ".join((raw, *cells)))
        out = BLOCKS if covered else one_line(out, LONGEST)
    return BLOCKS if raw else "", out, True


def spoken(line: Line) -> str:
    """The line's sentence without blocks, which a screen reader would spell."""
    return line.sentence().replace(BLOCKS, HIDDEN)
