"""The practice's own keys: one spelling, cell by cell and by column."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reading import open_export
from core.survey import survey_export
from core.survey.people.local_keys import plain_key, plain_keys

GUID = "0A1B2C3D-0000-4000-8000-00000000000F"
SPELLINGS = [
    (GUID, GUID),
    ("{" + GUID.lower() + "}", GUID),
    ("{" + GUID, GUID),
    (GUID + "-0", GUID + "-0"),
    ('"{' + GUID.lower() + '}"', GUID),
    (f" {GUID.lower()} ", GUID),
    ("1003.0", "1003"),
    ("'1003", "1003"),
    ('="1003"', "1003"),
    ('"1003"', "1003"),
    ("007", "007"),
    (" 00Ab ", "00Ab"),
    ("10.5", "10.5"),
    ("ab-12", "ab-12"),
]


@pytest.mark.parametrize(("written", "key"), SPELLINGS)
def test_a_key_has_one_spelling(written: str, key: str) -> None:
    assert plain_key(written) == key
    assert plain_key(key) == key


@given(
    st.lists(st.none() | st.text("0a'\"{}=.-F ", max_size=12) | st.sampled_from([w for w, _ in SPELLINGS]))
)
def test_a_column_gives_what_its_cells_give(texts: list[str | None]) -> None:
    expected = [None if text is None else plain_key(text) for text in texts]
    assert plain_keys(pa.array(texts, pa.string())).to_pylist() == expected


@pytest.mark.parametrize(("written", "key"), [(w, k) for w, k in SPELLINGS[1:7]])
def test_an_objection_reaches_its_patient_however_the_other_table_spells_the_key(
    tmp_path: Path, written: str, key: str
) -> None:
    patients, events = tmp_path / "patients.csv", tmp_path / "events.csv"
    patients.write_text(f"Patient ID,NHS Number,Sex\n{key},9990000018,F\n77,9990000026,M\n", "utf-8")
    cell = '"' + written.replace('"', '""') + '"'
    events.write_text(
        f"Patient ID,Event Date,Code\n{cell},2025-01-02,9Nu0.\n77,2025-01-02,44054006\n", "utf-8"
    )
    survey = survey_export(open_export([patients, events]))
    assert list(survey.patients.identity) == ["nhs|9990000018", "nhs|9990000026"]
    assert survey.patients.objections.astype(bool).tolist() == [True, False]
