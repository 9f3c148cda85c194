"""What a note says of somebody else: told in confidence, feared, lived, said, named, or nothing of it."""

from __future__ import annotations

import pytest

from core.patients.note_words import (
    FROM_ANOTHER,
    IN_CONFIDENCE,
    NAMED,
    OF_ANOTHER,
    WARNING,
    read_note,
    review_words,
    sort_of,
)

SECRET = (
    "Daughter told me in strict confidence that she is leaving",
    "Does not want her husband to know",
    "Husband not aware of the result",
    "Patient must not be told that it was his neighbour - not to tell patient",
    "Anonymous call to the practice about the children",
    "Came without her parents knowing, without their knowledge",
)
WARNINGS = ("Son alleges that carers hit her", "Wife complains about his temper", "Mum Ada frightened of him")
LIVES = (
    "Her brother drinks",
    "FH: father died of MI at 52",
    "Mother's dementia is getting worse",
    "Partner (Liam) in prison since May",
    "lives with sister who has schizophrenia",
)
SAID = ("Wife rang, wants an appointment", "hx from partner: seizure", "Called on behalf of his neighbour")
NOTHING = (
    "Attended with mother. Chest clear.",
    "Lives with wife and dog.",
    "Mr White was seen by Dr May about Parkinson's disease",
    "May need a walking stick. White cell count normal.",
    "Mrs Parkinson declined the flu jab",
    "Seen with husband. Smokes 20 a day, drinks nothing.",
    "Told him to rest. Reported pain in May.",
    "Family planning advice; mother and baby clinic",
    "Not aware of any allergies",
    "",
    "   ",
)


@pytest.mark.parametrize(
    ("notes", "sort"),
    [
        (SECRET, IN_CONFIDENCE),
        (WARNINGS, WARNING),
        (LIVES, OF_ANOTHER),
        (SAID, FROM_ANOTHER),
        (NOTHING, 0),
    ],
    ids=["in confidence", "warnings", "lives", "said", "nothing"],
)
def test_notes_by_what_they_tell(notes: tuple[str, ...], sort: int) -> None:
    assert [sort_of(note) for note in notes] == [sort] * len(notes)
    assert [sort_of(note.upper()) for note in notes] == [sort] * len(notes)


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("Here with daughter Quenby, well", True),
        ("Next of kin: wife (Ottilie), aware", True),
        ("carer is Mr Vobster", True),
        ("SEEN WITH HUSBAND DEREK. CHEST CLEAR.", True),
        ("seen with wife hortense", True),
        ("Seen with carer May, all well", True),
        ("Seen with mother May 2024", False),
        ("Husband White cell count normal", False),
        ("Mother Parkinson's disease", False),
        ("Mr White, Mrs May and Dr Parkinson", False),
        ("Mother Chest clear", False),
        ("mum and dad present", False),
    ],
)
def test_a_name_beside_who_somebody_is(note: str, named: bool) -> None:
    assert sort_of(note, names=True) == (NAMED if named else 0)
    assert sort_of(note) == 0  # where names are taken out


def test_what_needs_care_beside_a_relation() -> None:
    asked: list[str] = []

    def care(text: str) -> bool:
        asked.append(text)
        return "sectioned" in text

    assert sort_of("Seen today. Brother was sectioned last week. Advised.", care=care) == OF_ANOTHER
    assert asked == ["Brother was sectioned last week"]  # its sentence, and no other


def test_words_that_ask_for_the_rules_of_safeguarding_and_the_law() -> None:
    assert read_note("Child protection meeting", secret=False).guard
    assert read_note("Third IVF cycle", secret=False).law
    assert not read_note("Sprained ankle", secret=False).guard


@pytest.mark.parametrize(
    "text", ["İstanbul mother rang", "ß wife's mother rang", "mother\x00rang", "mother" * 9999]
)
def test_odd_letters_are_read(text: str) -> None:
    assert sort_of(text) in (0, FROM_ANOTHER)


def test_the_words_are_words() -> None:
    words = review_words()
    for held in (words.relations, words.tells, words.warns, words.lives, words.guard, words.law):
        assert held
        assert all(word == word.lower() and " " not in word for word in held)
