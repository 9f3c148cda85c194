from __future__ import annotations

from datetime import date

import pytest

from core.model import Kind, Role
from core.protection import ACTIONS
from gui import formatting as f


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (38114, "38,114 rows")]
)
def test_counted(number: int, words: str) -> None:
    assert f.counted(number, "row") == words


def test_a_word_with_an_odd_plural() -> None:
    assert f.counted(2, "person", "people") == "2 people"


def test_dates_are_written_out() -> None:
    assert f.day(date(2018, 8, 6)) == "6 August 2018"


def test_nhs_numbers_are_3_3_4_and_do_not_break() -> None:
    assert f.nhs_number("9991234560") == "999\N{NO-BREAK SPACE}123\N{NO-BREAK SPACE}4560"
    assert f.nhs_number("not a number") == "not a number"


def test_every_kind_role_and_action_has_words() -> None:
    assert set(f.KIND_WORDS) == set(f.KIND_HELP) == {str(k) for k in Kind}
    assert set(f.ROLE_WORDS) == {str(r) for r in Role}
    assert set(f.ACTION_WORDS) == set(ACTIONS)


def test_words_that_screens_do_not_use() -> None:
    texts = [*f.KIND_WORDS.values(), *f.ROLE_WORDS.values(), *f.ACTION_WORDS.values(), *f.TIER_WORDS.values()]
    for word in ("anonymous", "safe", "QI", "identifiable"):
        assert not [text for text in texts if word in text.split()]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("emis-list-report", "EMIS list report"),
        ("csv", "Comma-separated file"),
        ("systmone-report-output", "SystmOne report output"),
        ("", "File"),
    ],
)
def test_formats_in_words(name: str, words: str) -> None:
    assert f.format_words(name) == words


def test_one_line_shows_what_cannot_be_seen() -> None:
    shown = f.one_line("a\nb\tc\x00d\N{RIGHT-TO-LEFT OVERRIDE}e")
    assert len(shown) == 9
    assert not any(c in shown for c in "\n\t\x00\N{RIGHT-TO-LEFT OVERRIDE}")
    assert f.one_line("x" * 300).endswith("\N{HORIZONTAL ELLIPSIS}")
    assert f.one_line("Zoë O'Brien") == "Zoë O'Brien"


def test_a_tool_tip_is_never_html_of_the_file() -> None:
    assert "<img" not in f.tooltip("<img src=x>")
    assert "&lt;img" in f.tooltip("<img src=x>")
    assert f.tooltip("") == ""


def test_sentence() -> None:
    assert (
        f.sentence(["the heading says 'Sex'", "all 9 values fit"])
        == "The heading says 'Sex'; all 9 values fit."
    )
    assert f.sentence([]) == ""


def test_progress_in_words() -> None:
    assert f.amount(40, 100, "Reading") == "Reading, 40 per cent"
    assert f.amount(0, 0, "Reading") == "Reading"
