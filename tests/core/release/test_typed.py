"""What is typed into a plan: what surely names a patient, and what a person should be asked about."""

from __future__ import annotations

import pytest

from core.reading import open_export
from core.release.leaks import Known
from core.release.typed import Typed, look_at_typed
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
    ],
)
def test_a_whole_name_or_a_number_is_sure(known: Known, words: str) -> None:
    assert look_at_typed(words, known) == Typed(names_patient=True)


def test_a_name_that_no_patient_bears_is_nobodys(known: Known) -> None:
    assert look_at_typed("Cholmondeley and Zabrowicz", known) == Typed()
    assert look_at_typed("Featherstonehaugh", Known(None)) == Typed()
