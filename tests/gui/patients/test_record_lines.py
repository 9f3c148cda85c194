"""One patient's record as lines: what needs a look first, and nothing that must not be read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented_records import item, record

from core.patients import Item, PatientRecord, Section
from gui.models.record_lines import (
    AT_FIRST,
    KEPT,
    Line,
    View,
    lines_of,
    needs_look,
    spoken,
)
from gui.models.restricted import WORDS as RESTRICTED
from gui.pages.patients_words import AGAIN, KEEP, Acts, detail_of

GP = View(gp=True)


def texts(lines: list[Line]) -> str:
    """Everything a line could tell, however it is shown."""
    return "\n".join(
        " ".join((line.held, line.out or "", line.held_when, line.out_when, line.why, spoken(line)))
        for line in lines
    )


def opened(made: PatientRecord, view: View = GP, reasons: tuple[str, ...] = ()) -> list[Line]:
    return lines_of(made, replace(view, first=needs_look(made, reasons)))


def test_what_needs_a_look_stands_first_and_once() -> None:
    lines = opened(record())
    assert [line.kind for line in lines[:3]] == ["group", "item", "item"]
    assert lines[0].held == "Look at these first: 2"
    assert [line.held for line in lines[1:3]] == ["Gender recognition certificate", "Child protection plan"]
    keys = [line.key for line in lines]
    assert len(keys) == len(set(keys))


def test_the_reason_of_the_queue_comes_before_other_marks() -> None:
    made = record(
        0,
        item(1, "Note", marks=("About another person: may name somebody",)),
        item(2, "Odd", marks=("A rare code: few patients have it",)),
        item(3, "Plan", marks=("Sensitive: Safeguarding",)),
    )
    assert [row for _table, row in needs_look(made, ("few_of_a_kind",))] == [2, 3, 1]
    assert needs_look(made, ("third_party",))[0] == ("events", 1)


def test_what_makes_somebody_stand_alone_is_in_front() -> None:
    lines = opened(record(0, item(1, "Asthma")), replace(GP, alone=True))
    assert [line.held_when for line in lines if line.kind == "told"][:2] == ["Date of birth", "Sex"]
    assert lines[0].held == "Look at these first: 2"


def test_what_a_rule_leaves_out_needs_no_look_and_says_why() -> None:
    lines = opened(record())
    gone = next(line for line in lines if line.held == "Sexual health clinic")
    assert gone.out is None
    assert gone.left_out() == "Left out: it is sensitive."
    assert lines.index(gone) > 3


def test_restricted_entries_tell_practice_staff_nothing() -> None:
    lines = opened(record(), View(gp=False))
    hidden = next(line for line in lines if line.item is not None and line.item.restricted)
    assert (hidden.held, hidden.out, hidden.marks) == (RESTRICTED, None, ())
    assert "ender" not in texts(lines)


@pytest.mark.parametrize("curtain", [False, True])
def test_covered_lines_tell_nothing_of_what_the_practice_holds(curtain: bool) -> None:
    made = record(
        0,
        item(1, "Asthma", when="04/05/2025", out_when="04/05/2025"),
        item(2, "Seen with QWERTHWAITE", "[a note]", marks=("About another person",)),
    )
    told = texts(opened(made, replace(GP, raw_hidden=True, all_hidden=curtain)))
    for secret in ("Asthma", "QWERTHWAITE", "04/05/2025", "26/12/1961"):
        assert secret not in told
    assert ("[a note]" in told) is not curtain
    assert "\u2588" not in spoken(opened(made, replace(GP, raw_hidden=True))[1])


def test_a_decision_shows_before_it_is_worked_out() -> None:
    made = record(0, item(1, "Asthma"), item(2, "Mole", None, reason_id="decision.item.third_party"))
    view = replace(GP, pending={("events", 1): "Left out by a person.", ("events", 2): KEPT})
    out, kept = (
        next(line for line in opened(made, view) if line.held == held) for held in ("Asthma", "Mole")
    )
    assert (out.out, out.by_hand, out.waiting) == (None, True, True)
    assert (kept.out is not None, kept.by_hand, kept.waiting) == (True, False, True)


def test_a_patient_left_out_leaves_nothing() -> None:
    lines = opened(record(), replace(GP, no_patient="Left out by a person."))
    assert all(line.out is None for line in lines if line.kind in {"item", "told"})


def test_long_families_begin_with_the_newest() -> None:
    many: tuple[Item, ...] = tuple(item(n, f"Entry {n}") for n in range(AT_FIRST + 5))
    made = replace(record(), sections=(Section("problems", "Problems", many),))
    lines = opened(made)
    assert sum(line.kind == "item" for line in lines) == AT_FIRST
    assert lines[-1].held == "Show 5 older entries"
    whole = opened(made, replace(GP, whole=frozenset({"problems"})))
    assert sum(line.kind == "item" for line in whole) == AT_FIRST + 5


def test_every_line_is_spoken_whole() -> None:
    lines = opened(record(0, item(1, "Asthma", when="1 May 2025", marks=("Sensitive: Safeguarding",))))
    said = spoken(lines[1])
    assert said == "1 May 2025. The practice holds: Asthma. Would leave: Asthma. Sensitive: Safeguarding"


@pytest.mark.parametrize("covered", [False, True])
def test_the_strip_says_nothing_of_what_a_restricted_entry_goes_with(covered: bool) -> None:
    chain = ("Row 1 of 'events' was withheld for what it says. Sensitive: Gender identity.",)
    made = record(0, item(0, "Clinic letter", None, restricted=True, chain=chain))
    line = next(x for x in lines_of(made, View(raw_hidden=covered)) if x.kind == "item")
    acts = Acts(*(lambda: None,) * 4)
    said = detail_of(line, "", acts, covered=covered)
    assert "ender" not in " ".join((said.title, *said.lines))


@pytest.mark.parametrize("why_not", ["", "This is decided for everybody alike, on the Fields page."])
def test_only_what_is_held_back_every_time_is_offered_to_leave_again(why_not: str) -> None:
    line = next(x for x in opened(record(0, item(1, "Asthma"))) if x.kind == "item")
    acts = Acts(*(lambda: None,) * 4)
    offered = {
        held: [words for words, _act in detail_of(line, why_not, acts, covered=False, held=held).actions]
        for held in (False, True)
    }
    assert AGAIN not in offered[False]
    assert (KEEP in offered[False]) is not bool(why_not)
    assert not why_not or AGAIN in offered[True]
