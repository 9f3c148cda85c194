"""Names in every order and spelling that systems and people write them in."""

from __future__ import annotations

import pytest

from core.survey.identifiers import name_neighbours, normalise
from core.survey.identifiers.names import name_parts
from core.survey.identifiers.names_written import find_titled, looks_like_name


@pytest.mark.parametrize(
    "text",
    [
        "TOOSY, Raza (Dr)",
        "TOOSY Raza",
        "Toosy, Raza",
        "Dr Raza Toosy",
        "DR RAZA TOOSY",
        "raza toosy",
        "Dr. Raza J Toosy MRCGP",
        "Raza TOOSY",
        "Dr TOOSY Raza",
        "Prof Raza Toosy OBE FRCP",
        "Toosy, Raza, Dr",
    ],
)
def test_one_key_whatever_the_order(text: str) -> None:
    assert normalise("full_name", text) == "razatoosy"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("de la Cruz, Maria", ("maria", "de", "la", "cruz")),
        ("DE LA CRUZ Maria", ("maria", "de", "la", "cruz")),
        ("Mr J. O\u2019Brien-Smith", ("j", "obriensmith")),
        ("Rhys ap Gwilym", ("rhys", "ap", "gwilym")),
        ("AL-SAYED Fatima", ("alsayed", "fatima")),  # hyphens are not taken for a surname in capitals
        ("WONG Ka Wai", ("ka", "wai", "wong")),
        ("Ka Wai WONG", ("ka", "wai", "wong")),
        ("JA Smith", ("ja", "smith")),
        ("SMITH JA", ("smith", "ja")),
        ("MARY SMITH", ("mary", "smith")),
        ("Jos\u00e9 M\u00fcller", ("jose", "muller")),
        ("Madonna", ("madonna",)),
        ("Mrs Jane Smith MBE RGN", ("jane", "smith")),
        ("Ma, Ka Wai", ("ka", "wai", "ma")),
    ],
)
def test_names_in_order_of_speaking(text: str, parts: tuple[str, ...]) -> None:
    assert name_parts(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "TOOSY, Raza (Dr)",
        "Mr J. O'Brien-Smith",
        "Mr J. O\u2019Brien",
        "de la Cruz, Maria",
        "SMITH, Anne Jane (Mrs)",
        "Smith JA",
        "A Patel",
        "margaret jones",
        "MARGARET JONES",
        "Mohammed bin Ahmed",
        "Fatima Al-Hassan",
        "David ap Rhys Jones",
        "Ms Chioma Okonkwo-Bell",
        "Dr Xylo Quandry",
    ],
)
def test_a_cell_that_names_somebody(text: str) -> None:
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Asthma annual review",
        "White May",
        "Brown sputum",
        "Parkinson's disease",
        "Left knee pain",
        "Flu vaccination",
        "General practice",
        "12 High Street",
        "Yes",
        "Smith",
        "Not known",
        "Seen in surgery",
        "Dr to review",
        "",
    ],
)
def test_a_cell_that_does_not(text: str) -> None:
    assert not looks_like_name(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mum Mrs J. O\u2019Brien-Smith rang", [("J. O\u2019Brien-Smith", False)]),
        ("d/w Dr R Toosy and TOOSY, Raza (Dr)", [("R Toosy", True), ("TOOSY, Raza", True)]),
        ("Mr & Mrs Okafor", [("Okafor", False)]),
        ("Ms Maria de la Cruz, Miss van der Berg", [("Maria de la Cruz", False), ("van der Berg", False)]),
        ("Mr Rhys ap Gwilym", [("Rhys ap Gwilym", False)]),
        ("DR SMITH rang", [("SMITH", True)]),
        ("Miss doses if unwell; Dr to ring", []),
        ("Sister Act; Nurse Clinic; Dr The", [("Act", True)]),
        ("Mr", []),
    ],
)
def test_titled_names_in_text(text: str, names: list[tuple[str, bool]]) -> None:
    assert [(hit.name, hit.staff) for hit in find_titled(text)] == names


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("anna berg", "anna berg"),
        ("anna maria berg", "anna berg"),
        ("anna van der berg", "anna berg"),
        ("seen with anna maria van der berg today", "anna berg"),
        ("van der berg anna", "berg anna"),
        ("maria de la cruz", "maria cruz"),
        ("linh le", "linh le"),
    ],
)
def test_a_first_and_a_last_name_are_neighbours_over_particles(text: str, pair: str) -> None:
    words = text.split()
    assert pair in {f"{words[first]} {words[last]}" for first, last in name_neighbours(words)}


def test_words_that_stand_far_apart_are_no_neighbours() -> None:
    words = ["anna", "saw", "doctor", "then", "berg"]
    assert ("anna", "berg") not in {(words[a], words[b]) for a, b in name_neighbours(words)}
