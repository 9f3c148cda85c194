"""What the detail strip says of one cell, in plain English. No widget here; all text is plain text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gui.formatting import one_line
from gui.models.preview_model import OUT, in_sentence
from gui.models.row_source import Cell, Column, Mark, PageRow, Shape
from gui.plain_words import rule_words
from gui.state import DetailContent

NEXT_FLAG = "Next flag  F8"
LEAVE_MORE = "Leave out \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
LEAVE_ROW = "Leave this row out"
CHANGE = "Change \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
PATIENT = "This patient \N{BLACK DOWN-POINTING SMALL TRIANGLE}"
SEND_AGAIN = "Send this row after all"
#: The reason of a row that somebody left out begins so: 'decision.item.clinical_judgement'.
BY_HAND = "decision.item"
LONGEST = 160
#: In a page less wide a button for the family of a flagged cell takes the place of that for its row.
ROOMY = 1300

Act = Callable[[], object]


@dataclass(frozen=True)
class Acts:
    """What the page can do about a row or a cell."""

    next_flag: Act
    leave_row: Act | None = None
    send_row: Act | None = None  # after all that somebody left out
    leave_more: Act | None = None  # opens what else can be left out, and for how long
    leave_category: Callable[[str], object] | None = None
    change: Act | None = None  # opens what can happen to the field, and to rows of the same kind
    patient: Act | None = None  # opens the other rows of the same patient


def detail_of(
    shape: Shape, row: PageRow, position: int, side: str, about: Cell, acts: Acts, *, room: int = ROOMY
) -> DetailContent:
    """Title, lines and actions for the cell of field `position` in a row."""
    field = next((c for c in shape.raw if c.position == position), None)
    out_at = next((at for at, c in enumerate(shape.out) if c.position == position), None)
    leaves = row.out is not None
    name = field.name if field is not None else ""
    lines: list[str] = []
    if not leaves and side == OUT:
        title = f"Row {row.number + 1:,}{in_file(row, shape)}: {left_out_words(row)}"
    else:
        shown = row.out[out_at] if side == OUT and row.out is not None and out_at is not None else None
        if side != OUT:
            shown = row.raw[position]
        title = f"Row {row.number + 1:,}{in_file(row, shape)}, {name}: {_cell(shown)}"
        if row.withheld is not None:
            lines.append(_sentence(f"The whole row is left out: {in_sentence(row.withheld.text)}"))
        elif not leaves:
            lines.append("This row is counted; the row itself does not leave.")
    marks = Mark(row.marks.get(position, 0))
    if row.chain:
        lines.append(" ".join(row.chain))
    lines += list(about.sentences)
    if row.withheld is not None and (rule := rule_words(row.withheld.source)):
        lines.append(f"The rule comes from: {in_sentence(rule)}.")
    if leaves and field is not None:
        lines.append(what_leaves(field, row, out_at, side))
    if marks & Mark.UNKNOWN and field is not None and not about.sentences:
        lines.append("Threshold does not understand this, so it is left out until you decide.")
    if marks & Mark.HAZARD:
        lines.append("Hidden data: it holds characters nobody sees, or that a spreadsheet would run.")
    if row.objects and leaves:
        lines.append("This patient has an objection that does not act on this purpose.")
    if row.place:
        lines.append(in_message(row, field))
    accent = "amber" if marks & (Mark.SENSITIVE | Mark.OBJECTION) else "blue"
    if marks & Mark.HAZARD:
        accent = "red"
    return DetailContent(
        title, tuple(line for line in lines if line), _actions(row, about, acts, room), NEXT_FLAG, accent
    )


def what_leaves(field: Column, row: PageRow, out_at: int | None, side: str) -> str:
    """What becomes of the cell: 'Practice holds X; leaves as Y (why, and the rule)'."""
    if out_at is None or row.out is None:
        rule = _rule(field.rule)
        if field.why:
            return f"{field.name} is left out of every row. {_sentence(field.why)}{rule}"
        return f"{field.name} is left out of every row{_because(field)}.{rule}"
    raw, out = row.raw[field.position], row.out[out_at]
    why = row.changed.get(field.position)
    if why is None:
        return "Leaves exactly as it is."
    source = _rule(why.source)
    became = f"{_cell(raw)} leaves as {_cell(out)}" if side != OUT else f"The practice holds {_cell(raw)}"
    stop = "" if became.endswith((".", "!", "?", "…")) else "."
    return f"{became}{stop} {_sentence(why.text)}{source}"


def _rule(source: str) -> str:
    """Where a rule comes from, in brackets; '' where that is only the profile on the screen."""
    words = rule_words(source)
    return f" (rule: {in_sentence(words)})" if words else ""


def flagged_position(row: PageRow) -> int | None:
    """The flagged field to look at first; of a code and its term the term, which can be read."""
    for wanted in (Mark.SENSITIVE | Mark.OBJECTION, Mark.UNKNOWN | Mark.HAZARD):
        found = [position for position, marks in row.marks.items() if marks & wanted]
        if found:
            return max(found, key=lambda position: len(row.shown_raw[position]))
    return None


def in_file(row: PageRow, shape: Shape) -> str:
    """' (line 120 of the file)' where the file has lines; a row of a message says its place further down."""
    if row.line is None or row.place:
        return ""
    return f" (row {row.line:,} of the sheet)" if shape.sheet else f" (line {row.line:,} of the file)"


def in_message(row: PageRow, field: Column | None) -> str:
    """'In the file: entry[3].resource › name[0].family, line 120.'"""
    path = f" › {field.path}" if field is not None and field.path else ""
    line = f", line {row.line:,}" if row.line else ""
    return f"In the file: {one_line(row.place)}{one_line(path)}{line}."


def left_out_words(row: PageRow) -> str:
    return f"Left out: {in_sentence(row.withheld.text)}" if row.withheld and row.withheld.text else "Left out"


def first_look(shape: Shape, row: PageRow, position: int) -> DetailContent:
    """Before there is a plan: the cell, and what a first look takes its field for."""
    column = shape.raw[position]
    return DetailContent(
        f"Row {row.number + 1:,}, {column.name}: {_cell(row.raw[position])}",
        (f"A first look says: {column.note}.",),
    )


def waiting(next_flag: Act) -> DetailContent:
    """While the row is on its way: as high as what comes, so that the rows above do not move."""
    said = ("It shows as soon as it has been read from the file.",)
    return DetailContent("Reading this row", said, ((NEXT_FLAG, next_flag),), NEXT_FLAG)


def _because(field: Column) -> str:
    words = {"direct_identifier": ": it names a patient", "unknown": ": it is not understood yet"}
    return words.get(field.kind, "")


def _cell(text: str | None) -> str:
    if text is None:
        return "nothing (no value)"
    if text == "":
        return "nothing (empty)"
    more = f" ({len(text):,} characters in all)" if len(text) > LONGEST else ""
    return one_line(text, LONGEST) + more


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else text + "."


def _actions(row: PageRow, about: Cell, acts: Acts, room: int) -> tuple[tuple[str, Act], ...]:
    made: list[tuple[str, Act]] = []
    leaves = row.out is not None
    if leaves and acts.leave_row is not None and (room >= ROOMY or not about.categories):
        made.append((LEAVE_ROW, acts.leave_row))
    if leaves and acts.leave_category is not None and about.categories:
        first, title = about.categories[0], about.titles[0]
        act = acts.leave_category
        family = title[0].lower() + title[1:] if _plain(title) else title
        made.append((f"Leave {family} out", lambda: act(first)))
    if acts.send_row is not None and row.withheld_by.startswith(BY_HAND):
        made.append((SEND_AGAIN, acts.send_row))
    if leaves and acts.leave_more is not None:
        made.append((LEAVE_MORE, acts.leave_more))
    if acts.change is not None:
        made.append((CHANGE, acts.change))
    if acts.patient is not None:
        made.append((PATIENT, acts.patient))
    made.append((NEXT_FLAG, acts.next_flag))
    return tuple(made)


def _plain(title: str) -> bool:
    """Whether a title's first word may lose its capital: 'Mental health' may, 'HIV' may not."""
    return len(title) > 1 and title[1].islower()
