"""The names of an export's own people that tell of somebody wherever they stand."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import pytest

from core.model import Role
from core.protection.actions import Setting, run_of
from core.protection.expected import holds_known_name, is_term
from core.survey.freetext.lexicon import known_names
from core.survey.freetext.telling import holds_name, telling_names
from core.survey.identifiers.names import given_names, plain_letters, surnames, words_that_are_names
from core.survey.results import KnownIdentifiers

NONE = np.empty(0, np.uint64)


def known(*patients: str, staff: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> KnownIdentifiers:
    names = {n: frozenset((plain_letters(name),)) for n, name in enumerate(patients)}
    return KnownIdentifiers(
        NONE, NONE, NONE, NONE, NONE, NONE, NONE, names, frozenset(staff), frozenset(others)
    )


TELLING = telling_names(
    known("Quixley", "Robertson", "Mak", "White", "Parkinson", staff=("WINTERBOURNE, Zed (Dr)",))
)


@pytest.mark.parametrize(
    "text",
    [
        *("Quixley", "quixley", "J.QUIXLEY", "QUIXLEY J", "the Quixley family", "Quixley's", "the Quixleys"),
        *("Quixley-Brown", "asthma (Quixley)", "quixley_j", "QUIXLEY/BP", "Quixley’s house", "winterbourne"),
        *("Robertson", "asked Robertson", "Mak", "with Mak"),
    ],
)
def test_a_name_of_the_export_is_known_wherever_it_stands(text: str) -> None:
    assert holds_name(text, TELLING)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Asthma",
            "White blood cell count",
            "Parkinson's disease",
            "Quixley's disease",
            "Quixleyan",
            "mak fool",
        ),
        *("Argyll-Robertson pupil", "Aspirin 75mg tablets (Robertson Pharma Ltd)", "St Robertson", ""),
    ],
)
def test_a_word_a_disease_or_a_firm_is_nobody(text: str) -> None:
    assert not holds_name(text, TELLING)


def test_words_for_people_and_illnesses_in_fields_of_staff_tell_nothing() -> None:
    staff = (
        "Practice Nurse",
        "Locum GP",
        "Asthma clinic",
        "Reception",
        "Social worker",
        "System user",
        "Import",
    )
    told = telling_names(known("Irish", "Welsh", "May", staff=staff, others=("Wife", "Next door neighbour")))
    assert told == frozenset()


def test_the_cells_of_kept_fields_of_words_are_blanked_with_a_reason() -> None:
    for role in (Role.TERM, Role.STATUS, Role.SOCIAL, Role.FLAG, Role.OTHER):
        run = run_of("keep_expected", Setting(role, telling=TELLING))
        assert run("the Quixley family") == (None, "holds:the name of somebody in this export")
        assert run("Parkinson's disease") == ("Parkinson's disease", "")
    assert not holds_known_name("ROBERTSON", Role.CODE, TELLING)
    assert holds_known_name("44054006 | Quixley", Role.CODE, TELLING)
    for role in (Role.CODE, Role.VALUE, Role.UNIT, Role.SEX, Role.ETHNICITY):
        assert run_of("keep_expected", Setting(role, telling=TELLING))("Quixley")[0] is None


def test_hardly_a_published_term_holds_a_name_of_a_practice_with_common_names(shared: Path) -> None:
    rng = random.Random(7)
    with (shared / "reference" / "codes" / "codelists.csv").open(encoding="utf-8", newline="") as file:
        terms = rng.sample(sorted({row["term"] for row in csv.DictReader(file) if row["term"]}), 20_000)
    forenames = sorted(given_names())
    family = sorted(surnames() | words_that_are_names() | known_names())
    told = telling_names(known(*rng.choices(forenames, k=10_000), *rng.choices(family, k=10_000)))
    assert len(told) > 1_500
    assert sum(holds_name(term, told) for term in terms if is_term(term)) < len(terms) / 1_000
