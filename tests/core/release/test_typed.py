"""What is typed into a plan: what surely names a patient, and what a person should be asked about."""

from __future__ import annotations

import pytest

from core.reading import open_export
from core.release.leaks import FULL_NAME, Known
from core.release.typed import Typed, look_at_typed, typed_leaks
from core.survey import survey_export

HEAD = "NHS Number,Surname,Forename,Date of birth,Code Term\n"
PEOPLE = (
    ("Featherstonehaugh", "Maud"),
    ("White", "April"),
    ("May", "Teresa"),
    ("Smith", "June"),
    ("Bristol", "Una"),
    ("Audit", "Olga"),
    ("O'Shaughnessy-Quixley", "Tom"),
    ("Screening", "Ann"),
    ("van der Berg", "Anna Maria"),
    ("Wood", "Rose"),
    ("Parkinson", "Guy"),
    ("Patel", "Asha"),
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    path = tmp_path_factory.mktemp("typed") / "export.csv"
    rows = (
        f"999 000 {n:04d},{last},{first},{n + 1:02d}/04/1950,Diabetes\n"
        for n, (last, first) in enumerate(PEOPLE)
    )
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return Known(survey_export(open_export([path])).known)


@pytest.mark.parametrize(
    "words",
    [
        "May audit",
        "White Horse",
        "the White Horse project",
        "Smith review",
        "Bristol Diabetic Eye Screening",
        "June recall",
        "Autumn recall 2026",
        "NHS",
        "",
        "Parkinson's review",
        "the Parkinson's disease register",
        "Smith's fracture",
        "St Smith's Hospital",
        "Guy's Hospital",
        "White's, Whites and Woods",
        "June2026 and May's audit",
        "Hillside, Brownfield, NHSTrust",
        "phase2 of trial1, review3",
        "Smith2024",
    ],
)
def test_common_names_and_words_ask_nothing(known: Known, words: str) -> None:
    assert look_at_typed(words, known) == Typed()


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Featherstonehaugh", ("Featherstonehaugh",)),
        ("featherstonehaugh audit, FEATHERSTONEHAUGH", ("FEATHERSTONEHAUGH",)),
        ("for Featherstonehaugh's recall", ("Featherstonehaugh",)),
        ("Quixley trial", ("Quixley",)),
        ("White and Featherstonehaugh", ("Featherstonehaugh",)),
        ("the Smiths", ("Smiths",)),
        ("Smith's recall", ("Smith's",)),
        ("Smith\u2019s recall", ("Smith\u2019s",)),
        ("Featherstonehaughs", ("Featherstonehaughs",)),
        ("the Patels' letter", ("Patels",)),
        ("smithj2024", ("smithj2024",)),
        ("jsmith and JSmith", ("jsmith",)),
        ("mfeatherstonehaugh", ("mfeatherstonehaugh",)),
        ("junesmith", ("junesmith",)),
        ("patelasha list", ("patelasha",)),
        ("Rosewood", ("Rosewood",)),
        ("featherstonehaugh2024", ("featherstonehaugh",)),
    ],
)
def test_a_rare_name_alone_is_asked_about(known: Known, words: str, asked: tuple[str, ...]) -> None:
    assert look_at_typed(words, known) == Typed(ask=asked)


@pytest.mark.parametrize(
    "words",
    [
        "Maud Featherstonehaugh",
        "Featherstonehaugh, Maud",
        "999 000 0000",
        "Anna Maria van der Berg",
        "for Anna van der Berg",
        "van der Berg, Anna",
        "JuneSmith",
        "SmithJune2024",
        "june_smith",
        "list.featherstonehaugh.maud",
        "NHSMaudFeatherstonehaugh",
    ],
)
def test_a_whole_name_or_a_number_is_sure(known: Known, words: str) -> None:
    assert look_at_typed(words, known) == Typed(names_patient=True)


def test_a_name_that_no_patient_bears_is_nobodys(known: Known) -> None:
    assert look_at_typed("Cholmondeley and Zabrowicz", known) == Typed()
    assert look_at_typed("Featherstonehaugh", Known(None)) == Typed()


def test_a_name_in_one_word_is_refused_in_a_plan_too(known: Known) -> None:
    assert list(typed_leaks("MaudFeatherstonehaugh", known)) == [FULL_NAME]
    assert not list(typed_leaks("MaudFeatherstonehaugh", known, names=False))


def test_nobodys_name_in_one_word_is_nobodys() -> None:
    for words in ("smithj2024", "JaneSmith", "the Smiths"):
        assert look_at_typed(words, Known(None)) == Typed()
