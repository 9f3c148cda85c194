"""Actions of one value: quarters, births, parts of postcodes, numbers, codes, and a person's own map."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Kind, Role, UsageError
from core.protection.actions import ACTIONS, Setting, actions_for, run_of
from core.protection.actions.value_map import refuse_known
from core.survey.identifiers import hash64, normalise
from core.survey.results import KnownIdentifiers

OF_VALUES = (
    *("quarter", "age_band", "year_of_birth", "month_of_birth", "postcode_sector", "postcode_area"),
    *("ethnicity_16", "ethnicity_5", "round_number", "band_number", "code_parent", "blank_term", "value_map"),
)
BIRTH = {"on": "2025-06-30"}
RAW = ("999 000 0018", "9990000018", "Quixley", "4 Sandpit Lane", "BS6 5QA", "bs65qa", "07700 900123")


def run(action: str, text: str, role: Role = Role.OTHER, **settings: str) -> str | None:
    return run_of(action, Setting(role, settings))(text)[0]


@pytest.mark.parametrize("action", OF_VALUES)
def test_every_setting_can_be_offered(action: str) -> None:
    found = ACTIONS[action]
    for choice in found.choices:
        assert choice.label[0].isupper()
        assert not choice.values or choice.default in dict(choice.values)
        for value, label in choice.values:
            assert label
            chosen = {**found.example_setting.settings, choice.id: value}
            run_of(action, replace(found.example_setting, settings=chosen))("x")


@pytest.mark.parametrize("action", OF_VALUES)
@pytest.mark.parametrize("raw", RAW)
def test_no_direct_identifier_comes_through(action: str, raw: str) -> None:
    made = run_of(action, ACTIONS[action].example_setting)(raw)[0]
    assert made is None or (action.startswith("postcode") and raw not in made)


_LIKELY = st.one_of(
    st.text(max_size=20),
    st.dates().map(str),
    st.decimals(-9999, 99999, places=2).map(str),
    st.from_regex(r"[<>]?\d{1,4}(\.\d)?( mmol/L)?", fullmatch=True),
    st.from_regex(r"[A-Z]{1,2}\d{1,2} ?\d?([A-Z]{2})?", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9]{1,5}\.{0,4}", fullmatch=True),
    st.from_regex(r"\d{2,3}/\d{2,3}", fullmatch=True),
    st.sampled_from([before for name in OF_VALUES for before, _ in ACTIONS[name].examples]),
)


@pytest.mark.parametrize(
    "action", [name for name in OF_VALUES if name != "code_parent"]
)  # A00: ICD-10 or Read?
@settings(max_examples=40)
@given(_LIKELY)
def test_doing_it_again_changes_nothing(action: str, text: str) -> None:
    done = run_of(action, ACTIONS[action].example_setting)
    made, note = done(text)
    if made is None:
        assert note in ("", "unreadable")
    else:
        assert (made, "") == done(made)


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_what_is_made_of_any_text_is_of_its_own_form(text: str) -> None:
    forms = {
        "quarter": r"(?:18|19|20)\d\d-Q[1-4]",
        "year_of_birth": r"\d{4}(?: or earlier)?",
        "month_of_birth": r"\d{4}-\d\d|before \d{4}",
        "postcode_sector": r"[A-Z]{1,2}\d[A-Z\d]? \d|GIR \d",
        "postcode_area": r"[A-Z]{1,2}|GIR",
        "code_parent": r"[A-Za-z0-9.]{2,5}",
    }
    for action, form in forms.items():
        made = run_of(action, ACTIONS[action].example_setting)(text)[0]
        assert made is None or not text.strip() or re.fullmatch(form, made)


@pytest.mark.parametrize(
    ("text", "quarter"),
    [
        ("2025-01-01", "2025-Q1"),
        ("30/06/2025 23:59", "2025-Q2"),
        ("01-Jul-2025", "2025-Q3"),
        ("20251231", "2025-Q4"),
        ("2025-13", None),
        ("2025-Q5", None),
    ],
)
def test_days_become_quarters(text: str, quarter: str | None) -> None:
    assert run("quarter", text, Role.EVENT_DATE) == quarter


def test_a_quarter_can_still_become_a_year() -> None:
    assert run("year", "2025-Q4", Role.EVENT_DATE) == "2025"


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("15/06/1980", "1980", "1980-06"),
        ("1936-01-01", "1936", "1936-01"),
        ("1935-12-31", "1935 or earlier", "before 1936"),
        ("1935-06-30", "1935 or earlier", "before 1936"),
        ("1911-02-03", "1935 or earlier", "before 1936"),
        ("1894-12-31", None, None),
        ("2025-12-01", "2025", "2025-12"),
        ("2026-01-01", None, None),
        ("1934 or earlier", None, None),
        ("before 1935", None, None),
    ],
)
def test_births_with_the_oldest_together(text: str, year: str | None, month: str | None) -> None:
    assert run("year_of_birth", text, Role.DATE_OF_BIRTH, **BIRTH) == year
    assert run("month_of_birth", text, Role.DATE_OF_BIRTH, **BIRTH) == month


@given(st.dates())
def test_nobody_of_the_top_age_has_a_year_or_month_of_their_own(birth: object) -> None:
    text = str(birth)
    if run("age_band", text, Role.DATE_OF_BIRTH, **BIRTH) == "90+":
        assert run("year_of_birth", text, Role.DATE_OF_BIRTH, **BIRTH) == "1935 or earlier"
        assert run("month_of_birth", text, Role.DATE_OF_BIRTH, **BIRTH) == "before 1936"


def test_the_top_age_of_births_can_be_set_and_their_day_must_be() -> None:
    assert run("year_of_birth", "1950", Role.YEAR_OF_BIRTH, top="75", **BIRTH) == "1950 or earlier"
    with pytest.raises(UsageError, match="needs the day"):
        run("year_of_birth", "1950", Role.YEAR_OF_BIRTH)
    with pytest.raises(UsageError, match="whole number"):
        run("month_of_birth", "1950", Role.DATE_OF_BIRTH, top="old", **BIRTH)


@pytest.mark.parametrize(
    ("text", "sector", "area"),
    [
        ("BS6 5QA", "BS6 5", "BS"),
        ("SW1A1AA", "SW1A 1", "SW"),
        ("M1 1AE", "M1 1", "M"),
        ("BS65", None, "BS"),  # the district BS65, or BS6 5
        ("BS6", None, "BS"),
        ("M", None, "M"),
        ("QQ", None, None),
        ("B S", None, None),
    ],
)
def test_parts_of_postcodes(text: str, sector: str | None, area: str | None) -> None:
    assert run("postcode_sector", text, Role.POSTCODE) == sector
    assert run("postcode_area", text, Role.POSTCODE) == area


@pytest.mark.parametrize(
    ("text", "to", "rounded"),
    [
        ("5.25", "0.1", "5.3"),
        ("5.25", "0.5", "5.5"),
        ("-2.5", "1", "-3"),
        ("-0.4", "1", "0"),
        ("1,234", "10", "1230"),
        ("132/84", "10", "130/80"),
        ("132 / 84 mmHg", "5", "130/85 mmHg"),
        ("<5", "10", "<5"),
        (">90", "50", ">90"),
        ("<36.7", "5", "<40"),
        (">36.7", "5", ">35"),
        ("12/05/1950", "1", None),
        ("9990000018", "1", None),
        ("5.2 BS6 5QA", "1", None),
        ("5.2 Quixley", "1", None),
        ("132/84/70", "1", None),
    ],
)
def test_numbers_are_rounded(text: str, to: str, rounded: str | None) -> None:
    assert run("round_number", text, Role.VALUE, to=to) == rounded


@pytest.mark.parametrize("to", ["0", "-1", "many", "NaN", "1e9"])
def test_what_to_round_to_is_a_number(to: str) -> None:
    with pytest.raises(UsageError, match="setting 'to'"):
        run("round_number", "5", Role.VALUE, to=to)


@pytest.mark.parametrize(
    ("text", "given_settings", "band"),
    [
        ("124", {"width": "10"}, "120-129"),
        ("129.9", {"width": "10"}, "120-129"),
        ("-3", {"width": "5"}, "-5 to <0"),
        ("5.3", {"width": "0.5"}, "5.0 to <5.5"),
        ("132/84", {"width": "10", "from": "90", "until": "130"}, "130+/<90"),
        ("<5", {"width": "10", "from": "20"}, "<20"),
        ("<25", {"width": "10", "from": "20"}, None),
        (">250", {"width": "10", "until": "200"}, "200+"),
        ("<5", {"width": "10", "until": "200"}, None),
        ("119", {"edges": "120, 140, 160"}, "<120"),
        ("140", {"edges": "120,140,160"}, "140-159"),
        ("160", {"edges": "120,140,160"}, "160+"),
        ("<120", {"edges": "120,140"}, "<120"),
        ("6.7", {"edges": "4.5,6.5,7.5"}, "6.5 to <7.5"),
        ("positive", {"width": "10"}, None),
    ],
)
def test_numbers_are_put_into_bands(text: str, given_settings: dict[str, str], band: str | None) -> None:
    assert run("band_number", text, Role.VALUE, **given_settings) == band


@pytest.mark.parametrize(
    "given_settings",
    [
        {},
        {"width": "10", "edges": "5"},
        {"edges": "9,5"},
        {"width": "0"},
        {"width": "10", "from": "5"},
        {"wide": "1"},
    ],
)
def test_bands_need_edges_or_a_width(given_settings: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        run("band_number", "5", Role.VALUE, **given_settings)


@pytest.mark.parametrize(
    ("text", "given_settings", "parent"),
    [
        ("C10E.", {}, "C10.."),
        ("C10E.00", {}, "C10.."),
        ("C10E.", {"read": "1"}, "C...."),
        ("C1...", {}, "C1..."),
        ("E11.9", {}, "E11"),
        ("E119", {"of": "icd10"}, "E11"),
        ("F20", {"of": "icd10", "icd10": "chapter"}, "F00-F99"),
        ("F20", {}, None),  # ICD-10 for schizophrenia, or the Read code F20..
        ("F20..", {"of": "icd10"}, None),
        ("0403010B0AAABAB", {"bnf": "6"}, "040301"),
        ("XE0Ud", {}, None),
        ("44054006", {}, None),
        ("EMISNQAS45", {}, None),
        ("Quixley", {}, None),
    ],
)
def test_codes_are_given_as_their_wider_group(
    text: str, given_settings: dict[str, str], parent: str | None
) -> None:
    assert run("code_parent", text, Role.CODE, **given_settings) == parent


def test_a_wider_group_is_told_by_known_settings_only() -> None:
    with pytest.raises(UsageError, match="parent of a code"):
        run("code_parent", "C10E.", Role.CODE, read="5")


def test_a_map_replaces_what_it_names_and_blanks_the_rest() -> None:
    done = run_of("value_map", Setting(Role.SEX, {"M": "1", "F": "2"}))
    assert [done(text) for text in ("M", " F ", "1", "X")] == [
        ("1", ""),
        ("2", ""),
        ("1", ""),
        (None, "unreadable"),
    ]


def test_a_map_can_keep_what_the_field_is_for() -> None:
    done = run_of("value_map", Setting(Role.SEX, {"M": "Male", "*": "keep_expected"}))
    assert done("Female") == ("Female", "")
    assert done("Mrs Quixley")[0] is None


@pytest.mark.parametrize(
    "role", [Role.SURNAME, Role.NHS_NUMBER, Role.NOTE, Role.DATE_OF_BIRTH, Role.POSTCODE]
)
def test_a_map_is_never_for_what_is_a_patients_own(role: Role) -> None:
    with pytest.raises(UsageError, match="not for fields of this sort"):
        run_of("value_map", Setting(role, {"a": "b"}))
    assert "value_map" not in [action.id for action in actions_for(Kind.DIRECT_IDENTIFIER, role)]
    assert "value_map" not in [action.id for action in actions_for(Kind.FREE_TEXT, Role.OTHER)]


@pytest.mark.parametrize(
    "bad", ["999 000 0018", "07700 900123", "Mrs Ann Quixley", "4 Sandpit Lane", "12/05/1950"]
)
def test_a_map_with_something_about_a_patient_is_refused_without_saying_what(bad: str) -> None:
    for given_settings in ({bad: "1"}, {"1": bad}):
        with pytest.raises(UsageError, match="Entry 1 of the map") as told:
            run_of("value_map", Setting(Role.OTHER, given_settings))
        assert bad not in str(told.value)
        assert "Quixley" not in str(told.value)


@pytest.mark.parametrize("bad", ["AX77120", "07700 900123", "QUIXLEYSON"])
def test_a_map_with_a_number_or_name_of_the_export_is_refused(bad: str) -> None:
    none = np.empty(0, dtype=np.uint64)
    known = KnownIdentifiers(
        none, hash64([normalise("phone", "07700 900123")]), none, none, none, none,
        hash64([normalise("patient_key", "AX77120")]), {0: frozenset({"quixleyson"})},
    )  # fmt: skip
    for held in ({"Asthma": "Lung disease", bad: "1"}, {"Asthma": "Lung disease", "1": bad}):
        with pytest.raises(UsageError, match="Entry 2 of the map") as told:
            refuse_known(held, known)
        assert bad not in str(told.value)
    refuse_known({"Asthma": "Lung disease", "Married": "in a couple"}, known)


@pytest.mark.parametrize(
    "given_settings",
    [{}, {"*": "keep"}, {"a": "b", "*": "keep"}, {"a": ""}, {" ": "b"}, {"a": "x" * 61}, {"a": "b\n"}],
)
def test_a_map_is_whole_and_short(given_settings: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        run_of("value_map", Setting(Role.OTHER, given_settings))
