"""The list of whom to look at: it does not jump, and tells practice staff no more than they may know."""

from __future__ import annotations

from invented_records import CODES, queue
from PySide6.QtCore import Qt

from core.patients import Found, QueueEntry, QueueReason
from gui.by_hand import commonest_reason, rules_of, seen_of, with_seen, without_patient, without_row
from gui.decisions import with_category, with_field, with_patient
from gui.models.queue_model import GP_WORDS, QueueModel, found_line, line_of, merged
from gui.state import Choices, Seen

SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
TIP = int(Qt.ItemDataRole.ToolTipRole)

RULES = rules_of(Choices())


def entry(*reasons: str) -> QueueEntry:
    return QueueEntry(1, CODES[1], tuple(QueueReason(why, f"Of {why}.") for why in reasons))


def test_practice_staff_are_not_told_what_only_a_gp_may_know() -> None:
    for why in ("restricted", "relation"):
        line = line_of(entry("safeguarding", why), False, "Ann QWERTHWAITE", None)
        assert (line.title, line.under, line.more) == (GP_WORDS, CODES[1], ())
        assert line_of(entry(why), True, "Ann QWERTHWAITE", None).title != GP_WORDS


def test_a_name_shows_only_once_the_record_was_opened() -> None:
    assert line_of(entry("alone"), True, "", None).under == CODES[1]
    line = line_of(entry("alone"), True, "Ann QWERTHWAITE", Seen(CODES[1], "Dr A Patel", "2026-03-01T14:32"))
    assert (line.under, line.state, line.said) == ("Ann QWERTHWAITE", "seen", "Seen 14:32")


def test_what_is_found_is_covered_with_the_rest() -> None:
    found = Found(3, "Ann QWERTHWAITE", "26/12/1961", "999 123 4567")
    assert "999" in found_line(found, False).words()
    covered = found_line(found, True).words()
    assert all(secret not in covered for secret in ("QWERT", "999", "1961"))


def test_names_are_text_and_nothing_else() -> None:
    model = QueueModel()
    model.set_lines([line_of(entry("alone"), True, "<img src=x> & Co", None)])
    assert "<img" not in str(model.index(0).data(TIP))
    assert "1 of 1 patient" in model.index(0).data(SPOKEN)


def test_nobody_jumps_when_the_queue_is_worked_out_again() -> None:
    old = list(queue("safeguarding", "alone", "few_of_a_kind").entries)
    new = queue("alone", "safeguarding", "third_party", "relation")
    again = merged(old, new, lambda _entry: False)
    assert [one.code for one in again] == list(CODES)
    fewer = merged(again, queue("alone"), lambda one: one.code == CODES[2])
    assert [one.code for one in fewer] == [CODES[0], CODES[2]]
    others = merged([QueueEntry(9, "P-0000-0000-0000-0000", ())], new, lambda _entry: True)
    assert others == list(new.entries)


def test_looks_and_taking_back() -> None:
    once, _ = with_seen(Choices(), Seen(CODES[0], "Dr A Patel", "2026-03-01T14:32", under=RULES))
    twice, _ = with_seen(once, Seen(CODES[0], "Dr B Jones", "2026-03-01T15:00", under=RULES))
    assert len(twice.seen) == 1
    last = seen_of(twice, CODES[0])
    assert last is not None
    assert last.by == "Dr B Jones"
    items = (
        ("t", "R1-AAAA", "third_party"),
        ("t", "R2-AAAA", "third_party"),
        ("t", "R3-CCCC", "serious_harm"),
    )
    made = Choices(items=items, patients=CODES[:2])
    assert without_row(made, "t", "R2-AAAA", 1)[0].items == (items[0], items[2])
    assert without_patient(made, CODES[0])[0].patients == CODES[1:2]
    reasons = ("serious_harm", "third_party", "clinical_judgement")
    assert commonest_reason(made, reasons) == "third_party"
    assert commonest_reason(Choices(), reasons) == "clinical_judgement"
    assert commonest_reason(made, reasons, "serious_harm") == "serious_harm"


def test_a_look_says_nothing_once_something_else_leaves() -> None:
    looked, _ = with_seen(Choices(), Seen(CODES[0], "Dr A Patel", "2026-03-01T14:32", under=RULES))
    assert seen_of(looked, CODES[0]) is not None
    kept, _ = with_field(looked, "events", "Surname", "keep", None)
    assert seen_of(kept, CODES[0]) is None, "nobody saw the surname leave"
    sent, _ = with_category(looked, "hiv", "keep")
    assert seen_of(sent, CODES[0]) is None
    another, _ = with_patient(looked, CODES[1])
    assert seen_of(another, CODES[0]) is not None, "somebody else was left out"
