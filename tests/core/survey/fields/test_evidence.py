"""Evidence is kept as data, and every sort of it has words."""

from __future__ import annotations

import pytest

from core.model import Evidence
from core.survey.fields import evidence


def plain_evidence() -> list[Evidence]:
    return [value for value in vars(evidence).values() if isinstance(value, Evidence)]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            evidence.heading_says("NHS  Number", "NHS number"),
            "the heading says 'NHS Number': NHS number",
        ),
        (evidence.layout_says("surname"), "files of this layout hold this here: surname"),
        (evidence.values_are(9998, 10000, "dates"), "9,998 of 10,000 values are dates"),
        (evidence.values_are(7, 7, "dates", sampled=True), "all 7 values looked at are dates"),
        (evidence.values_are(1, 1, "a date"), "the one value fits: a date"),
        (evidence.some_values(1, 10, "an e-mail address"), "1 of 10 values holds an e-mail address"),
        (evidence.years_spread(1925, 2020), "the years run from 1925 to 2020, as births do"),
        (evidence.years_recent(2025, 2025), "all dates are of 2025"),
        (evidence.distinct_values(5, 5), "every value is different"),
        (evidence.text_length(5.4, 9, 10), "5 words a value, 9 different values in 10"),
        (evidence.junk(9, "a date"), "no value of 9 looks like a date; the heading decides"),
    ],
)
def test_words_are_made_from_data(reason: Evidence, words: str) -> None:
    assert evidence.sentence(reason) == words


def test_every_plain_reason_has_words() -> None:
    reasons = plain_evidence()
    assert len(reasons) >= 15
    assert len({evidence.sentence(reason) for reason in reasons}) == len(reasons)


def test_a_heading_with_data_in_it_is_cut_short() -> None:
    reason = evidence.heading_says("x" * 500, "words that somebody typed")
    assert len(str(reason.of[0])) == 60


def test_the_same_sentence_is_not_said_twice() -> None:
    assert evidence.sentences([evidence.EMPTY, evidence.EMPTY]) == (
        "every value is empty in the rows looked at",
    )
