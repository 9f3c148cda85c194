"""FHIR value sets as JSON and XML: exclusions, expansions, other systems, entities."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import ReadError
from core.survey.lists.reading import read_list
from tests.core.survey.lists import list_files as lf
from tests.core.survey.lists.list_files import A, B, C


def test_a_value_set_as_json(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "Gender_vs.json",
        description="Members of General practice summary data sharing exclusion for gender related issues",
        compose={"include": [lf.include([(A, "Invented"), (B, "Invented")])]},
    )
    loaded = read_list(path)
    assert loaded.kind == "fhir-valueset"
    assert loaded.version == "3"
    assert loaded.date == "2025-08-13"
    assert lf.part(loaded, lf.GENDER) == {A, B}, "known by the words of its description"
    assert "gender" in lf.flags(loaded, A)


def test_exclusions_are_honoured_and_rules_are_told(tmp_path: Path) -> None:
    rule = f"<< {C} OR ^ {lf.TERMINATION}"
    path = lf.value_set(
        tmp_path / "hiv_vs.json",
        title="HIV",
        compose={
            "include": [
                lf.include([(A, "x"), (B, "y")]),
                {
                    "system": "http://snomed.info/sct",
                    "filter": [{"property": "constraint", "op": "=", "value": rule}],
                },
            ],
            "exclude": [lf.include([(B, "y")]), {"system": "http://snomed.info/sct", "filter": [{}]}],
        },
    )
    loaded = read_list(path)
    assert loaded.entries["snomed"] == {A}
    assert loaded.names == (lf.TERMINATION,)
    assert any("rule" in note for note in loaded.notes)
    assert "hiv" in lf.flags(loaded, A)


def test_an_expansion_with_what_lies_in_it(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "vs.json",
        title="Invented self harm",
        compose={"include": [{"system": "http://snomed.info/sct", "filter": [{"value": "x"}]}]},
        expansion={
            "total": 3,
            "contains": [
                {
                    "system": "http://snomed.info/sct",
                    "code": A,
                    "contains": [
                        {"system": "http://snomed.info/sct", "code": B, "inactive": True},
                        {"system": "http://snomed.info/sct", "code": C},
                    ],
                }
            ],
        },
    )
    loaded = read_list(path)
    assert loaded.entries["snomed"] == {A, B, C}
    assert loaded.parts[0].inactive == 1
    assert not any("rule" in note for note in loaded.notes), "the expansion has worked it out"


def test_an_expansion_that_is_only_a_part_says_so(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "vs.json", title="HIV", expansion={"total": 900, "contains": [{"code": A}]}
    )
    assert any("only a part" in note for note in read_list(path).notes)


def test_a_value_set_as_xml(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "vs.xml",
        '<?xml version="1.0"?><ValueSet xmlns="http://hl7.org/fhir"><url value="urn:invented"/>',
        '<version value="2"/><title value="Invented genital herpes"/><compose><include>',
        '<system value="http://snomed.info/sct"/>',
        f'<concept><code value="{A}"/></concept><concept><code value="{B}"/></concept>',
        f'</include><exclude><system value="http://snomed.info/sct"/><concept><code value="{B}"/></concept>',
        "</exclude></compose></ValueSet>",
    )
    loaded = read_list(path)
    assert loaded.entries["snomed"] == {A}
    assert "sexual_health" in lf.flags(loaded, A)


def test_an_xml_value_set_with_entities_is_refused(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "vs.xml",
        '<!DOCTYPE v [<!ENTITY a SYSTEM "file:///etc/passwd">]><ValueSet xmlns="http://hl7.org/fhir">&a;</ValueSet>',
    )
    with pytest.raises(ReadError) as caught:
        read_list(path)
    assert caught.value.code == "bomb"


def test_codes_of_other_systems_are_told(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "vs.json",
        title="HIV",
        compose={
            "include": [
                lf.include([(A, "x")]),
                lf.include([("male", "x"), ("female", "y")], "http://hl7.org/fhir/administrative-gender"),
            ]
        },
    )
    assert any("2 entries" in note for note in read_list(path).notes)
