"""Nothing that only a command line needs stands on a screen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gui.models.review import GATE_WORDS
from gui.plain_words import place_words, plain, rule_words

CORE = Path(__file__).parents[2] / "core"
TYPED = re.compile(r"(?<![\w-])--[a-z]|threshold-cli|\[confirmed\]|\([a-z]+_[a-z_]+[,)]")


def sentences() -> list[str]:
    """Every sentence of core that holds a hint for the command line; what is filled in stands as 3."""
    found = []
    for path in sorted([*(CORE / "protection").rglob("*.py"), *(CORE / "release").rglob("*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inner = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            text = ""
            if isinstance(node, ast.JoinedStr):
                text = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "3" for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
                text = node.value
            if id(node) not in documented and " " in text and TYPED.search(text):
                found.append(text)
    return found


def test_core_has_hints_to_take_away() -> None:
    assert len(sentences()) > 10


@pytest.mark.parametrize("said", sentences())
def test_no_hint_of_core_reaches_a_window(said: str) -> None:
    told = plain(said)
    assert not TYPED.search(told)
    for left_over in ("  ", " .", " ,", "()"):
        assert left_over not in told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Check the file, then confirm that they are not in it ([confirmed] held_back_absent = 3 in the "
            "decisions), or take entries off the list.",
            "Check the file, then confirm that they are not in it, or take entries off the list.",
        ),
        (
            "Leave these families out, or put the accreditation into the entry (accredited_sensitive).",
            "Leave these families out, or put the accreditation into the entry.",
        ),
        (
            "Say why everybody has to go (own_care, the_law), or send fewer: a cohort, or a sample.",
            "Say why everybody has to go on the page Going to, or send fewer: a cohort, or a sample.",
        ),
        (
            "Download the National Statistics Postcode Lookup and name it with --look-up FILE.",
            "Download the National Statistics Postcode Lookup and choose it on the page Going to, under What "
            "goes.",
        ),
        ("Patients who declined (mostly) stay.", "Patients who declined (mostly) stay."),
        ("It is pseudo-random - as it should be.", "It is pseudo-random - as it should be."),
    ],
)
def test_hints_go_and_the_sentence_stays(said: str, told: str) -> None:
    assert plain(said) == told


def test_profiles_are_called_by_their_titles() -> None:
    titles = {"own-care-list": "A list", "gpdpr": "GPDPR"}
    said = "The recipient's entry does not have the profile 'own-care-list'. It has: own-care-list, gpdpr."
    assert plain(said, titles) == (
        "The recipient's entry does not have the profile 'A list'. It has: 'A list', 'GPDPR'."
    )


def test_where_a_rule_comes_from_names_no_profile() -> None:
    assert rule_words("profile own-care-list: Caldicott principle 3") == "Caldicott principle 3"
    assert rule_words("profile feasibility-count") == ""
    assert rule_words("a person's decision") == "a person's decision"
    assert place_words("--look-up") == ""
    assert place_words("events, line 3") == "events, line 3"


def test_every_gate_has_words() -> None:
    """A gate's name as it stands in core is no heading: 'recipient-names', 'only-as'."""
    names = set()
    for path in (CORE / "protection").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "Gate(" in text:
            names |= set(re.findall(r'\bGate\(\s*"([a-z-]+)"', text))
            names |= set(re.findall(r'^(?:[A-Z_]+|    name) = "([a-z]+(?:-[a-z]+)*)"', text, re.MULTILINE))
            names |= set(re.findall(r'_accredited\(\s*"([a-z-]+)"', text))
    names -= {"session", "digest"}  # a place where a key is kept, an action
    assert len(names) > 25
    assert sorted(names - set(GATE_WORDS)) == []
