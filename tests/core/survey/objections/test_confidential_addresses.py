"""'Address confidential' where only words say it: in a term, a note, an address, a field nobody named."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from core.reading import open_export
from core.survey import survey_export
from core.survey.objection_words import confidential_in_text, objection_in_words, rough_confidential
from core.survey.results import OBJECTIONS, Survey
from resources import ROOT
from tests.core.protection.profiles.conftest import example_of

NHS = ("999 000 0018", "999 000 0026")
SAID = [
    "Address confidential",
    "Confidential address",
    "ADDRESS IS CONFIDENTIAL",
    "Address: confidential",
    "Seen with sister. Address to be kept strictly confidential. No allergies.",
    "Do not disclose address to ex-husband",
    "New address must not be disclosed to anybody",
    "Lives in a women's refuge",
    "Whereabouts to be kept confidential",
    "Address withheld (see alert)",
]
NOT_SAID = [
    "Address confirmed",
    "Address updated, confidential letter scanned",
    "Confidential advice given at home address",
    "No longer a confidential address",
    "Not a confidential address",
    "Confidential address flag removed",
    "Left the refuge in March",
    "Refugee, lives with brother",
    "Home safe, address checked",
    "Works in a women's refuge",
]


def phrases() -> list[str]:
    """What says that an address is confidential, as the list has it."""
    listed = (ROOT / "codelists" / "objection_words.toml").read_text("utf-8")
    return list(tomllib.loads(listed)["confidential_flag"]["words"])


@pytest.mark.parametrize("text", SAID)
def test_words_that_say_it(text: str) -> None:
    assert confidential_in_text(text)
    assert objection_in_words(text) == "confidential_flag"


@pytest.mark.parametrize("text", NOT_SAID)
def test_words_that_do_not(text: str) -> None:
    assert not confidential_in_text(text)
    assert objection_in_words(text) == ""


def test_what_is_denied_of_one_thing_is_said_of_another() -> None:
    assert confidential_in_text("Telephone not confidential. Address confidential.")
    assert confidential_in_text("No longer in refuge but new address is confidential")


def marked(survey: Survey) -> list[bool]:
    bit = 1 << OBJECTIONS.index("confidential_flag")
    found = dict(zip(survey.patients.identity, survey.patients.objections.tolist(), strict=True))
    return [bool(found[f"nhs|{number.replace(' ', '')}"] & bit) for number in NHS]


@pytest.mark.parametrize("header", ["Code Term", "Associated Text", "Value", "Column9", "Address"])
def test_it_is_seen_wherever_it_stands(surveyed: Callable[..., Survey], header: str) -> None:
    told, plain = "4 Mill Lane - address confidential", "4 Mill Lane - address checked"
    survey = surveyed(
        events=f"NHS Number,Event date,Code,{header}\n"
        f"{NHS[0]},01/02/2020,H33..,{told}\n{NHS[1]},01/02/2020,H33..,{plain}\n"
    )
    assert marked(survey) == [True, False]


@pytest.mark.parametrize("profile", ["own-care-list", "breast-screening", "single-patient-report"])
def test_the_address_stays_and_a_person_is_asked(tmp_path: Path, profile: str) -> None:
    path = tmp_path / "invite.csv"
    head = "NHS Number,Surname,Date of Birth,Sex,Address,Postcode,Mobile,Notes\n"
    path.write_text(
        head
        + f"{NHS[0]},Kowalski,12/04/1961,F,23 Victoria Road,BS6 5QA,07700 900101,confidential address\n"
        + f"{NHS[1]},White,06/08/1958,F,4 Mill Lane,LS19 6BA,07700 900102,rings back\n",
        "utf-8",
    )
    survey = survey_export(open_export([path]))
    found = example_of(survey, profile)
    cells = found.cells("invite")
    assert cells["Address"] == [None, "4 Mill Lane"]
    assert cells["Postcode"] == [None, "LS19 6BA"]
    assert "confidential-address" in found.checked
    decided = {"invite": {field: {"action": "keep"} for field in ("Address", "Postcode", "Mobile")}}
    against = example_of(survey, profile, decisions={"fields": decided})
    assert "confidential-address" in against.failing()


@pytest.mark.parametrize("phrase", phrases())
def test_the_quick_look_lets_no_phrase_by(phrase: str) -> None:
    text = f"Seen.\n{phrase.replace('...', 'is now').replace('*', '').upper()}\nWell."
    assert confidential_in_text(text)
    assert pc.match_substring_regex(pa.array([text]), rough_confidential()).to_pylist() == [True]


def test_the_quick_look_stops_at_most_notes() -> None:
    texts = pa.array(["Keep safe.", "Confidential talk about protection", "Address checked", "secret fears"])
    assert not any(pc.match_substring_regex(texts, rough_confidential()).to_pylist())
