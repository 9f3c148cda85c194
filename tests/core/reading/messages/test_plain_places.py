"""Places of messages keep their shape, and no word that a patient's name could be."""

from __future__ import annotations

import pytest

from core.reading.messages.plain_places import plain_place


@pytest.mark.parametrize(
    "place",
    [
        "",
        "line 12",
        "entry[3].resource",
        "line 4.entry[3].resource.contained[1]",
        "/EhrExtract/component/ehrFolder/component[12]/ehrComposition/component[2]",
        "/RCMR_IN030000UK06/ControlActEvent/subject/EhrExtract",
        "segment 12 (NAD)",
        "/comment()",
    ],
)
def test_places_of_the_standards_stay(place: str) -> None:
    assert plain_place(place) == place


@pytest.mark.parametrize(
    ("place", "plain"),
    [
        ("patients.9990000018[2].note", "?.?[2].?"),
        ("Okafor[0]", "?[0]"),
        ("entry[3].resource.Okafor", "entry[3].resource.?"),
        ("/EhrExtract/BS6 5TT", "/EhrExtract/?"),
        ("segment 12 (OKAFOR)", "?"),
        ("segment 12 (ASH)", "?"),
        ("entry[9990000018]", "?"),
        ("entry[\n]", "?"),
    ],
)
def test_other_words_do_not(place: str, plain: str) -> None:
    assert plain_place(place) == plain
