"""Registered, left, temporary or died."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from core.model import Status
from core.survey.people.status import NOTHING_SAID, scores, status_of_scores, status_of_text
from core.survey.results import NO_DAY

R, L, T, D, U = Status.REGISTERED, Status.LEFT, Status.TEMPORARY, Status.DIED, Status.UNKNOWN


@pytest.mark.parametrize(
    ("text", "header", "status"),
    [
        ("Regular", "PatientTypeDescription", R),
        ("Registered", "", R),
        ("REGISTERED", "", R),
        ("Current", "Registration status", R),
        ("GMS", "", R),
        ("R", "ACTIVE", R),
        ("true", "IsActive", R),
        ("Y", "Currently registered", R),
        ("Deducted", "", L),
        ("Left", "", L),
        ("L", "ACTIVE", L),
        ("false", "Active", L),
        ("Not registered", "", L),
        ("Deducted - moved out of area", "", L),
        ("Temporary", "", T),
        ("Temporary Resident", "", T),
        ("T", "ACTIVE", T),
        ("Immediately Necessary", "", T),
        ("Private", "", T),
        ("Deceased", "", D),
        ("Dead", "", D),
        ("D", "ACTIVE", D),
        ("yes", "Deceased", D),
        ("Registered - died 2020", "", D),
        ("no", "Deceased", U),
        ("", "", U),
        ("blue", "", U),
        ("false", "Deducted", U),
    ],
)
def test_spellings(text: str, header: str, status: Status) -> None:
    assert status_of_text(text, header) is status


def settled(
    *rows: tuple[Status, int | None, int | None, int | None, int | None], dates_tell: bool = False
) -> Status:
    """The status of one patient with rows of (word, event, registered, left, death)."""

    def days(at: int) -> npt.NDArray[np.int32]:
        return np.array([NO_DAY if row[at] is None else row[at] for row in rows], dtype=np.int32)

    words = np.array([row[0] for row in rows], dtype=np.uint8)
    score = scores(words, days(1), days(2), days(3), days(4), dates_tell=dates_tell)
    return Status(int(status_of_scores(np.array([score.max(initial=NOTHING_SAID)]))[0]))


def test_one_row_says_what_it_says() -> None:
    for status in Status:
        assert settled((status, None, None, None, None)) is status


def test_death_holds_whatever_else_is_said() -> None:
    assert settled((R, 900, 800, None, 5)) is D
    assert settled((D, None, None, None, None), (R, 10_000, None, None, None)) is D


def test_left_unless_registered_later() -> None:
    assert settled((R, None, 100, 200, None)) is L
    assert settled((R, None, 300, 200, None)) is R
    assert settled((U, None, 100, 200, None), (U, None, 300, None, None), dates_tell=True) is R
    assert settled((U, None, 100, 200, None), dates_tell=True) is L


def test_the_latest_of_a_history_holds() -> None:
    assert settled((R, 10, None, None, None), (L, 20, None, None, None)) is L
    assert settled((L, 20, None, None, None), (R, 30, None, None, None)) is R
    assert settled((R, 10, None, None, None), (L, 10, None, None, None)) is L


def test_with_no_dates_the_worst_holds() -> None:
    assert settled((R, None, None, None, None), (L, None, None, None, None)) is L
    assert settled((R, None, None, None, None), (T, None, None, None, None)) is T


def test_a_date_of_registration_alone_says_nothing_without_a_date_of_leaving() -> None:
    assert settled((U, None, 100, None, None)) is U
    assert settled((U, None, 100, None, None), dates_tell=True) is R
