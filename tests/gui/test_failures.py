"""Every error that a window can show says what happened, what was kept and what to do, in plain words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from core.model import PolicyError, ReadError, ThresholdError, UsageError, VerificationError
from core.release.stage import write_error
from gui.failures import OPENING, SAVING, STAGES, failed, failure_at
from gui.plain_words import plain

CORE = Path(__file__).parents[2] / "core"
TYPED = re.compile(
    r"(?<![\w-])--[a-z]|threshold-cli|environment variable|THRESHOLD_[A-Z]|\b(?:settings|kind|index) = |"
    r"suppress|pseudonym(?!ised file)|anonym|quasi|\bQI\b|Traceback",
)
#: Errors of what no window asks for: files of decisions, own profiles, salts and their settings, the demo.
NOT_SHOWN = ("core/demo/", "core/protection/decisions.py", "core/protection/schemes/", "core/cli")
ERRORS = {"ThresholdError", "ReadError", "UsageError", "PolicyError", "VerificationError", "WriteError"}


def raised() -> list[tuple[str, str]]:
    """(place, message) of every error for people that core makes; what is filled in stands as 3."""
    found = []
    for path in sorted(CORE.rglob("*.py")):
        place = path.relative_to(CORE.parent).as_posix()
        if place.startswith(NOT_SHOWN):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            said = node.args[0]
            if node.func.id in ERRORS and isinstance(said, ast.JoinedStr):
                parts = [str(v.value) if isinstance(v, ast.Constant) else "3" for v in said.values]
                found.append((f"{place}:{node.lineno}", "".join(parts)))
            elif node.func.id in ERRORS and isinstance(said, ast.Constant):
                found.append((f"{place}:{node.lineno}", str(said.value)))
    return found


def test_every_error_of_core_is_said_in_words_of_the_windows() -> None:
    errors = raised()
    assert len(errors) > 200
    wrong = {place: plain(text) for place, text in errors if TYPED.search(plain(text))}
    assert wrong == {}
    spoilt = {
        place: plain(text)
        for place, text in errors
        if plain(text) != text and re.search(r"  | \.| ,|\(\)|^[ ,.]|\.\.", plain(text))
    }
    assert spoilt == {}


@pytest.mark.parametrize("stage", sorted(STAGES))
@pytest.mark.parametrize(
    "error",
    [
        ReadError("A line is broken.", where="a.csv", code="damaged"),
        PolicyError("Refused.", code="gate.two-people"),
        UsageError("There is no such thing.", where="--objections-from"),
        VerificationError("The check failed.", where="identifiers", code="check.identifiers"),
        write_error(OSError(28, "no space left on /home/somebody"), Path("/tmp/x")),
        RuntimeError("SMITH 9990000018"),
        ThresholdError("Something else.", code="a-code-nobody-thought-of"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_each_says_what_happened_what_was_kept_and_what_to_do(stage: str, error: Exception) -> None:
    told = failure_at(stage, error)
    for words in (told.title, told.happened, told.kept, told.do):
        assert words
        assert words[0].isupper()
        assert not TYPED.search(words)
    for sentence in (told.happened, told.kept, told.do):
        assert sentence.endswith(".")
    whole = " ".join((told.title, told.happened, told.kept, told.do, told.where))
    assert "SMITH" not in whole
    assert "/home" not in whole
    assert "--" not in whole
    assert "identifiers" not in told.where


def test_every_code_of_reading_has_words_of_its_own() -> None:
    codes = set()
    for path in (CORE / "reading").rglob("*.py"):
        codes |= set(re.findall(r'code="([a-z_]+)"', path.read_text(encoding="utf-8")))
    assert len(codes) > 8
    assert codes - {"usage"} <= set(OPENING)


@pytest.mark.parametrize(("code", "words"), [*OPENING.items(), *SAVING.items()])
def test_words_for_a_code_are_whole(code: str, words: object) -> None:
    for name in ("title", "kept", "do"):
        assert getattr(words, name), code
    assert not getattr(words, "title").endswith(".")  # noqa: B009 - its type is the module's own


def test_saving_tells_errors_apart() -> None:
    full = failure_at("export", write_error(OSError(28, "x"), Path("/tmp/x")))
    assert "disk is full" in full.happened
    assert "another folder" in full.do
    left = failure_at("export", VerificationError("3 names were left.", code="check.identifiers"))
    assert "threw the written file away" in left.kept
    assert "CSV" in failure_at("export", UsageError("Too long.", code="too_many_rows")).do


def test_a_bug_is_not_blamed_on_the_file() -> None:
    told = failure_at("open", RuntimeError("x"))
    assert "inside Threshold" in told.happened
    assert "Check the file" not in told.do


def test_a_list_that_cannot_be_read_loses_nothing() -> None:
    told = failed("The list could not be read", UsageError("It is damaged."))
    assert told.kept
    assert told.do


def test_what_is_taken_away_leaves_a_sentence() -> None:
    for said, told in (
        (
            "No pass phrase was given. Put it in the environment variable THRESHOLD_PASSPHRASE.",
            "No pass phrase was given.",
        ),
        (
            'Only free text can be scrubbed. If this is free text, say kind = "free_text".',
            "Only free text can be scrubbed. If this is free text, say so under What it is.",
        ),
        (
            'Ages are given up to a whole number of years: settings = { top = "90" }.',
            "Ages are given up to a whole number of years.",
        ),
    ):
        assert plain(said) == told
